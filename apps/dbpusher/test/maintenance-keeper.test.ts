import { describe, expect, test } from 'bun:test'
import { changeWindow, deleteWindow } from '@repo/db/queries/maintenance'
import { tagMonitors } from '@repo/db/queries/monitor-moves'
import { pauseMonitor, resumeMonitor, type StoredMonitor } from '@repo/db/queries/monitors'
import { summariseStatuses } from '@repo/db/queries/uptime'
import { faultsOfHistories } from '@repo/db/testing/maintenance'
import { addMonitor, addWorkspace, reread } from '@repo/db/testing/populate'
import { noonMs } from '@repo/domain/testing'
import { uptimePercent } from '@repo/domain/uptime'
import { eventually, run } from '@repo/streams/testing/eventually'

import {
  changed,
  clock,
  database,
  history,
  keeper,
  makeKeeper,
  once,
  passTo,
  plan,
  SECOND_MS,
  say,
  start,
  statuses,
  told,
  useKeeping,
  watch,
  workspaceId,
} from './keeping.ts'

useKeeping()

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
    await deleteWindow(database.sql, window, { nowMs: noonMs })
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
    expect(await history(monitor)).toBe('up 0, maintenance 60, down 120')
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
