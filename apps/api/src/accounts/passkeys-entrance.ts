import { putChallenge, takeChallenge } from '@repo/db/queries/challenges'
import { advancePasskey, findPasskey } from '@repo/db/queries/passkeys'
import type { Caller } from '@repo/service/caller'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import { z } from 'zod'
import { takeGuess } from '../access/rate-limits.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import type { Entrance } from './enter.ts'
import { openSession } from './open-session.ts'
import type { PasskeyOffer } from './passkeys.ts'
import { challengeMs, isCredentialId, isFramed, type PasskeySite } from './passkeys-site.ts'

const purpose = 'passkey.sign_in'

/** What a browser needs to ask for a passkey of whoever is there: we learn who by the answer. */
export async function askForPasskey(deps: ApiDeps, caller: Caller, site: PasskeySite): Promise<PasskeyOffer> {
  const id = crypto.randomUUID()
  // There is nothing to guess yet, but each of them is a row of ours: only the address is counted.
  await takeGuess(deps, 'login', { account: id, caller })
  const options = await generateAuthenticationOptions({
    rpID: site.id,
    timeout: challengeMs,
    userVerification: 'required',
  })
  const data = { challenge: options.challenge }
  await putChallenge(deps.sql, { id, purpose, userId: null, data, expiresAtMs: deps.clock.nowMs() + challengeMs })
  return { challenge: id, options: { ...options } }
}

/**
 * Signs in whoever answers with a passkey. It is both factors at once: something that they have, and what unlocks it.
 *
 * @throws AppError `wrong_credentials`, whatever is wrong, or `too_many_requests`.
 */
export async function enterByPasskey(
  deps: ApiDeps,
  caller: Caller,
  { site, challenge, credential }: { site: PasskeySite; challenge: string; credential: unknown },
): Promise<Entrance> {
  await takeGuess(deps, 'login', { account: challenge, caller })
  const { sql, clock } = deps
  const nowMs = clock.nowMs()
  const asked = await takeChallenge(sql, { id: challenge, purpose, nowMs })
  const response = credential as AuthenticationResponseJSON
  const passkey = asked && isCredentialId(response.id) ? await findPasskey(sql, response.id) : undefined
  const counter = passkey && (await verify(response, site, { ...passkey, asked: asked?.data }))
  if (!passkey || counter === undefined || !(await advancePasskey(sql, passkey.credentialId, { counter, nowMs }))) {
    deps.log.info({ address: caller.address, requestId: caller.requestId }, 'somebody could not sign in by a passkey')
    throw new AppError('wrong_credentials', 'this passkey is not known here, or its answer came too late')
  }
  return { state: 'signed_in', ...(await openSession(deps, caller, { userId: passkey.userId, method: 'passkey' })) }
}

type Known = NonNullable<Awaited<ReturnType<typeof findPasskey>>>

/** The counter of a right answer; undefined for a wrong one. */
async function verify(
  response: AuthenticationResponseJSON,
  site: PasskeySite,
  { credentialId, publicKey, counter, userId, asked }: Known & { asked: unknown },
): Promise<number | undefined> {
  const { challenge } = z.object({ challenge: z.string() }).parse(asked)
  try {
    if (isFramed(response.response.clientDataJSON)) return undefined
    // Nobody said who signs in: the authenticator has to, and it must be the one whose passkey it is.
    if (response.response.userHandle !== Buffer.from(userId).toString('base64url')) return undefined
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      credential: { id: credentialId, publicKey: new Uint8Array(publicKey), counter },
    })
    return verified ? authenticationInfo.newCounter : undefined
  } catch {
    return undefined
  }
}
