import { InvalidInput } from './errors.ts'

/** What a person may do in a workspace, each more than the one before it. */
export const roles = ['viewer', 'member', 'admin', 'owner'] as const
export type Role = (typeof roles)[number]

export function parseRole(text: string): Role {
  const role = roles.find((known) => known === text)
  if (!role) throw new InvalidInput(`not a role: "${text.slice(0, 40)}" (${roles.join(', ')})`)
  return role
}

/** Whether a role may do all that the wanted one may. */
export function isAtLeast(role: Role, wanted: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(wanted)
}
