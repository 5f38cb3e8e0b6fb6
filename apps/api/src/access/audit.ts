import type { Sql } from '@repo/db/database'
import { writeAudit } from '@repo/db/queries/audit'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Context } from 'hono'
import type { Principal } from '../principal.ts'
import type { Asked } from './guard.ts'
import { isNowhere } from './nowhere.ts'

/** What was done to what. Values hold no secrets: whoever records leaves them out or masks them. */
export interface Deed {
  /** A noun and a verb, such as `monitor.created`. */
  readonly action: string
  readonly subjectId: string | null
  readonly before?: Record<string, unknown> | undefined
  readonly after?: Record<string, unknown> | undefined
}

/** Writes down who did what, in the transaction in which it is done: one is not without the other. */
export function record(sql: Sql, context: Context<Asked>, deed: Deed): Promise<void> {
  const principal = context.get('principal')
  return recordAs(sql, context, { ...deed, ...actorOf(principal), workspaceId: placeOf(principal) })
}

/** Of somebody who is in no workspace, what they do concerns the instance. */
function placeOf(principal: Principal): WorkspaceId | null {
  return isNowhere(principal) ? null : principal.workspaceId
}

interface Actor {
  readonly actorKind: 'person' | 'key' | 'link' | 'system'
  readonly actorId: string | null
  readonly actorName: string
}

export function actorOf({ kind, id, userId, username }: Principal): Actor {
  return kind === 'key'
    ? { actorKind: 'key', actorId: id, actorName: `a key of ${username}` }
    : { actorKind: 'person', actorId: userId, actorName: username }
}

/** What somebody did to their own account: it is told of where they work. Secrets are left out by whoever records. */
export function recordOwn(sql: Sql, context: Context<Asked>, deed: Omit<Deed, 'subjectId'>): Promise<void> {
  return record(sql, context, { ...deed, subjectId: context.get('principal').userId })
}

/** For what somebody does who has no session yet, such as signing up. Without a workspace it concerns the instance. */
export function recordAs(
  sql: Sql,
  context: Context<Asked>,
  { action, subjectId, before, after, ...who }: Deed & Actor & { workspaceId: WorkspaceId | null },
): Promise<void> {
  const { address, userAgent, requestId, atMs } = context.get('caller')
  return writeAudit(sql, {
    ...who,
    action,
    subjectType: action.split('.')[0] ?? action,
    subjectId,
    ...changesOf(before, after),
    ...{ address, userAgent, requestId, nowMs: atMs },
  })
}

/** Where there is a before and an after, only what differs. */
function changesOf(before: Deed['before'], after: Deed['after']) {
  if (!before || !after) return { before: before ?? null, after: after ?? null }
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
  const only = (values: Record<string, unknown>) =>
    Object.fromEntries(names.map((name) => [name, values[name] ?? null]))
  return { before: only(before), after: only(after) }
}
