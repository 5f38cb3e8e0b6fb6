import type { Role } from '@repo/domain/role'
import { msg, t } from '@repo/ui/words'

const roleNames: Record<Role, string> = {
  viewer: msg('viewer'),
  member: msg('member'),
  admin: msg('admin'),
  owner: msg('owner'),
}

/** What a role is called. */
export function roleName(role: Role): string {
  return t(roleNames[role])
}

/** What each role may, so that nobody has to guess. */
export const roleWords: Record<Role, string> = {
  viewer: msg('sees everything, and changes nothing.'),
  member: msg('adds, changes and pauses monitors.'),
  admin: msg('also looks after people, API keys and the workspace.'),
  owner: msg('may do everything, also delete the workspace.'),
}

const sentences: Record<Role, string> = {
  viewer: msg('A viewer sees everything, and changes nothing.'),
  member: msg('A member adds, changes and pauses monitors.'),
  admin: msg('An admin also looks after people, API keys and the workspace.'),
  owner: msg('An owner may do everything, also delete the workspace.'),
}

/** `A viewer sees everything, and changes nothing.` */
export function roleSentence(role: Role): string {
  return t(sentences[role])
}
