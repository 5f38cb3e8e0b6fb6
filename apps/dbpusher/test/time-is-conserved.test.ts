import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deleteWindow } from '@repo/db/queries/maintenance'
import { tagMonitors } from '@repo/db/queries/monitor-moves'
import { pauseMonitor, resumeMonitor, type StoredMonitor, shownStatus } from '@repo/db/queries/monitors'
import { summariseStatuses } from '@repo/db/queries/uptime'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addWindow, faultsOfHistories, historyOf } from '@repo/db/testing/maintenance'
import { addMonitor, addWorkspace, reread } from '@repo/db/testing/populate'
import type { WorkspaceId } from '@repo/domain/ids'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import fc from 'fast-check'
import { createMaintenanceKeeper } from '../src/maintenance-keeper.ts'
import { createSaveResults } from '../src/save-results.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const SECOND_MS = 1_000
/** Nobody looks at single ticks, and no region is asked to look again. */
const quietly = { workspaceOf: () => undefined, rechecks: { ask: async () => {} } }
const monitorsAtOnce = 3
const verdicts: readonly OutcomeVerdict[] = ['up', 'degraded', 'down', 'unknown']

/** What may happen to one of the monitors, or to all. */
type Happening =
  | {
      readonly kind: 'tick'
      readonly of: number
      readonly region: string
      readonly verdict: OutcomeVerdict
      readonly lateSeconds: number
    }
  | { readonly kind: 'pause' | 'resume' | 'tag' | 'untag'; readonly of: number }
  | { readonly kind: 'plan'; readonly inSeconds: number; readonly lastsSeconds: number; readonly isOfTag: boolean }
  | { readonly kind: 'unplan' | 'keep' }
  | { readonly kind: 'pass'; readonly seconds: number }

const of = fc.nat(monitorsAtOnce - 1)
const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('tick' as const),
        of,
        region: fc.constantFrom('a', 'b'),
        verdict: fc.constantFrom(...verdicts),
        lateSeconds: fc.constantFrom(0, 0, 0, 7, 45),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('pause' as const, 'resume' as const, 'tag' as const, 'untag' as const),
        of,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('plan' as const),
        inSeconds: fc.integer({ min: -20, max: 60 }),
        lastsSeconds: fc.integer({ min: 25, max: 90 }),
        isOfTag: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('unplan' as const) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('keep' as const) }) },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 30 }) }),
    },
  ),
  { minLength: 10, maxLength: 40 },
)

describe('up + degraded + down + unknown + maintenance + paused', () => {
  test('is the time that went by, to the second, whatever happens to a monitor and however late', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (all) => {
        await using world = await openWorld()
        for (const one of all) await world.happen(one)
        await world.happen({ kind: 'keep' })
        expect(await faultsOfHistories(database.sql)).toEqual([])
        await world.expectWhole()
      }),
      { numRuns: 40, seed: 20_260_601 },
    )
  }, 120_000)
})

async function openWorld() {
  const { sql } = database
  await sql.execute('delete from maintenance_progress')
  const workspaceId: WorkspaceId = await addWorkspace(sql)
  const monitors: StoredMonitor[] = []
  for (let count = 0; count < monitorsAtOnce; count += 1)
    monitors.push(await addMonitor(sql, workspaceId, { regions: ['a', 'b'].map(parseRegion) }))
  const clock: ManualClock = createManualClock(noonMs)
  const backend = createMemoryBackend(() => {})
  const save = createSaveResults({ ...quietly, sql, clock, announce: async () => {} })
  const windows: { id: Awaited<ReturnType<typeof addWindow>>['id'] }[] = []

  async function keep(): Promise<void> {
    const lease = backend.openLease({ name: 'maintenance', holder: crypto.randomUUID(), ttlMs: 600_000 })
    const log = createLog('dbpusher', 'silent')
    const rest = { lease, changes: backend.changes, announce: async () => {}, clock, log }
    const keeper = run(createMaintenanceKeeper({ sql, ...rest }))
    await eventually('the round has ended', () => clock.sleepers === 1)
    await keeper.stop()
  }

  async function happen(one: Happening): Promise<void> {
    const nowMs = clock.nowMs()
    const monitor = 'of' in one ? monitors[one.of] : monitors[0]
    if (!monitor) return
    const owned = { workspaceId, ids: [monitor.id] }
    if (one.kind === 'tick') {
      // A second look bears the first one out.
      const atMs = Math.max(noonMs, nowMs - one.lateSeconds * SECOND_MS)
      const looks = [atMs, atMs + 400].map((ms) => makeTick(one.region, ms, one.verdict))
      await save(looks.map((look) => makeResult(monitor, look)))
    }
    if (one.kind === 'pause') await pauseMonitor(sql, monitor, nowMs)
    if (one.kind === 'resume') await resumeMonitor(sql, monitor, nowMs)
    if (one.kind === 'tag') await tagMonitors(sql, owned, { add: ['shop'], nowMs })
    if (one.kind === 'untag') await tagMonitors(sql, owned, { remove: ['shop'], nowMs })
    if (one.kind === 'plan') {
      const startMs = nowMs + one.inSeconds * SECOND_MS
      const [startsAt, endsAt] = [startMs, startMs + one.lastsSeconds * SECOND_MS].map((ms) =>
        new Date(ms).toISOString(),
      )
      const appliesTo = one.isOfTag ? ({ kind: 'tags', tags: ['shop'] } as const) : ({ kind: 'all' } as const)
      windows.push(
        await addWindow(sql, { workspaceId, appliesTo, schedule: { kind: 'once', startsAt, endsAt } }, nowMs),
      )
    }
    if (one.kind === 'unplan') {
      const gone = windows.shift()
      if (gone) await deleteWindow(sql, { workspaceId, id: gone.id }, { nowMs })
    }
    if (one.kind === 'keep') await keep()
    if (one.kind === 'pass') await clock.advance(one.seconds * SECOND_MS)
  }

  return {
    happen,
    /** Every monitor has as much time as went by, and its history ends with what is shown of it. */
    async expectWhole() {
      const window = { fromMs: noonMs, toMs: Math.max(clock.nowMs(), noonMs + 1) }
      const keys = monitors.map(({ monitorKey }) => monitorKey)
      const summaries = await summariseStatuses(sql, keys, window)
      for (const monitor of monitors) {
        const durations = Object.values(summaries.get(monitor.monitorKey)?.durations ?? {})
        expect(durations.reduce((sum, ms) => sum + ms, 0)).toBe(window.toMs - window.fromMs)
        const history = await historyOf(sql, monitor.monitorKey)
        expect(history.split(', ')[0]).toEndWith(' 0')
        expect(history.split(', ').at(-1)).toStartWith(`${shownStatus(await reread(sql, monitor))} `)
      }
    },
    [Symbol.asyncDispose]: async () => void (await sql.execute(`delete from workspace where id = '${workspaceId}'`)),
  }
}
