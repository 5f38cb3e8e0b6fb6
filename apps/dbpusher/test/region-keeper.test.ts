import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { changeMonitor, type StoredMonitor } from '@repo/db/queries/monitors'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addMonitor, addWorkspace, reread } from '@repo/db/testing/populate'
import type { WorkspaceId } from '@repo/domain/ids'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import type { VerdictPolicy } from '@repo/domain/policy'
import { parseRegion } from '@repo/domain/region'
import { makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createRegionKeeper } from '../src/region-keeper.ts'
import { createSaveResults, type SaveResults } from '../src/save-results.ts'
import { evenPace } from './keeping.ts'

let database: TestDatabase
let workspaceId: WorkspaceId
let clock: ManualClock
let keeper: ReturnType<typeof run>
let save: SaveResults
let announced: string[]
beforeEach(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
  clock = createManualClock(noonMs + 1_000)
  announced = []
  const { sql } = database
  save = createSaveResults({
    ...{ sql, clock, rechecks: { ask: async () => {} } },
    ...{ workspaceOf: () => undefined, announce: async () => {} },
  })
  keeper = run(
    createRegionKeeper({
      ...{ sql, clock, log: createLog('dbpusher', 'silent'), pace: evenPace(2_000) },
      lease: createMemoryBackend(() => {}).openLease({ name: 'region-keeper', holder: 'one', ttlMs: 3_600_000 }),
      announce: async ({ moves }) => void announced.push(...moves.map((move) => move.verdict.status)),
    }),
  )
})
afterEach(async () => {
  await keeper.stop()
  await database[Symbol.asyncDispose]()
})

const regions = ['a', 'b', 'c'].map(parseRegion)
const watch = (place: number, policy: Partial<VerdictPolicy> = {}) =>
  addMonitor(database.sql, workspaceId, { regions, policy, target: `https://site-${place}.example/` })
const watchMany = (count: number) => Promise.all(Array.from({ length: count }, (_, place) => watch(place)))

/** What each region sees of all of these, as `a:down b:up`. */
const see = (monitors: readonly StoredMonitor[], looks: string, second: number) =>
  save(
    looks.split(' ').flatMap((look) => {
      const [region = '', verdict] = look.split(':')
      return monitors.map((monitor) =>
        makeResult(monitor, makeTick(region, noonMs + second * 1_000, verdict as OutcomeVerdict)),
      )
    }),
  )

/** Lets a round begin and end. */
async function round(ms = 2_000): Promise<void> {
  await eventually('the round has ended', () => clock.sleepers === 1)
  await clock.advance(ms)
  await eventually('the next round has ended', () => clock.sleepers === 1)
}

async function texts(statement: string): Promise<string[]> {
  return (await database.sql.execute<{ told: string }>(statement)).rows.map((row) => row.told)
}
const quarantined = () => texts('select r.name as told from region_quarantine join region r using (region_key)')
const advisories = () =>
  texts(`select m.target || ' ' || r.name || case when ended_at is null then '' else ' over' end as told
    from region_advisory join monitor m using (monitor_key) join region r using (region_key) order by 1`)
const statusOf = async (monitor: StoredMonitor) => (await reread(database.sql, monitor)).state.status

