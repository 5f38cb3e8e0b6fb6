import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { LiveEvent } from '@repo/contracts/live'
import type { MonitorChanged } from '@repo/contracts/monitor-changed'
import { setParents } from '@repo/db/queries/dependencies'
import { changeWindow, deleteWindow } from '@repo/db/queries/maintenance'
import { tagMonitors } from '@repo/db/queries/monitor-moves'
import { pauseMonitor, resumeMonitor, type StoredMonitor } from '@repo/db/queries/monitors'
import { summariseStatuses } from '@repo/db/queries/uptime'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addWindow, faultsOfHistories, historyOf } from '@repo/db/testing/maintenance'
import { addMonitor, addWorkspace, reread } from '@repo/db/testing/populate'
import type { WorkspaceId } from '@repo/domain/ids'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { uptimePercent } from '@repo/domain/uptime'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import type { Backend } from '@repo/streams/backend'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createMaintenanceKeeper } from '../src/maintenance-keeper.ts'
import { createSaveResults } from '../src/save-results.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

let workspaceId: WorkspaceId
let clock: ManualClock
let backend: Backend
let told: LiveEvent[]
let keeper: { stop(): Promise<void> }
beforeEach(async () => {
  workspaceId = await addWorkspace(database.sql)
  await database.sql.execute('delete from maintenance_progress')
  clock = createManualClock(noonMs)
  backend = createMemoryBackend(() => {})
  told = []
})
afterEach(async () => {
  await keeper.stop()
  // Whatever a test did, no second of any monitor is without its status, and none has two.
  expect(await faultsOfHistories(database.sql)).toEqual([])
  await database.sql.execute('delete from workspace')
})

const SECOND_MS = 1_000
/** Nobody looks at single ticks, and no region is asked to look again. */
const quietly = { workspaceOf: () => undefined, rechecks: { ask: async () => {} } }
const log = createLog('dbpusher', 'silent')

function makeKeeper(more: { holder?: string; faultPoint?: (name: string) => void } = {}) {
  const { holder = 'one', ...rest } = more
  const lease = backend.openLease({ name: 'maintenance', holder, ttlMs: 600_000 })
  const announce = async ({ events }: { events: readonly LiveEvent[] }) => void told.push(...events)
  return createMaintenanceKeeper({
    ...{ sql: database.sql, lease, changes: backend.changes, announce, clock, log },
    ...rest,
  })
}

async function start(): Promise<void> {
  keeper = run(makeKeeper())
  await settled()
}

const settled = () => eventually('the round has ended', () => clock.sleepers === 1)

/** Moves time on to so many seconds after noon, a round at a time. */
async function passTo(second: number): Promise<void> {
  const endMs = noonMs + second * SECOND_MS
  await settled()
  while (clock.nowMs() < endMs) {
    await clock.advance(Math.min(5_000, endMs - clock.nowMs()))
    await settled()
    // Who fell asleep after its instant had passed is due.
    await clock.advance(0)
    await settled()
  }
}

const once = (from: number, to: number) => {
  const [startsAt, endsAt] = [from, to].map((second) => new Date(noonMs + second * SECOND_MS).toISOString())
  return { kind: 'once', startsAt, endsAt }
}
const watch = (tags: string[] = []) => addMonitor(database.sql, workspaceId, { tags })
const plan = (from: number, to: number, more: object = {}) =>
  addWindow(database.sql, { workspaceId, schedule: once(from, to), ...more }, clock.nowMs())
/** What those who watch were told of statuses. */
const statuses = () => told.filter(({ type }) => type === 'monitor.status')
const history = ({ monitorKey }: StoredMonitor) => historyOf(database.sql, monitorKey)

/** What a check at so many seconds after noon saw, and the second look that bears it out. */
async function say({ id, monitorKey }: StoredMonitor, second: number, verdict: OutcomeVerdict): Promise<void> {
  const announce = async ({ events }: { events: readonly LiveEvent[] }) => void told.push(...events)
  const save = createSaveResults({ ...quietly, sql: database.sql, clock, announce })
  const looks = [second, second + 0.4].map((at) => makeTick('a', noonMs + at * SECOND_MS, verdict))
  await save(looks.map((look) => makeResult({ id, monitorKey }, look)))
}
/** `down 70-200 maintenance`: from when until when, and why nobody was told. */
async function incidents({ monitorKey }: StoredMonitor): Promise<string[]> {
  const { rows } = await database.sql.execute<{ text: string }>(`
    select severity || ' ' || extract(epoch from began_at)::float8 - ${noonMs / 1_000}::float8
      || coalesce('-' || extract(epoch from ended_at)::float8 - ${noonMs / 1_000}::float8, '') || coalesce(' ' || silent_because, '') as text
    from incident where monitor_key = ${monitorKey} order by began_at`)
  return rows.map(({ text }) => text)
}
async function events({ monitorKey }: StoredMonitor): Promise<string[]> {
  const { rows } = await database.sql.execute<{ event: string }>(
    `select event from outbox where monitor_key = ${monitorKey} order by id`,
  )
  return rows.map(({ event }) => event)
}
const one = async (statement: string) => (await database.sql.execute<{ value: unknown }>(statement)).rows[0]?.value
const bodyOf = ({ monitorKey }: StoredMonitor) =>
  one(`select body as value from outbox where monitor_key = ${monitorKey} order by id desc limit 1`)
