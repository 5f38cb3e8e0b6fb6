import type { Entered } from '@repo/contracts/accounts'
import { t } from '@repo/ui/words'
import type { PasskeyOptions } from '../api/account-types.ts'
import { request } from '../api/request.ts'

/** Why this page can have no passkeys; undefined where it can. They belong to a name, and to a page that nobody can have changed. */
export function passkeyObstacle(): string | undefined {
  if (/^[\d.]+$|^\[/.test(location.hostname))
    return t('A passkey belongs to a name: open this page by one, not by an address.')
  if (!isSecureContext) return t('Passkeys take an address that begins with https.')
  if (typeof PublicKeyCredential === 'undefined' || !('parseCreationOptionsFromJSON' in PublicKeyCredential))
    return t('This browser knows no passkeys.')
  return undefined
}

/** @returns undefined where the person changed their mind. */
export async function signInByPasskey(): Promise<Entered | undefined> {
  const { challenge, options } = await request<PasskeyOptions>('/api/v1/sign-in/passkey/options', { method: 'POST' })
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  )
  const credential = await orChangedMind(navigator.credentials.get({ publicKey }))
  if (!credential) return undefined
  return request<Entered>('/api/v1/sign-in/passkey', {
    method: 'POST',
    body: { challenge, credential: credential.toJSON() },
  })
}

/** @returns undefined where the person changed their mind. */
export async function makePasskey(options: PasskeyOptions['options']): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  )
  return (await orChangedMind(navigator.credentials.create({ publicKey })))?.toJSON()
}

/** What the browser says where a person cancels, waits too long, or has none that fits is the same, on purpose. */
async function orChangedMind(asked: Promise<Credential | null>): Promise<PublicKeyCredential | undefined> {
  try {
    const credential = await asked
    return credential instanceof PublicKeyCredential ? credential : undefined
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') return undefined
    if (error instanceof DOMException && error.name === 'InvalidStateError')
      throw new Error(t('this device has a passkey for this account already'), { cause: error })
    throw error
  }
}
