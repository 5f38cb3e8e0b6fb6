import type { Problem, ProblemCode } from '@repo/contracts/problem'
import { locale, msg, spoken, t } from '@repo/ui/words'

/** What each code of a refusal means. */
const codeWords = spoken<ProblemCode>({
  invalid_body: msg('The request body is not valid'),
  invalid_parameter: msg('A parameter is not valid'),
  unauthenticated: msg('Sign in first'),
  wrong_credentials: msg('User name or password is wrong'),
  second_factor_required: msg('A second factor is required'),
  wrong_code: msg('This code is wrong, was used already, or is over'),
  forbidden_origin: msg('This request comes from another site'),
  insufficient_role: msg('Your role in this workspace does not allow this'),
  insufficient_scope: msg('The scopes of this API key do not allow this'),
  session_required: msg('This is for people who signed in, not for API keys'),
  sign_up_closed: msg('This instance takes no new people just like that'),
  limit_reached: msg('A limit of this workspace is reached'),
  not_found: msg('Not found'),
  method_not_allowed: msg('This method is not supported here'),
  too_slow: msg('The request took too long to come'),
  username_taken: msg('This user name is taken'),
  name_taken: msg('You have something of this name already'),
  not_published: msg('The public does not see this page'),
  slug_taken: msg('Another status page has this address'),
  password_needed: msg('A page that asks for a password needs one'),
  already_published: msg('This was published, and stays as people have read it'),
  already_drafted: msg('The page has something about this incident already'),
  already_watched: msg('This website is already watched'),
  already_member: msg('This person is a member already'),
  last_owner: msg('A workspace needs an owner'),
  second_factor_set: msg('There is a second factor already'),
  identity_taken: msg('This login belongs to another account'),
  identity_set: msg('Your account has a login of this organisation already'),
  last_way_in: msg('Nothing else would open your account any more'),
  not_checked: msg('This monitor is not checked at the moment'),
  incident_open: msg('This monitor has an open incident'),
  incident_ended: msg('This incident has ended'),
  incident_merged: msg('This incident is a part of another'),
  not_newest: msg('This monitor had another incident since'),
  dependency_cycle: msg('A monitor would hang on itself'),
  request_running: msg('A request with this idempotency key is being carried out'),
  gone: msg('This link was used, was taken back, or is over'),
  changed_meanwhile: msg('This was changed by somebody else meanwhile'),
  too_large: msg('The request body is too large'),
  unsupported_media_type: msg('The request body is of a type that is not taken here'),
  unknown_host: msg('This instance is not known by this name'),
  key_reused: msg('This idempotency key was used for another request'),
  not_probed: msg('There is nobody to ask: this monitor tells of itself'),
  upgrade_required: msg('This address speaks WebSocket'),
  too_many_requests: msg('Too many requests'),
  internal: msg('Something on our side failed'),
  not_configured: msg('This instance is not set up for this'),
  unavailable: msg('Not available at the moment'),
})

/** What it says more closely, of a request or of a field, where people come upon it; in braces is what differs. */
const details: readonly string[] = [
  msg('it takes the role {role}, and yours is {own}'),
  msg('it takes the role admin'),
  msg('it takes more than your role'),
  msg('it is for the operator of this instance'),
  msg('ask somebody here for an invitation'),
  msg('ask for a new link'),
  msg('ask whoever invited you for a new invitation'),
  msg('choose another slug'),
  msg('make somebody else an owner first'),
  msg('unlink the one that there is first'),
  msg('remove the one that there is first'),
  msg('set a password or add a passkey before you unlink it'),
  msg('set a password or add another passkey before you remove it'),
  msg('publish the page first'),
  msg('it is paused: resume it first'),
  msg('its monitor is paused: resume it first'),
  msg('set the secrets of "{name}" first: {fields}'),
  msg('mail is not set up here'),
  msg('mail is not set up here: ask an operator for a link'),
  msg('sign in anew'),
  msg('sign in anew: that has to be a moment ago'),
  msg('your current password is wrong'),
  msg('this passkey is not known here, or its answer came too late'),
  msg('the login of the organisation did not let you in'),
  msg('the login of the organisation does not answer'),
  msg('too many people sign in at once'),
  msg('this workspace has all the keys that it may have: revoke one first'),
  msg('this workspace has all the members that it may have'),
  msg('this workspace has all the open invitations that it may have'),
  msg('you own all the workspaces that one person may own'),
  msg('this workspace checks every {seconds} s at most'),
  msg('you have {count} passkeys: remove one first'),
  msg('at most {count} channels'),
  msg('at most {count} alert policies'),
  msg('at most {count} groups'),
  msg('at most {count} maintenance windows'),
  msg('at most {count} schedules'),
  msg('at most {count} status pages'),
  msg('this workspace may have {limit} monitors and would have {count}'),
  msg('this workspace may have {limit} checks a minute and would have {count}'),
  msg('at most {count} views'),
  msg('a password has at least 8 characters'),
  msg('a password has at most 1024 characters'),
  msg('a password is required'),
  msg('a user name is required'),
  msg('a user name has at most 64 characters'),
  msg('a user name has no control characters'),
  msg('a name is required'),
  msg('a name has at most 100 characters'),
  msg('a name has no control characters'),
  msg('a slug has at least 2 characters'),
  msg('a tag is not empty'),
  msg('not an e-mail address'),
  msg('not a code'),
  msg('at least one region is required'),
  msg('this instance reads format {format} alone'),
  msg('says nothing'),
  msg('has control characters'),
  msg('is not known here'),
  msg('leads to {address}'),
]

/**
 * What was refused and why, in the language of the screens; a closer word that this page does not know stays as the API said it.
 * Undefined where the API's own words are those of the screens, and where what answered was no problem of the API.
 */
export function problemText({ code, detail }: Partial<Problem>): string | undefined {
  if (isEnglish() || code === undefined || !Object.hasOwn(codeWords, code)) return undefined
  const what = codeWords[code]
  if (detail === undefined) return what
  return knownDetail(detail) ?? `${what}: ${detail}`
}

/** What is wrong with a field, in the language of the screens where it is known in it. */
export function fieldText(message: string): string {
  return knownDetail(message) ?? message
}

const isEnglish = () => locale().startsWith('en')

function knownDetail(detail: string): string | undefined {
  for (const message of details) {
    const values = valuesIn(message, detail)
    if (values) return Object.keys(values).length === 0 ? t<string>(message) : t(message as '{}', values)
  }
  return undefined
}

/** What stands in a text in the places of a message; undefined where it is another message. */
function valuesIn(message: string, text: string): Readonly<Record<string, string>> | undefined {
  const pattern = message.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>.+?)')
  const found = new RegExp(`^${pattern}$`).exec(text)
  return found ? { ...found.groups } : undefined
}