const opening = ({ monitorKey }: StoredMonitor) =>
  one(`select e.body as value from incident_entry e join incident i on i.id = e.incident_id
    where i.monitor_key = ${monitorKey} and e.kind = 'opened'`)
const parentOf = ({ monitorKey }: StoredMonitor) =>
  one(`select m.id as value from incident i join incident p on p.id = i.parent_id join monitor m on m.monitor_key = p.monitor_key
    where i.monitor_key = ${monitorKey}`)
const changed = (message: MonitorChanged = { monitorIds: [] }) => backend.changes.publish(message)

describe('a monitor under maintenance', () => {
  test('is so from the instant for which it is planned to the instant of its end', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 120)
    await start()
    await passTo(59)
    expect(await history(monitor)).toBe('up 0')
    await passTo(60)
    expect(await history(monitor)).toBe('up 0, maintenance 60')
    const { maintenance } = (await reread(database.sql, monitor)).state
    expect(maintenance).toEqual({ sinceMs: noonMs + 60_000, untilMs: noonMs + 120_000 })
    await passTo(120)
    expect(await history(monitor)).toBe('up 0, maintenance 60, up 120')
    expect((await reread(database.sql, monitor)).state.maintenance).toBeNull()
  })

  test('is checked on, and comes out of it with what its regions say by then', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 120)
    await start()
    await passTo(60)
    await say(monitor, 70, 'down')
    expect(await history(monitor)).toBe('up 0, maintenance 60')
    expect((await reread(database.sql, monitor)).state).toMatchObject({ status: 'down', sinceMs: noonMs + 70_000 })
    await passTo(120)
    expect(await history(monitor)).toBe('up 0, maintenance 60, down 120')
    await say(monitor, 130, 'up')
    expect(await history(monitor)).toBe('up 0, maintenance 60, down 120, up 130')
  })

  test('is told of on the live bus, as it begins and as it ends', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 120)
    await start()
    await passTo(60)
    await say(monitor, 70, 'down')
    await passTo(130)
    const since = (second: number) => new Date(noonMs + second * SECOND_MS).toISOString()
    const event = { type: 'monitor.status', monitorId: monitor.id } as const
    expect(statuses()).toEqual([
      { ...event, status: 'up', previous: 'unknown', since: since(0), message: null },
      { ...event, status: 'maintenance', previous: 'up', since: since(60), message: null },
      { ...event, status: 'down', previous: 'maintenance', since: since(70), message: 'it is down' },
    ])
  })

  test('loses no uptime by it', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(100, 200)
    await start()
    await passTo(100)
    await say(monitor, 110, 'down')
    await say(monitor, 190, 'up')
    await passTo(300)
    const window = { fromMs: noonMs, toMs: noonMs + 300_000 }
    const summary = (await summariseStatuses(database.sql, [monitor.monitorKey], window)).get(monitor.monitorKey)
    expect(summary).toMatchObject({ outages: 0, durations: { up: 200_000, maintenance: 100_000, down: 0, unknown: 0 } })
    expect(summary && uptimePercent(summary.durations)).toBe(100)
  })

  test('that was down before is down up to its beginning, and again from its end on', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'down')
    await plan(60, 120)
    await start()
    await passTo(200)
    expect(await history(monitor)).toBe('down 0, maintenance 60, down 120')
  })

  test('is paused where it is paused, and under maintenance again where it is resumed', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 120)
    await start()
    await passTo(70)
    await pauseMonitor(database.sql, monitor, clock.nowMs())
    await passTo(80)
    expect(await history(monitor)).toBe('up 0, maintenance 60, paused 70')
    await resumeMonitor(database.sql, monitor, clock.nowMs())
    expect(await history(monitor)).toBe('up 0, maintenance 60, paused 70, maintenance 80')
    await passTo(130)
    expect(await history(monitor)).toBe('up 0, maintenance 60, paused 70, maintenance 80, unknown 120')
  })

  test('that is paused stays so, whatever begins and ends', async () => {
    const monitor = await watch()
    await pauseMonitor(database.sql, monitor, noonMs + 10_000)
    await plan(60, 120)
    await start()
    await passTo(200)
    expect(await history(monitor)).toBe('unknown 0, paused 10')
    expect(told).toEqual([])
  })
})