describe('a region that alone fails across many targets', () => {
  test('loses its vote, and what it finds wrong is not known to be so', async () => {
    const monitors = await watchMany(8)
    await see(monitors, 'a:down b:up c:up', 1)
    await round()
    expect(await quarantined()).toEqual(['a'])
    await see(monitors, 'a:down', 61)
    const codes = await texts("select message as told from tick where scheduled_at > '2026-06-01T12:01:00Z'")
    expect(new Set(codes)).toEqual(
      new Set(['not believed: this region fails across many targets that other regions find well']),
    )
    // With it out of the way one more that fails is one of two, and not enough.
    await see(monitors.slice(0, 1), 'b:down', 62)
    for (const monitor of monitors) expect(await statusOf(monitor)).toBe('up')
    await see(monitors.slice(0, 1), 'c:down', 63)
    expect(await statusOf(monitors[0] as StoredMonitor)).toBe('down')
  })

  test('has its vote back after a minute in which it was sound', async () => {
    const monitors = await watchMany(8)
    await see(monitors, 'a:down b:up c:up', 1)
    await round()
    await see(monitors, 'a:up', 61)
    await see(monitors, 'a:up', 62)
    await round()
    expect(await quarantined()).toEqual(['a'])
    for (let waitedMs = 0; waitedMs < 62_000; waitedMs += 2_000) await round()
    expect(await quarantined()).toEqual([])
  })

  test('takes back the outages that were by its word alone', async () => {
    const monitors = await Promise.all(
      Array.from({ length: 8 }, (_, place) => watch(place, { quorum: { kind: 'any' }, failures: 1 })),
    )
    await see(monitors, 'a:down b:up c:up', 1)
    for (const monitor of monitors) expect(await statusOf(monitor)).toBe('down')
    await round()
    expect(await quarantined()).toEqual(['a'])
    for (const monitor of monitors) expect(await statusOf(monitor)).toBe('up')
    expect(await texts('select resolution as told from incident')).toEqual(monitors.map(() => 'recovered'))
  })

  test('keeps it where others fail them too', async () => {
    const monitors = await watchMany(8)
    await see(monitors, 'a:down b:down c:up', 1)
    await round()
    expect(await quarantined()).toEqual([])
  })

  test('keeps it where all of it is one target', async () => {
    const monitors = await Promise.all(
      Array.from({ length: 8 }, () => addMonitor(database.sql, workspaceId, { regions })),
    )
    await see(monitors, 'a:down b:up c:up', 1)
    await round()
    expect(await quarantined()).toEqual([])
  })
})

describe('an advisory', () => {
  test('is noted when a region has been failing alone for three minutes, told once, and over when it passes', async () => {
    const [monitor] = await watchMany(1)
    if (!monitor) throw new Error('there is one')
    await see([monitor], 'a:down b:up c:up', 1)
    await round(170_000)
    expect(await advisories()).toEqual([])
    await round(12_000)
    await round()
    expect(await advisories()).toEqual(['https://site-0.example/ a'])
    expect(await texts("select event as told from outbox where event = 'advisory'")).toEqual(['advisory'])
    await see([monitor], 'a:up', 241)
    await see([monitor], 'a:up', 242)
    await round()
    expect(await advisories()).toEqual(['https://site-0.example/ a over'])
  })

  test('is over when somebody silences the region there', async () => {
    const [monitor] = await watchMany(1)
    if (!monitor) throw new Error('there is one')
    await see([monitor], 'a:down b:up c:up', 1)
    await round(182_000)
    await round()
    await changeMonitor(database.sql, monitor, { mutedRegions: [parseRegion('a')], nowMs: clock.nowMs() })
    await round()
    expect(await advisories()).toEqual(['https://site-0.example/ a over'])
  })
})

describe('where a person decides otherwise who may vote, or how many must agree', () => {
  test('the verdict is reached anew, and told', async () => {
    const [monitor] = await watchMany(1)
    if (!monitor) throw new Error('there is one')
    await see([monitor], 'a:down b:up c:up', 1)
    await changeMonitor(database.sql, monitor, { policy: { quorum: { kind: 'any' } }, nowMs: clock.nowMs() })
    await round()
    expect(await statusOf(monitor)).toBe('down')
    expect(await texts('select severity as told from incident')).toEqual(['down'])
    await changeMonitor(database.sql, monitor, { mutedRegions: [parseRegion('a')], nowMs: clock.nowMs() })
    await round()
    expect(await statusOf(monitor)).toBe('up')
    expect(announced).toEqual(['down', 'up'])
    expect(await texts('select count(*)::text as told from monitor_state where rejudge')).toEqual(['0'])
  })

  test('nothing more is done where it stays what it was', async () => {
    const [monitor] = await watchMany(1)
    if (!monitor) throw new Error('there is one')
    await see([monitor], 'a:up b:up c:up', 1)
    await changeMonitor(database.sql, monitor, { policy: { recoveries: 3 }, nowMs: clock.nowMs() })
    await round()
    expect(await texts('select count(*)::text as told from monitor_state where rejudge')).toEqual(['0'])
    expect(announced).toEqual([])
  })
})
