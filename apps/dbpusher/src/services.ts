import type { Sql } from '@repo/db/database'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Backend } from '@repo/streams/backend'
import { createDbpusher } from './dbpusher.ts'
import { createPartitionKeeper } from './partition-keeper.ts'
import { createSaveResults } from './save-results.ts'
import { createWatchedMonitors } from './watched-monitors.ts'

export interface DbpusherServicesDeps {
  readonly sql: Sql
  readonly backend: Backend
  readonly clock: Clock
  readonly log: Log
  readonly name: string
}

/** The role of a dbpusher: results into ticks and verdicts, and the partitions that they go to. */
export function dbpusherServices({ sql, backend, clock, log, name }: DbpusherServicesDeps): Record<string, Service> {
  const announce: Parameters<typeof createSaveResults>[0]['announce'] = (batch) =>
    backend.live.publish(batch).catch((err: unknown) => log.warn({ err }, 'ticks could not be announced'))
  const watched = createWatchedMonitors({ sql, watching: backend.watching, changes: backend.changes, clock, log })
  const saveResults = createSaveResults({ sql, workspaceOf: watched.workspaceOf, announce })
  return {
    dbpusher: createDbpusher({ results: backend.results, saveResults, name }),
    watchedMonitors: watched.service,
    partitionKeeper: createPartitionKeeper({ sql, clock, log }),
  }
}