describe('the incident of a monitor under maintenance', () => {
  test('is kept, and nobody is told of it while that lasts, nor at its end where it is over by then', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 300)
    await start()
    await passTo(60)
    await say(monitor, 70, 'down')
    expect(await incidents(monitor)).toEqual(['down 70 maintenance'])
    expect(await opening(monitor)).toMatchObject({ silence: { because: 'maintenance', parentId: null } })
    await say(monitor, 200, 'up')
    await passTo(400)
    expect(await incidents(monitor)).toEqual(['down 70-200 maintenance'])
    expect(await events(monitor)).toEqual([])
  })

  test('is told once when it lasts longer than the maintenance, and then its end is too', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 120)
    await start()
    await passTo(60)
    await say(monitor, 70, 'down')
    await passTo(119)
    expect(await events(monitor)).toEqual([])
    await passTo(200)
    expect(await events(monitor)).toEqual(['opened'])
    expect(await bodyOf(monitor)).toMatchObject({
      ...{ severity: 'down', beganAtMs: noonMs + 70_000, heldBecause: 'maintenance' },
      cause: { code: 'TCP_REFUSED', message: 'it is down', region: 'a' },
    })
    expect(told.filter(({ type }) => type === 'incident.changed')).toHaveLength(2)
    await say(monitor, 210, 'up')
    expect(await events(monitor)).toEqual(['opened', 'resolved'])
    expect(await incidents(monitor)).toEqual(['down 70-210'])
  })

  test('that people were told of before is told to be over at once', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'down')
    await plan(60, 120)
    await start()
    await passTo(60)
    await say(monitor, 70, 'up')
    expect(await events(monitor)).toEqual(['opened', 'resolved'])
    await passTo(200)
    expect(await events(monitor)).toEqual(['opened', 'resolved'])
  })
})

describe('the incident of a monitor that hangs on another', () => {
  async function family() {
    const [child, parent] = [await watch(), await watch()]
    await setParents(database.sql, { workspaceId, id: child.id }, [parent.id])
    for (const monitor of [child, parent]) await say(monitor, 0, 'up')
    await start()
    return { child, parent }
  }

  test('is linked to that one’s, and nobody is told of it', async () => {
    const { child, parent } = await family()
    await say(parent, 10, 'down')
    await say(child, 20, 'down')
    expect(await incidents(child)).toEqual(['down 20 parent'])
    expect(await parentOf(child)).toBe(parent.id)
    expect([await events(parent), await events(child)]).toEqual([['opened'], []])
    await say(child, 30, 'up')
    await say(parent, 40, 'up')
    await passTo(200)
    expect([await events(parent), await events(child)]).toEqual([['opened', 'resolved'], []])
  })

  test('is told where it is still there a minute after the other has passed, and not before', async () => {
    const { child, parent } = await family()
    await say(parent, 10, 'down')
    await say(child, 20, 'down')
    await passTo(30)
    await say(parent, 30, 'up')
    await passTo(85)
    expect(await events(child)).toEqual([])
    await passTo(100)
    expect(await events(child)).toEqual(['opened'])
    expect(await incidents(child)).toEqual(['down 20'])
  })

  test('is silent over any way, as long as one that it hangs on is', async () => {
    const { child, parent } = await family()
    const grandchild = await watch()
    await setParents(database.sql, { workspaceId, id: grandchild.id }, [child.id])
    for (const [monitor, second] of [
      [grandchild, 0],
      [parent, 10],
      [child, 20],
      [grandchild, 30],
    ] as const)
      await say(monitor, second, second === 0 ? 'up' : 'down')
    expect(await incidents(grandchild)).toEqual(['down 30 parent'])
    expect(await parentOf(grandchild)).toBe(child.id)
    await passTo(200)
    expect([await events(child), await events(grandchild)]).toEqual([[], []])
  })

  test('is linked and silent also where both were found down in one batch', async () => {
    const { child, parent } = await family()
    const looks = [child, parent].flatMap(({ id, monitorKey }) =>
      [10, 10.4].map((at) => makeResult({ id, monitorKey }, makeTick('a', noonMs + at * SECOND_MS, 'down'))),
    )
    await createSaveResults({ ...quietly, sql: database.sql, clock, announce: async () => {} })(looks)
    expect(await parentOf(child)).toBe(parent.id)
    expect([await events(parent), await events(child)]).toEqual([['opened'], []])
  })

  test('that people were told of before is linked when the other is found down', async () => {
    const { child, parent } = await family()
    await say(child, 10, 'down')
    await say(parent, 20, 'down')
    expect(await parentOf(child)).toBe(parent.id)
    expect(await incidents(child)).toEqual(['down 10'])
    expect(await events(child)).toEqual(['opened'])
  })

  test('is told where it hangs on nothing any more', async () => {
    const { child, parent } = await family()
    await say(parent, 10, 'down')
    await say(child, 20, 'down')
    await setParents(database.sql, { workspaceId, id: child.id }, [])
    await passTo(30)
    expect(await events(child)).toEqual(['opened'])
  })

  test('is silent for the maintenance of its own too, and told when neither is left', async () => {
    const { child, parent } = await family()
    await plan(30, 120, { appliesTo: { kind: 'monitors', monitorIds: [child.id] } })
    await changed()
    await passTo(30)
    await say(parent, 40, 'down')
    await say(child, 50, 'down')
    expect(await incidents(child)).toEqual(['down 50 maintenance'])
    await passTo(200)
    expect(await events(child)).toEqual([])
    await say(parent, 200, 'up')
    await passTo(300)
    expect(await events(child)).toEqual(['opened'])
  })
})

