import type { Revoked } from '@repo/contracts/revoked'
import type { Principal } from './principal.ts'

/** Who may watch: what the live socket asks of whoever knows sessions and keys. */
export interface LiveAccess {
  /** @throws AppError `unauthenticated` or `forbidden_origin`. */
  authenticate(request: Request): Promise<Principal>
  /** The `id` of each that still holds for its person, its workspace and its role there; no `id` is asked of twice. */
  stillValid(principals: readonly Principal[]): Promise<ReadonlySet<string>>
  /** Whatever is remembered of these is not to be believed any more. */
  forget(revoked: Revoked): void
}

/** What has to hold for somebody to watch: one session may look at several workspaces, and lose one of them or its role there. */
export function placeOf({ id, workspaceId, role }: Principal): string {
  return `${id} ${workspaceId} ${role}`
}

/** @returns the places that still hold: asked for in one go, but for sessions that have several. */
export async function findValidPlaces(
  access: Pick<LiveAccess, 'stillValid'>,
  principals: Iterable<Principal>,
): Promise<ReadonlySet<string>> {
  const valid = new Set<string>()
  let unasked = [...new Map([...principals].map((principal) => [placeOf(principal), principal])).values()]
  while (unasked.length > 0) {
    const round = new Map(unasked.map((principal) => [principal.id, principal]))
    const ids = await access.stillValid([...round.values()])
    for (const principal of round.values()) if (ids.has(principal.id)) valid.add(placeOf(principal))
    unasked = unasked.filter((principal) => round.get(principal.id) !== principal)
  }
  return valid
}

/** Whether somebody's session, key or person is among what was revoked. */
export function createRevocation({ sessionIds, keyIds, userIds }: Revoked): (principal: Principal) => boolean {
  const ids = { session: new Set(sessionIds), key: new Set(keyIds), user: new Set(userIds) }
  return ({ kind, id, userId }) => ids[kind].has(id) || ids.user.has(userId)
}
