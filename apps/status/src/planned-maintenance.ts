import type { Sql } from '@repo/db/database'
import { type MaintenanceFact, readMaintenances, readToldWindows } from '@repo/public-page/maintenance-facts'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'

/** What the windows of a workspace say on its pages, with a text that is another one whenever that is something else. */
export interface Planned {
  readonly facts: readonly MaintenanceFact[]
  readonly mark: string
}

export const nothingPlanned: Planned = { facts: [], mark: '' }

/** To find the times of a window takes long: they are looked up when it was changed, and else so often. */
const ANEW_MS = 60_000

/** @returns what reads it, by the workspace. */
export function createPlannedReader({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }) {
  let read: { readonly of: string; readonly atMs: number; readonly facts: readonly MaintenanceFact[] } | undefined

  return async function readPlanned(workspaceIds: readonly string[]): Promise<ReadonlyMap<string, Planned>> {
    const nowMs = clock.nowMs()
    const told = await readToldWindows(sql, workspaceIds)
    const of = [
      ...told.windows.map(({ id, version }) => `${id} ${version}`),
      ...told.formers.map(({ id }) => id),
    ].join()
    if (read?.of !== of || nowMs - read.atMs >= ANEW_MS) {
      const onSpoilt = (windowId: string, err: unknown) =>
        log.error({ err, windowId }, 'a maintenance window cannot be read')
      read = { of, atMs: nowMs, facts: await readMaintenances(sql, told, { nowMs, onSpoilt }) }
    }
    const facts = Map.groupBy(read.facts, (fact) => fact.workspaceId)
    return new Map([...facts].map(([id, ofOne]) => [id, { facts: ofOne, mark: markOf(ofOne, nowMs) }]))
  }
}

function markOf(facts: readonly MaintenanceFact[], nowMs: number): string {
  return facts
    .map(({ windowId, formerId = '', version, periods, cancelled, carriedOn, monitorIds }) => {
      const begun = periods.filter(({ fromMs }) => fromMs <= nowMs).length
      const over = periods.filter(({ toMs }) => toMs <= nowMs).length
      const listed = `${periods[0]?.fromMs} ${periods.length} ${begun} ${over}`
      const gone = [...cancelled, ...(carriedOn?.ahead ?? [])].filter(({ toMs }) => toMs <= nowMs).length
      return `${windowId} ${formerId} ${version} ${listed} ${cancelled.length} ${gone} ${[...(monitorIds ?? [])].join(' ')}`
    })
    .join()
}