describe('a window', () => {
  test('is of the monitors that it names, of those with one of its tags, or of all', async () => {
    const [named, tagged, other] = [await watch(), await watch(['shop', 'eu']), await watch(['us'])]
    const foreign = await addMonitor(database.sql, await addWorkspace(database.sql), { tags: ['shop'] })
    await plan(10, 20, { appliesTo: { kind: 'monitors', monitorIds: [named.id, foreign.id] } })
    await plan(30, 40, { appliesTo: { kind: 'tags', tags: ['shop', 'none'] } })
    await plan(50, 60, { appliesTo: { kind: 'all' } })
    await start()
    await passTo(100)
    expect(await history(named)).toBe('unknown 0, maintenance 10, unknown 20, maintenance 50, unknown 60')
    expect(await history(tagged)).toBe('unknown 0, maintenance 30, unknown 40, maintenance 50, unknown 60')
    expect(await history(other)).toBe('unknown 0, maintenance 50, unknown 60')
    expect(await history(foreign)).toBe('unknown 0')
  })

  test('that overlaps another makes one maintenance of both', async () => {
    const monitor = await watch()
    await plan(60, 120)
    await plan(100, 180)
    await plan(180, 200)
    await start()
    await passTo(300)
    expect(await history(monitor)).toBe('unknown 0, maintenance 60, unknown 200')
  })

  test('that is made while it lasts begins then, and says nothing of before', async () => {
    const monitor = await watch()
    await start()
    await passTo(100)
    await plan(-3_600, 200)
    await changed()
    await passTo(101)
    expect(await history(monitor)).toBe('unknown 0, maintenance 100')
  })

  test('that a monitor comes to while it lasts is of it from then on, and until it leaves', async () => {
    const monitor = await watch()
    const other = await watch(['shop'])
    await plan(10, 200, { appliesTo: { kind: 'tags', tags: ['shop'] } })
    await start()
    await passTo(50)
    await tagMonitors(database.sql, { workspaceId, ids: [monitor.id] }, { add: ['shop'], nowMs: clock.nowMs() })
    await changed()
    await passTo(51)
    expect(await history(monitor)).toBe('unknown 0, maintenance 50')
    await passTo(60)
    await tagMonitors(database.sql, { workspaceId, ids: [monitor.id] }, { remove: ['shop'], nowMs: clock.nowMs() })
    await changed()
    await passTo(61)
    expect(await history(monitor)).toMatch(/^unknown 0, maintenance 50, unknown 60(?:\.\d+)?$/)
    expect(await history(other)).toBe('unknown 0, maintenance 10')
  })

  test('that is changed while it lasts goes on without a break, to its new end', async () => {
    const monitor = await watch()
    const window = await plan(10, 60)
    await start()
    await passTo(50)
    await changeWindow(database.sql, window, { schedule: once(10, 100), nowMs: clock.nowMs() })
    await changed()
    await passTo(90)
    expect(await history(monitor)).toBe('unknown 0, maintenance 10')
    await passTo(120)
    expect(await history(monitor)).toBe('unknown 0, maintenance 10, unknown 100')
  })

  test('that is deleted ends at once', async () => {
    const monitor = await watch()
    const window = await plan(10, 600)
    await start()
    await passTo(50)
    await deleteWindow(database.sql, window, {})
    await changed()
    await passTo(51)
    expect(await history(monitor)).toMatch(/^unknown 0, maintenance 10, unknown 50(?:\.\d+)?$/)
  })

  test('that somebody has spoilt holds up no other', async () => {
    const monitor = await watch()
    await plan(10, 20, { schedule: { kind: 'never' } })
    await plan(30, 40)
    await start()
    await passTo(100)
    expect(await history(monitor)).toBe('unknown 0, maintenance 30, unknown 40')
  })

  test('that a monitor is born into is of it from its first second', async () => {
    await plan(10, 200)
    await start()
    await passTo(50)
    const monitor = await watch()
    await database.sql.execute(
      `update state_interval set began_at = began_at + interval '50 s' where monitor_key = ${monitor.monitorKey}`,
    )
    await changed()
    await passTo(60)
    expect(await history(monitor)).toBe('maintenance 50')
  })
})

