import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { LiveBatch } from '@repo/contracts/live'
import { changeGroup } from '@repo/db/queries/monitor-groups'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addGroup } from '@repo/db/testing/maintenance'
import { addMonitor, addWorkspace } from '@repo/db/testing/populate'
import type { GroupId, WorkspaceId } from '@repo/domain/ids'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createGroupKeeper } from '../src/group-keeper.ts'
import { createSaveResults } from '../src/save-results.ts'
import { evenPace } from './keeping.ts'

let database: TestDatabase
let workspaceId: WorkspaceId
let clock: ManualClock
let keepers: { stop(): Promise<void> }[]
let told: LiveBatch[]
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  workspaceId = await addWorkspace(database.sql)
  clock = createManualClock(noonMs)
  told = []
  keepers = []
})
afterEach(async () => {
  for (const keeper of keepers) await keeper.stop()
  await database.sql.execute('delete from workspace')
})

const log = createLog('dbpusher', 'silent')

/** Keepers that each believe that they alone are at work, as after a pause that outlasted a lease. */
function start(count = 1): void {
  for (let index = 0; index < count; index += 1) {
    const lease = createMemoryBackend(() => {}).openLease({ name: 'groups', holder: 'one', ttlMs: 600_000 })
    const announce = async (batch: LiveBatch) => void told.push(batch)
    keepers.push(run(createGroupKeeper({ sql: database.sql, lease, announce, clock, log, pace: evenPace(1_000) })))
  }
}

const rested = () => eventually('the round has ended', () => clock.sleepers === keepers.length)

/** Lets every keeper look once more. */
async function look(): Promise<void> {
  await rested()
  await clock.jump(60_000)
  await rested()
}

/** What a check at so many seconds after noon saw, and the second look that bears it out. */
async function say({ id, monitorKey }: StoredMonitor, second: number, verdict: OutcomeVerdict): Promise<void> {
  const behindMs = noonMs + second * 1_000 + 1_000 - clock.nowMs()
  if (behindMs > 0) await clock.jump(behindMs)
  const quiet = { workspaceOf: () => undefined, rechecks: { ask: async () => {} }, announce: async () => {} }
  const save = createSaveResults({ ...quiet, sql: database.sql, clock })
  await save(
    [second, second + 0.4].map((at) => makeResult({ id, monitorKey }, makeTick('a', noonMs + at * 1_000, verdict))),
  )
}

async function addMembers(names: string[]): Promise<StoredMonitor[]> {
  const members = []
  for (const name of names) {
    const monitor = await addMonitor(database.sql, workspaceId, { name })
    await say(monitor, 0, 'up')
    members.push(monitor)
  }
  return members
}

const groupOf = (members: readonly StoredMonitor[], more: object = {}) =>
  addGroup(database.sql, { workspaceId, members: members.map(({ id }) => ({ monitorId: id, weight: 1 })), ...more })

/** `10-30 told of A, B`. */
async function outages(id: GroupId): Promise<string[]> {
  const { rows } = await database.sql.execute<{ text: string }>(`
    select concat(extract(epoch from began_at)::float8 - ${noonMs / 1_000}::float8,
      '-' || (extract(epoch from ended_at)::float8 - ${noonMs / 1_000}::float8),
      case when told_at is null then ' quiet of ' else ' told of ' end, array_to_string(failing, ', ')) as text
    from group_outage where group_id = '${id}' order by began_at`)
  return rows.map(({ text }) => text)
}

async function events(id: GroupId): Promise<[string, Record<string, unknown>][]> {
  const { rows } = await database.sql.execute<{ event: string; body: Record<string, unknown> }>(
    `select event, body from outbox where group_id = '${id}' order by id`,
  )
  return rows.map(({ event, body }) => [event, body])
}

const kinds = async (id: GroupId) => (await events(id)).map(([event]) => event)

