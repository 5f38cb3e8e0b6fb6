import type { Sql } from '@repo/db/database'
import { findMonitors, type StoredMonitor } from '@repo/db/queries/monitors'
import { parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import { AppError } from './problems.ts'

/**
 * The monitors that a body names, in its order. `field` is where they stand in it.
 *
 * @throws AppError `invalid_body` where the workspace does not have one of them.
 */
export async function namedMonitors(
  sql: Sql,
  workspaceId: WorkspaceId,
  { named, field }: { named: readonly string[]; field: string },
): Promise<StoredMonitor[]> {
  const ids = named.map((id) => parseMonitorId(id.toLowerCase()))
  const found = new Map((await findMonitors(sql, { workspaceId, ids })).map((monitor) => [monitor.id, monitor]))
  return ids.map((id, place) => {
    const monitor = found.get(id)
    if (monitor) return monitor
    const error = { field: `${field}.${place}`, message: 'there is no such monitor' }
    throw new AppError('invalid_body', `${error.field}: ${error.message}`, { errors: [error] })
  })
}

/** @throws AppError `changed_meanwhile`, or `not_found`. */
export function refuseMissed(result: 'changed' | 'deleted' | 'stale' | 'absent'): void {
  if (result === 'absent') throw new AppError('not_found')
  if (result === 'stale') throw new AppError('changed_meanwhile', 'read it anew, and try again')
}

/** An id that is none is as absent as one that never was. @throws AppError `not_found`. */
export function idOr404<Id>(parse: (text: string) => Id, text: string): Id {
  try {
    return parse(text)
  } catch {
    throw new AppError('not_found')
  }
}
