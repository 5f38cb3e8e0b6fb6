import type { Role } from '@repo/domain/role'

/** What each role may, so that nobody has to guess. */
export const roleWords: Record<Role, string> = {
  viewer: 'sees everything, and changes nothing.',
  member: 'adds, changes and pauses monitors.',
  admin: 'also looks after people, API keys and the workspace.',
  owner: 'may do everything, also delete the workspace.',
}

const articles: Record<Role, string> = { viewer: 'A', member: 'A', admin: 'An', owner: 'An' }

/** `A viewer sees everything, and changes nothing.` */
export function roleSentence(role: Role): string {
  return `${articles[role]} ${role} ${roleWords[role]}`
}