describe('a group whose members come and go', () => {
  test('has an outage while too few work, of which people are told once at either end', async () => {
    const [a, b, c] = (await addMembers(['A', 'B', 'C'])) as [StoredMonitor, StoredMonitor, StoredMonitor]
    const { id } = await groupOf([a, b, c], { rule: { kind: 'atLeast', count: 2 } })
    start()
    await say(a, 10, 'down')
    await look()
    expect(await outages(id)).toEqual([])
    await say(b, 20, 'down')
    await look()
    await look()
    expect(await outages(id)).toEqual(['20 told of A, B'])
    await say(a, 90, 'up')
    await look()
    await look()
    expect(await outages(id)).toEqual(['20-90 told of A, B'])
    const of = { outageId: expect.any(String), name: 'Shop', beganAtMs: noonMs + 20_000 }
    expect(await events(id)).toEqual([
      ['group_down', { ...of, failing: ['A', 'B'] }],
      ['group_up', { ...of, endedAtMs: noonMs + 90_000 }],
    ])
    const changed = { workspaceId, events: [{ type: 'group.changed', groupId: id }] }
    expect(told).toEqual([changed, changed] as LiveBatch[])
  })

  test('is opened once, and told once, by three keepers at once', async () => {
    const [a] = (await addMembers(['A'])) as [StoredMonitor]
    const { id } = await groupOf([a])
    await say(a, 10, 'down')
    start(3)
    await look()
    expect(await kinds(id)).toEqual(['group_down'])
    await say(a, 80, 'up')
    await look()
    expect(await outages(id)).toEqual(['10-80 told of A'])
    expect(await kinds(id)).toEqual(['group_down', 'group_up'])
  })

  test('is not told of while nobody is of its members, and is once they are', async () => {
    const [a] = (await addMembers(['A'])) as [StoredMonitor]
    const { id } = await groupOf([a])
    await say(a, 10, 'down')
    await database.sql.execute(`update incident set silent_because = 'parent' where monitor_key = ${a.monitorKey}`)
    start(3)
    await look()
    expect(await outages(id)).toEqual(['10 quiet of A'])
    expect(await kinds(id)).toEqual([])
    await database.sql.execute(`update incident set silent_because = null where monitor_key = ${a.monitorKey}`)
    await look()
    expect(await kinds(id)).toEqual(['group_down'])
  })

  test('is not told of before its members are, where so much failed at once that it may be us', async () => {
    const [a] = (await addMembers(['A'])) as [StoredMonitor]
    const { id } = await groupOf([a])
    await say(a, 10, 'down')
    await database.sql.execute(
      `update outbox set not_before = to_timestamp(${noonMs / 1_000 + 100}) where monitor_key = ${a.monitorKey}`,
    )
    start()
    await look()
    expect(await kinds(id)).toEqual([])
    await look()
    expect(await kinds(id)).toEqual(['group_down'])
  })

  test('of which nobody was told is not told of at its end either', async () => {
    const [a] = (await addMembers(['A'])) as [StoredMonitor]
    const { id } = await groupOf([a])
    await say(a, 10, 'down')
    await database.sql.execute(`update incident set silent_because = 'parent' where monitor_key = ${a.monitorKey}`)
    start()
    await look()
    await say(a, 80, 'up')
    await look()
    expect(await outages(id)).toEqual(['10-80 quiet of A'])
    expect(await kinds(id)).toEqual([])
  })

  test('works again once somebody asks for less', async () => {
    const [a, b] = (await addMembers(['A', 'B'])) as [StoredMonitor, StoredMonitor]
    const { id } = await groupOf([a, b])
    await say(a, 10, 'down')
    start()
    await look()
    await changeGroup(database.sql, { workspaceId, id }, { rule: { kind: 'any' }, nowMs: noonMs + 70_000 })
    await look()
    expect(await outages(id)).toEqual(['10-70 told of A'])
    expect(await kinds(id)).toEqual(['group_down', 'group_up'])
  })

  test('that is deleted takes its outage with it, and keeps nobody from anything', async () => {
    const [a] = (await addMembers(['A'])) as [StoredMonitor]
    const { id } = await groupOf([a])
    const { id: other } = await groupOf([a], { name: 'Other' })
    start()
    await look()
    await say(a, 10, 'down')
    await database.sql.execute(`delete from monitor_group where id = '${id}'`)
    await look()
    expect(await outages(id)).toEqual([])
    expect(await kinds(other)).toEqual(['group_down'])
  })
})
