import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type AddressInfo, connect, createServer } from 'node:net'
import { targetOf } from '@repo/contracts/spec-target'
import { openDatabase } from '@repo/db/database'
import { deleteMonitors } from '@repo/db/queries/monitor-moves'
import {
  changeMonitor,
  createMonitors,
  deleteMonitor,
  pauseMonitor,
  resumeMonitor,
  type StoredMonitor,
} from '@repo/db/queries/monitors'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addMonitor, addWorkspace, makeMonitor, reread } from '@repo/db/testing/populate'
import type { WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { Schedule } from '../src/schedule.ts'
import { createScheduleKeeper } from '../src/schedule-keeper.ts'

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

const log = createLog('publisher', 'silent')

type Told = Pick<StoredMonitor, 'id'>

/** A keeper that has read the whole schedule once, and nothing since. */
async function startKeeper(sql = database.sql) {
  const clock = createManualClock(noonMs)
  const schedule = new Schedule(noonMs)
  const { changes } = createMemoryBackend(() => {})
  const { stop } = run(createScheduleKeeper({ schedule, sql, changes, clock, log }))
  await eventually('it has read the schedule', () => clock.sleepers === 1)
  return {
    schedule,
    has: ({ id }: Told) => schedule.ids().includes(id),
    advance: (ms: number) => clock.advance(ms),
    /** Tells of monitors as the API does, by one message, and waits for the keeper to have looked. */
    async tell(told: Told | readonly Told[], what: string, holds: () => boolean) {
      await changes.publish({ monitorIds: [told].flat().map(({ id }) => id) })
      await eventually(what, async () => {
        if (clock.sleepers === 1) await clock.advance(50)
        return holds()
      })
      expect(clock.nowMs()).toBeLessThan(noonMs + 60_000)
    },
    [Symbol.asyncDispose]: stop,
  }
}

type Keeper = Awaited<ReturnType<typeof startKeeper>>

const slots = ({ schedule }: Keeper, throughMs: number) => schedule.takeDue({ nowMs: throughMs, throughMs })

describe('the schedule of a publisher', () => {
  test('is what the database says when it starts: every active monitor, and no paused one', async () => {
    await using own = await openTestDatabase()
    const workspace = await addWorkspace(own.sql)
    const active = [await addMonitor(own.sql, workspace), await addMonitor(own.sql, await addWorkspace(own.sql))]
    const paused = await addMonitor(own.sql, workspace)
    await pauseMonitor(own.sql, paused, noonMs)
    await using keeper = await startKeeper(own.sql)
    expect(keeper.schedule.ids().sort()).toEqual(active.map(({ id }) => id).sort())
  })

  test('takes in a monitor that is created', async () => {
    await using keeper = await startKeeper()
    const monitor = await addMonitor(database.sql, workspaceId)
    await keeper.tell(monitor, 'it is in', () => keeper.has(monitor))
  })

  test('lets go of a monitor that is paused, and takes it in again when it resumes', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    await using keeper = await startKeeper()
    expect(keeper.has(monitor)).toBe(true)
    await pauseMonitor(database.sql, monitor, noonMs)
    await keeper.tell(monitor, 'it is out', () => !keeper.has(monitor))
    await resumeMonitor(database.sql, monitor, noonMs)
    await keeper.tell(monitor, 'it is in', () => keeper.has(monitor))
  })

  test('lets go of a monitor that is deleted', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    await using keeper = await startKeeper()
    await deleteMonitor(database.sql, monitor)
    await keeper.tell(monitor, 'it is out', () => !keeper.has(monitor))
  })

  test('takes in hundreds of monitors, and lets go of them, that it is told of at once', async () => {
    await using own = await openTestDatabase()
    const workspace = await addWorkspace(own.sql)
    await using keeper = await startKeeper(own.sql)
    const created = Array.from({ length: 500 }, () => makeMonitor(workspace))
    await createMonitors(own.sql, created, noonMs)
    await keeper.tell(created, 'all are in', () => created.every((one) => keeper.has(one)))
    await deleteMonitors(own.sql, { workspaceId: workspace, ids: created.map(({ id }) => id) })
    await keeper.tell(created, 'all are out', () => keeper.schedule.ids().length === 0)
  })

  test('takes over what is changed of a monitor', async () => {
    const monitor = await addMonitor(database.sql, workspaceId, { intervalMs: 86_400_000 })
    await using keeper = await startKeeper()
    await eventually('its first check was taken', () => slots(keeper, noonMs + 10).length > 0)
    const spec = { kind: 'http', url: 'https://changed.example/' }
    await changeMonitor(database.sql, monitor, { spec, nowMs: noonMs + 1_000 })
    await keeper.tell(monitor, 'the change is in', () =>
      slots(keeper, noonMs + 4_000).some(
        (check) => check.monitorId === monitor.id && targetOf(check.spec) === spec.url,
      ),
    )
  })

  test('finds out within a minute what it was not told', async () => {
    const [deleted, paused] = [await addMonitor(database.sql, workspaceId), await addMonitor(database.sql, workspaceId)]
    await using keeper = await startKeeper()
    const created = await addMonitor(database.sql, workspaceId)
    await deleteMonitor(database.sql, deleted)
    await pauseMonitor(database.sql, paused, noonMs)
    await keeper.advance(59_000)
    expect([created, deleted, paused].map(keeper.has)).toEqual([false, true, true])
    await keeper.advance(1_000)
    await eventually('it has found out', async () => {
      await keeper.advance(0)
      return keeper.has(created) && !keeper.has(deleted) && !keeper.has(paused)
    })
  })

  test('looks again when it is told of a monitor while it looks at it', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    await using link = await openSlowLink(database.url)
    await using keeper = await startKeeper(link.sql)
    link.hold()
    await keeper.tell(monitor, 'it has looked', () => link.held > 0)
    await pauseMonitor(database.sql, monitor, noonMs)
    await keeper.tell(monitor, 'it was told again', () => true)
    link.release()
    await keeper.tell(await addMonitor(database.sql, workspaceId), 'it is out', () => !keeper.has(monitor))
  })

  test('leaves out a monitor that cannot be read, and keeps all others', async () => {
    const broken = await addMonitor(database.sql, workspaceId, { spec: { kind: 'gopher' } })
    const whole = await addMonitor(database.sql, workspaceId)
    await using keeper = await startKeeper()
    expect([keeper.has(broken), keeper.has(whole)]).toEqual([false, true])
    const isMarked = async (one: StoredMonitor) => (await reread(database.sql, one)).unreadableSinceMs !== null
    expect([await isMarked(broken), await isMarked(whole)]).toEqual([true, false])
    await changeMonitor(database.sql, broken, { spec: { kind: 'http', url: 'https://mended.example' }, nowMs: noonMs })
    await keeper.tell(broken, 'it is in once it was mended', () => keeper.has(broken))
    await eventually('it is no longer marked', async () => !(await isMarked(broken)))
    await changeMonitor(database.sql, broken, { spec: { kind: 'gopher' }, nowMs: noonMs })
    await keeper.tell(broken, 'it is out once it was broken', () => !keeper.has(broken))
    expect(keeper.has(whole)).toBe(true)
  })

  test('goes on as it is while the database is away', async () => {
    const own = await openTestDatabase()
    const monitor = await addMonitor(own.sql, await addWorkspace(own.sql))
    await using keeper = await startKeeper(own.sql)
    await own[Symbol.asyncDispose]()
    await keeper.advance(120_000)
    expect(keeper.has(monitor)).toBe(true)
  })
})

/** A way to a database whose answers can be held back. */
async function openSlowLink(url: string) {
  const { hostname, port } = new URL(url)
  let holding = false
  const held: (() => void)[] = []
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    client.pipe(upstream)
    upstream.on('data', (answer) => (holding ? held.push(() => client.write(answer)) : client.write(answer)))
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const own = openDatabase(through.href, { connections: 1, onError: () => {} })
  return {
    sql: own.sql,
    get held() {
      return held.length
    },
    hold: () => {
      holding = true
    },
    release: () => {
      holding = false
      for (const answer of held.splice(0)) answer()
    },
    async [Symbol.asyncDispose]() {
      await own[Symbol.asyncDispose]()
      server.close()
    },
  }
}