describe('a keeper', () => {
  test('that comes late begins and ends maintenance at its instants all the same', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 120)
    await start()
    await keeper.stop()
    await say(monitor, 70, 'down')
    await clock.jump(80_000)
    await start()
    expect(await history(monitor)).toBe('up 0, maintenance 60')
    await keeper.stop()
    await say(monitor, 125, 'up')
    await clock.jump(100_000)
    await start()
    expect(await history(monitor)).toBe('up 0, maintenance 60, down 120, up 125')
  })

  test('that slept through a whole maintenance has it all the same', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 120)
    await start()
    await keeper.stop()
    await say(monitor, 70, 'down')
    await say(monitor, 110, 'up')
    await clock.jump(600_000)
    await start()
    expect(await history(monitor)).toBe('up 0, maintenance 60, up 120')
  })

  test('leaves a check that comes late, from before maintenance, with what was told', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 120)
    await start()
    await passTo(61)
    await say(monitor, 59, 'down')
    expect(await history(monitor)).toBe('up 0, maintenance 60')
    await passTo(121)
    await say(monitor, 119, 'up')
    expect(await history(monitor)).toBe('up 0, maintenance 60, up 120')
  })

  test('that dies in the middle leaves the rest to the next', async () => {
    const monitors = []
    for (let count = 0; count < 3; count += 1) monitors.push(await watch())
    await plan(60, 120)
    await start()
    await keeper.stop()
    await clock.jump(70_000)
    let deaths = 0
    const dying = run(
      makeKeeper({
        faultPoint: () => {
          deaths += 1
          throw new Error('killed')
        },
      }),
    )
    await eventually('it dies', () => deaths > 0)
    await dying.stop()
    for (const monitor of monitors) expect(await history(monitor)).toBe('unknown 0')
    await start()
    for (const monitor of monitors) expect(await history(monitor)).toBe('unknown 0, maintenance 60')
  })

  test('of whom there are two does everything once', async () => {
    const monitor = await watch()
    await plan(60, 120)
    const both = [run(makeKeeper()), run(makeKeeper({ holder: 'two' }))]
    await eventually('both wait', () => clock.sleepers === 2)
    for (let second = 5; second <= 130; second += 5) {
      await clock.advance(5_000)
      await eventually('both wait', () => clock.sleepers === 2)
    }
    expect(await history(monitor)).toBe('unknown 0, maintenance 60, unknown 120')
    expect(told).toHaveLength(2)
    for (const one of both) await one.stop()
    await start()
  })

  test('and results that come at the same time lose no second', async () => {
    const monitors: StoredMonitor[] = []
    for (let count = 0; count < 10; count += 1) monitors.push(await watch())
    for (let second = 5; second < 300; second += 20) await plan(second, second + 5)
    await start()
    for (let second = 1; second < 300; second += 9) {
      const saving = Promise.all(
        monitors.map((monitor, place) => say(monitor, second, (second + place) % 7 < 3 ? 'down' : 'up')),
      )
      await clock.advance(9_000)
      await saving
    }
    await passTo(310)
    expect(await faultsOfHistories(database.sql)).toEqual([])
    const window = { fromMs: noonMs, toMs: clock.nowMs() }
    const summaries = await summariseStatuses(
      database.sql,
      monitors.map(({ monitorKey }) => monitorKey),
      window,
    )
    for (const { durations } of summaries.values()) {
      expect(Object.values(durations).reduce((sum, ms) => sum + ms, 0)).toBe(window.toMs - window.fromMs)
      expect(durations.maintenance).toBe(75_000)
    }
  }, 60_000)
})
