import { putChallenge, takeChallenge } from '@repo/db/queries/challenges'
import { createPasskey, listPasskeys, passkeysAtMost } from '@repo/db/queries/passkeys'
import type { UserId } from '@repo/domain/ids'
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { decodeAttestationObject, isoBase64URL } from '@simplewebauthn/server/helpers'
import type { Context } from 'hono'
import { z } from 'zod'
import { recordOwn } from '../access/audit.ts'
import type { Asked } from '../access/guard.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { challengeMs, isFramed, type PasskeySite } from './passkeys-site.ts'
import { tellPerson } from './tell-person.ts'

const purpose = 'passkey.register'
/** ES256, Ed25519 and RS256: what authenticators have. */
const algorithms = [-7, -8, -257]

export interface PasskeyOffer {
  readonly challenge: string
  readonly options: Record<string, unknown>
}

/** What a browser needs to make a passkey for somebody. The challenge stays here, and is good for one answer. */
export async function offerPasskey(
  { sql, clock }: Pick<ApiDeps, 'sql' | 'clock'>,
  site: PasskeySite,
  { userId, username }: { userId: UserId; username: string },
): Promise<PasskeyOffer> {
  const known = await listPasskeys(sql, userId)
  if (known.length >= passkeysAtMost) throw full()
  const options = await generateRegistrationOptions({
    rpName: 'BetterUptime',
    rpID: site.id,
    userName: username,
    userDisplayName: username,
    userID: new TextEncoder().encode(userId),
    timeout: challengeMs,
    attestationType: 'none',
    // Signing in asks for no name: the authenticator has to know whose it is.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
    supportedAlgorithmIDs: algorithms,
  })
  const id = crypto.randomUUID()
  const data = { challenge: options.challenge }
  await putChallenge(sql, { id, purpose, userId, data, expiresAtMs: clock.nowMs() + challengeMs })
  return { challenge: id, options: { ...options } }
}

export interface MadePasskey {
  readonly site: PasskeySite
  readonly challenge: string
  readonly name: string
  readonly credential: unknown
}

/**
 * Keeps a passkey that a browser made for an offer of ours.
 *
 * @returns its id. @throws AppError `invalid_body` for whatever does not answer an offer to this person, on this site.
 */
export async function addPasskey(
  deps: ApiDeps,
  context: Context<Asked>,
  { site, challenge, name, credential }: MadePasskey,
): Promise<string> {
  const { userId } = context.get('principal')
  const { sql, clock } = deps
  const nowMs = clock.nowMs()
  const offered = await takeChallenge(sql, { id: challenge, purpose, nowMs })
  if (!offered || offered.userId !== userId) throw unusable('challenge', 'was answered already, or is over: begin anew')
  const made = await verify(credential as RegistrationResponseJSON, site, offered.data)
  if (!made) throw unusable('credential', 'is not a passkey that was made for this site just now')
  const { id, publicKey, counter, transports = [] } = made
  await sql.transaction(async (tx) => {
    const done = await createPasskey(tx, { credentialId: id, userId, publicKey, counter, transports, name, nowMs })
    if (done === 'full') throw full()
    if (done === 'known') throw unusable('credential', 'is registered already')
    await recordOwn(tx, context, { action: 'account.passkey_added', after: { name } })
  })
  tellPerson(deps, context, { userId, change: { kind: 'passkey_added', name } })
  return id
}

async function verify(response: RegistrationResponseJSON, site: PasskeySite, data: unknown) {
  const { challenge } = z.object({ challenge: z.string() }).parse(data)
  try {
    if (isFramed(response.response.clientDataJSON) || vouchesForItself(response)) return undefined
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, response: { ...response.response, transports: knownTransports(response) } },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    })
    return registrationInfo?.credential
  } catch {
    return undefined
  }
}

/**
 * We ask for no attestation, and browsers send none. To judge one with certificates the library may fetch the revocation lists
 * that they name: no request goes out to where a stranger points.
 */
function vouchesForItself({ response }: RegistrationResponseJSON): boolean {
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject))
  return !['none', 'packed'].includes(attestation.get('fmt')) || attestation.get('attStmt').get('x5c') !== undefined
}

const transports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const

/** What the browser says of the way to the authenticator is a hint for the next time, and kept only as far as we know it. */
function knownTransports({ response }: RegistrationResponseJSON) {
  const said: readonly unknown[] = Array.isArray(response.transports) ? response.transports : []
  return transports.filter((transport) => said.includes(transport))
}

function full(): AppError {
  return new AppError('limit_reached', `you have ${passkeysAtMost} passkeys: remove one first`)
}

function unusable(field: 'challenge' | 'credential', message: string): AppError {
  return new AppError('invalid_body', `${field}: ${message}`, { errors: [{ field, message }] })
}
