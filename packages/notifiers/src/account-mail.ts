/** What changed about how somebody comes into their account. */
export type AccountChange =
  | { readonly kind: 'password_changed' | 'second_factor_set' | 'second_factor_removed' }
  /** By a link that was mailed, or handed over by an operator. What still opens the account is counted. */
  | { readonly kind: 'password_reset'; readonly apiKeys: number; readonly passkeys: number }
  /** Null where there is none any more. */
  | { readonly kind: 'email_changed'; readonly email: string | null }
  | { readonly kind: 'passkey_added' | 'passkey_removed'; readonly name: string }
  | { readonly kind: 'identity_linked' | 'identity_unlinked'; readonly issuer: string }

export interface AccountChanged {
  readonly change: AccountChange
  readonly username: string
  readonly atMs: number
  /** Of whoever changed it, as far as it is known. */
  readonly address: string
  /** The start of links; without it there are none. */
  readonly publicUrl: string | undefined
}

/** Tells somebody that their account was changed, so that they know where it was not them. */
export function accountMail(changed: AccountChanged): { readonly subject: string; readonly text: string } {
  const { change, username, atMs, address } = changed
  const what = deedOf(change)
  const parts = [
    `${what}.\n\nAccount: ${username}\nWhen: ${utcText(atMs)}\nFrom: ${address === '' ? 'an unknown address' : address}`,
    ...leftOpen(changed),
    `If it was you, there is nothing to do.\nIf it was not: ${adviceFor(changed)}`,
  ]
  return { subject: subjectOf(change), text: `${parts.join('\n\n')}\n` }
}

function deedOf(change: AccountChange): string {
  switch (change.kind) {
    case 'password_changed':
      return 'Your password was changed, and every other session of yours was ended'
    case 'password_reset':
      return 'A new password was set by a link for that, and every session of yours was ended'
    case 'email_changed':
      return change.email === null
        ? 'Your e-mail address was removed: this is the last mail to it'
        : `Your e-mail address was changed to ${change.email}: this is the last mail to the old one`
    case 'second_factor_set':
      return 'An authenticator app was set up: signing in takes its code from now on'
    case 'second_factor_removed':
      return 'The authenticator app was removed: signing in takes no code any more'
    case 'passkey_added':
      return `The passkey "${change.name}" was added: it signs in by itself`
    case 'passkey_removed':
      return `The passkey "${change.name}" was removed`
    case 'identity_linked':
      return `A login of ${change.issuer} was linked: it signs in to your account from now on`
    case 'identity_unlinked':
      return `The login of ${change.issuer} was unlinked: it does not sign in to your account any more`
  }
}

const subjects: Record<AccountChange['kind'], string> = {
  password_changed: 'Your password was changed',
  password_reset: 'A new password was set',
  email_changed: 'Your e-mail address was changed',
  second_factor_set: 'Your authenticator app was set up',
  second_factor_removed: 'Your authenticator app was removed',
  passkey_added: 'A passkey was added',
  passkey_removed: 'A passkey was removed',
  identity_linked: 'A login was linked to your account',
  identity_unlinked: 'A login was unlinked from your account',
}

function subjectOf({ kind }: AccountChange): string {
  return `BetterUptime: ${subjects[kind]}`
}

/** Another password ends sessions; keys and passkeys were no part of it. */
function leftOpen({ change, publicUrl }: AccountChanged): string[] {
  if (change.kind !== 'password_reset') return []
  const { apiKeys, passkeys } = change
  if (apiKeys + passkeys === 0) return ['You have no API keys and no passkeys that would still open anything.']
  const places = [
    ...(apiKeys > 0 ? [`API keys: ${place(publicUrl, 'keys', 'API keys')}`] : []),
    ...(passkeys > 0 ? [`Passkeys: ${place(publicUrl, 'security', 'Security')}`] : []),
  ]
  const counts = `${counted(apiKeys, 'API key')} made by you and ${counted(passkeys, 'passkey')} of yours`
  return [`Still valid: ${counts}. If one may be in wrong hands, end it:\n${places.join('\n')}`]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function place(publicUrl: string | undefined, section: string, name: string): string {
  return publicUrl === undefined ? `Settings > ${name}` : `${publicUrl}/settings/${section}`
}

/** Whoever changed the password or the address has locked the person out: they cannot look at their settings. */
function adviceFor({ change, publicUrl }: AccountChanged): string {
  const reset = publicUrl === undefined ? 'by an operator of the instance' : `here: ${publicUrl}/reset`
  switch (change.kind) {
    case 'email_changed':
      return 'tell an operator of the instance at once. Links for a new password go to this address no more.'
    case 'password_changed':
    case 'password_reset':
      return `set a new password ${reset}\nand tell an operator of the instance.`
    default:
      return `set a new password, which ends every other session, and see what opens your account:\n${place(publicUrl, 'security', 'Security')}`
  }
}

function utcText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
