import type { LiveBatch } from '@repo/contracts/live'
import type { Sql } from '@repo/db/database'
import { savePaths } from '@repo/db/queries/system-facts'
import { createTxtResolver } from '@repo/public-page/domain-proof'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import { addStreamFill } from '@repo/service/metrics'
import type { Operator } from '@repo/service/operator-server'
import type { Backend } from '@repo/streams/backend'
import type { Lease } from '@repo/streams/lease'
import { createConsumerRoster } from './consumer-roster.ts'
import { createDbpusher, dbpusherGroup } from './dbpusher.ts'
import { createDomainKeeper } from './domain-keeper.ts'
import { createFiguresKeeper } from './figures-keeper.ts'
import { createGroupKeeper } from './group-keeper.ts'
import { createHousekeeper } from './housekeeper.ts'
import { liveBatches } from './live-batches.ts'
import { createMaintenanceKeeper } from './maintenance-keeper.ts'
import { createDbpusherMetrics } from './metrics.ts'
import { createPageDrafter } from './page-drafter.ts'
import { createPartitionKeeper } from './partition-keeper.ts'
import { notingCanaries } from './path-canaries.ts'
import { createRechecks } from './rechecks.ts'
import { createRegionKeeper } from './region-keeper.ts'
import { createRollupKeeper } from './rollup-keeper.ts'
import { createSaveResults } from './save-results.ts'
import { savingAllBut } from './set-aside.ts'
import { createSlotAccountant } from './slot-accountant.ts'
import { createSystemKeeper } from './system-keeper.ts'
import { createWatchdog } from './watchdog.ts'
import { createWatchedMonitors } from './watched-monitors.ts'

export interface DbpusherServicesDeps {
  readonly sql: Sql
  readonly backend: Backend
  readonly clock: Clock
  readonly log: Log
  readonly operator: Operator
  readonly name: string
  /** For so many whole days single ticks are kept. */
  readonly rawDays?: number
  readonly faultPoint?: FaultPoint
  /** Whom to tell, and how often, that the whole way works; nobody where it is left out. */
  readonly watchdog?: { readonly url: string; readonly intervalMs: number } | undefined
  /** Who is asked for the records of pages' domains; those of the machine where it is left out. */
  readonly nameServers?: readonly string[] | undefined
}

const keeperLeaseMs = 15_000
/** A dbpusher that leaves results waiting and stores none for so long does not do its work. */
const stuckAfterMs = 30_000

/** The role of a dbpusher: results into ticks and verdicts, the accounts of slots, and the order that all is kept in. */
export function dbpusherServices(deps: DbpusherServicesDeps): Record<string, Service> {
  const { sql, backend, clock, log, operator, name, rawDays, faultPoint } = deps
  const metrics = createDbpusherMetrics(operator.metrics, sql)
  const watched = createWatchedMonitors({ sql, watching: backend.watching, changes: backend.changes, clock, log })
  let savedAtMs = clock.nowMs()
  const announce = (batch: LiveBatch) =>
    backend.live.publish(batch).catch((err: unknown) => log.warn({ err }, 'ticks could not be announced'))
  const saveResults = createSaveResults({
    sql,
    clock,
    rechecks: createRechecks({ sql, urgentOf: backend.urgentOf, clock, log, onAsked: metrics.rechecksAsked }),
    workspaceOf: watched.workspaceOf,
    announce,
    onSaved: (batch) => {
      savedAtMs = clock.nowMs()
      metrics.batchSaved(batch)
    },
    ...(faultPoint && { faultPoint }),
  })
  const depth = () => backend.results.depth(dbpusherGroup)
  addStreamFill(operator.metrics, 'results', depth)
  operator.readiness.add('results', async () => {
    const { oldestAgeMs } = await depth()
    const isStuck = oldestAgeMs > stuckAfterMs && clock.nowMs() - savedAtMs > stuckAfterMs
    return isStuck ? `results wait since ${Math.round(oldestAgeMs / 1_000)} s and none is stored` : undefined
  })
  const saveAll = notingCanaries(saveResults, async (canaries) => {
    savedAtMs = clock.nowMs()
    await savePaths(sql, canaries, savedAtMs)
  })
  const leaseOf = (task: string) =>
    backend.openLease({ name: `betterstack:${task}`, holder: name, ttlMs: keeperLeaseMs })
  const waitingMs = async () => (await depth()).oldestAgeMs
  const keeper = createSystemKeeper({
    sql,
    lease: leaseOf('system-keeper'),
    waitingMs,
    clock,
    log,
  })
  metrics.watchSystem(keeper)
  return {
    dbpusher: createDbpusher({ results: backend.results, saveResults: savingAllBut(saveAll), name }),
    watchedMonitors: watched.service,
    slotAccountant: createSlotAccountant({
      sql,
      lease: leaseOf('accountant'),
      saveResults,
      waitingMs,
      clock,
      log,
      onAccounted: metrics.slotsAccounted,
    }),
    regionKeeper: createRegionKeeper({
      sql,
      lease: leaseOf('region-keeper'),
      clock,
      log,
      announce: async (saved) => {
        for (const batch of liveBatches({ added: [], ...saved }, watched.workspaceOf)) await announce(batch)
      },
    }),
    maintenanceKeeper: createMaintenanceKeeper({
      sql,
      lease: leaseOf('maintenance'),
      changes: backend.changes,
      announce,
      clock,
      log,
      ...(faultPoint && { faultPoint }),
    }),
    groupKeeper: createGroupKeeper({ sql, lease: leaseOf('group-keeper'), announce, clock, log }),
    ...keepersOfPages(deps, leaseOf),
    consumerRoster: createConsumerRoster({ sql, consumers: backend.consumers, clock, log }),
    systemKeeper: keeper.service,
    ...(deps.watchdog && {
      watchdog: createWatchdog({
        ...deps.watchdog,
        wholeAtMs: () => keeper.wholeAtMs,
        clock,
        log,
        onBeat: metrics.beatSent,
      }),
    }),
    partitionKeeper: createPartitionKeeper({ sql, clock, log, ...(rawDays !== undefined && { rawDays }) }),
    rollupKeeper: createRollupKeeper({ sql, clock, log }),
    figuresKeeper: createFiguresKeeper({ sql, lease: leaseOf('figures-keeper'), clock, log }),
    housekeeper: createHousekeeper({ sql, clock, log }),
  }
}

function keepersOfPages(
  { sql, clock, log, nameServers }: DbpusherServicesDeps,
  leaseOf: (task: string) => Lease,
): Record<string, Service> {
  const resolveTxt = createTxtResolver(nameServers)
  return {
    pageDrafter: createPageDrafter({ sql, lease: leaseOf('page-drafter'), clock, log }),
    domainKeeper: createDomainKeeper({ sql, lease: leaseOf('domain-keeper'), resolveTxt, clock, log }),
  }
}
