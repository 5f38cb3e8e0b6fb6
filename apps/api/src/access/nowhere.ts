import { parseWorkspaceId } from '@repo/domain/ids'
import type { Principal } from '../principal.ts'

/** Where somebody works who is in no workspace: no row is of it, and no route of a workspace lets them in. */
export const nowhere = parseWorkspaceId('00000000-0000-0000-0000-000000000000')

export function isNowhere({ workspaceId }: Pick<Principal, 'workspaceId'>): boolean {
  return workspaceId === nowhere
}
