import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { inWorkspace } from '../src/in-workspace.ts'
import { useLink } from '../src/queries/alert-links.ts'
import { listDueStories, takeEvents } from '../src/queries/alert-stories.ts'
import { claimDeliveries, deleteDeliveriesBefore, finishAttempts } from '../src/queries/deliveries.ts'
import { listDeliveries } from '../src/queries/delivery-log.ts'
import { openGroupOutages } from '../src/queries/group-outages.ts'
import { enqueueEvents } from '../src/queries/outbox.ts'
import { createStorms, joinStorms } from '../src/queries/storms.ts'
import { addAlertPolicy, addChannel, addDelivery, makeRule } from '../testing/alerting.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addIncident } from '../testing/incidents.ts'
import { addGroup } from '../testing/maintenance.ts'
import { addMonitor, addWorkspace } from '../testing/populate.ts'

/** A hundred thousand deliveries of fifty channels: most of them told long ago, two thousand waiting. */
const count = 100_000
const waiting = 2_000
const channelCount = 50

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
  await seed(database.sql)
}, 120_000)
afterAll(() => database[Symbol.asyncDispose]())

async function seed(sql: Sql): Promise<void> {
  const { monitorKey } = await addMonitor(sql, workspaceId)
  for (let number = 0; number < channelCount; number += 1)
    await addChannel(sql, { workspaceId, name: `channel ${number}` })
  await sql.execute(text`
    insert into alert_story (id, workspace_id, monitor_key, events, planned_through)
    select gen_random_uuid(), ${workspaceId}::uuid, ${monitorKey}::integer, '[]', now() from generate_series(1, 2000)`)
  await sql.execute(text`
    insert into delivery (id, workspace_id, story_id, channel_id, key, part, spell, event, state, attempts, due_at, next_at, done_at)
    select gen_random_uuid(), ${workspaceId}::uuid, s.id, c.id, 'news:' || n, 'news', 0, 'warning',
      case when n <= ${waiting}::integer then 'waiting' else 'accepted' end, 1, at, at, case when n > ${waiting}::integer then at end
    from (select n, to_timestamp(${noonMs}::float8 / 1000) - make_interval(secs => n) as at from generate_series(1, ${count}::integer) n) r
    join (select id, row_number() over (order by id) as place from channel) c on c.place = r.n % ${channelCount}::integer + 1
    join (select id, row_number() over (order by id) as place from alert_story) s on s.place = r.n % 2000 + 1`)
  await sql.execute(text`vacuum (analyze)`)
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

/** How many rows of the deliveries a query looks at, and whether it reads them from end to end. Undone afterwards. */
async function costOf(read: (sql: Sql) => Promise<unknown>): Promise<{ rows: number; scans: string[] }> {
  let rows = 0
  const scans: string[] = []
  const look = (node: PlanNode): void => {
    for (const child of node.Plans ?? []) look(child)
    if (node['Relation Name'] !== 'delivery') return
    rows += (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
    if (node['Node Type'] === 'Seq Scan') scans.push('from end to end')
  }
  await database.sql
    .transaction(async (tx) => {
      const execute = async (query: SQL) => {
        const explained = await tx.execute<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
          text`explain (analyze, format json) ${query}`,
        )
        look((explained.rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'][0].Plan)
        return { rows: [], rowCount: 0 }
      }
      await read(
        new Proxy(tx, { get: (target, name) => (name === 'execute' ? execute : Reflect.get(target, name)) }) as Sql,
      )
      throw new Undo()
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error
    })
  return { rows, scans }
}
class Undo extends Error {}

const claim = { holder: 'test', nowMs: noonMs, leaseMs: 45_000, limit: 200, perChannel: 4, busy: [] }

describe('of a hundred thousand deliveries', () => {
  test.each([
    ['taking those that are due looks at those that wait', (sql: Sql) => claimDeliveries(sql, claim), 6 * waiting],
    ['a page of the log looks at a page', (sql: Sql) => listDeliveries(sql, workspaceId, { limit: 50 }), 120],
    [
      'looking for stories that are due looks at none',
      (sql: Sql) => listDueStories(sql, { nowMs: noonMs, limit: 500 }),
      0,
    ],
  ])('%s', async (_what, read, mostRows) => {
    const { rows, scans } = await costOf(read)
    expect(scans).toEqual([])
    expect(rows).toBeLessThanOrEqual(mostRows)
  })

  test('the newest are taken first, and of no channel more than is asked for', async () => {
    const taken = await claimDeliveries(database.sql, claim)
    expect(taken).toHaveLength(200)
    const perChannel = Map.groupBy(taken, ({ channel }) => channel.id)
    expect(perChannel.size).toBe(channelCount)
    expect(taken[0]?.dueAtMs).toBe(noonMs - 1_000)
    expect(taken.map(({ dueAtMs }) => dueAtMs)).toEqual(taken.map(({ dueAtMs }) => dueAtMs).toSorted((a, b) => b - a))
    const next = await claimDeliveries(database.sql, { ...claim, busy: [...perChannel.keys()].slice(1) })
    expect(new Set(next.map(({ channel }) => channel.id)).size).toBe(1)
  })

  test('one that was told a while ago is thrown away with its attempts', async () => {
    await deleteDeliveriesBefore(database.sql, noonMs - 50_000_000)
    const { rows } = await database.sql.execute<{ count: number }>('select count(*)::integer as count from delivery')
    expect(rows[0]?.count).toBe(50_000)
  })
})

describe('a delivery', () => {
  async function one(name: string) {
    const owner = await addWorkspace(database.sql)
    const { monitorKey } = await addMonitor(database.sql, owner)
    const channelId = await addChannel(database.sql, { workspaceId: owner, name })
    const { id: policyId } = await addAlertPolicy(database.sql, { workspaceId: owner, rule: makeRule(channelId) })
    const storyId = crypto.randomUUID()
    await database.sql.execute(text`insert into alert_story (id, workspace_id, monitor_key, events, planned_through)
      values (${storyId}, ${owner}, ${monitorKey}, '[]', now())`)
    await database.sql.execute(text`
      insert into delivery (id, workspace_id, story_id, channel_id, policy_id, key, part, spell, event, due_at, next_at)
      values (gen_random_uuid(), ${owner}, ${storyId}, ${channelId}, ${policyId}, 'news:0', 'news', 0, 'warning', to_timestamp(${noonMs}::float8 / 1000),
        to_timestamp(${noonMs}::float8 / 1000))`)
    return { owner, channelId }
  }

  test('stands in the log with each attempt and what the provider said', async () => {
    const { owner } = await one('logged')
    const [taken] = (await claimDeliveries(database.sql, claim)).filter((each) => each.workspaceId === owner)
    if (!taken) throw new Error('nothing was due')
    const done = { ...{ id: taken.id, workspaceId: owner, channelId: taken.channel.id, holder: 'test', number: 1 } }
    const attempt = {
      event: 'warning',
      beganAtMs: noonMs,
      endedAtMs: noonMs + 90,
      outcome: 'retry',
      reason: 'answered 500',
    } as const
    const next = { state: 'waiting', nextAtMs: noonMs + 5_000 } as const
    const finish = () => finishAttempts(database.sql, [{ ...done, ...attempt, answer: 'no', next, heldUntilMs: null }])
    expect((await finish()).size).toBe(1)
    // A second one that thinks that it was it.
    expect((await finish()).size).toBe(0)
    const { items } = await inWorkspace(database.sql, owner, (tx) =>
      listDeliveries(tx, owner, { limit: 10, state: 'waiting' }),
    )
    expect(items).toMatchObject([
      {
        state: 'waiting',
        nextAtMs: noonMs + 5_000,
        channel: { name: 'logged' },
        policy: { name: 'Everything' },
        attempts: [
          {
            number: 1,
            outcome: 'retry',
            reason: 'answered 500',
            answer: 'no',
            beganAtMs: noonMs,
            endedAtMs: noonMs + 90,
          },
        ],
      },
    ])
  })

  test('names what it is about: a monitor, a storm of several, or a group', async () => {
    const { sql } = database
    const { owner: workspaceId, channelId } = await one('named')
    const monitor = await addMonitor(sql, workspaceId, { name: 'Till' })
    const group = await addGroup(sql, { workspaceId, name: 'Checkout' })
    const [stormId, groupOutageId] = [crypto.randomUUID(), crypto.randomUUID()]
    const incidentId = await addIncident(sql, monitor)
    await createStorms(sql, [{ id: stormId, workspaceId, trait: 'address:192.0.2.1', beganAtMs: noonMs }])
    await joinStorms(sql, [{ id: incidentId, stormId }])
    const outage = { id: groupOutageId, groupId: group.id, beganAtMs: noonMs, failing: [], toldAtMs: null }
    await openGroupOutages(sql, [outage])
    const told = [{ incidentId }, { stormId }, { groupOutageId }]
    const ids: string[] = []
    for (const about of told) ids.push(await addDelivery(sql, { workspaceId, channelId, ...about }))
    const { items } = await inWorkspace(sql, workspaceId, (tx) => listDeliveries(tx, workspaceId, { limit: 10 }))
    expect(ids.map((id) => items.find((item) => item.id === id)?.about)).toEqual([
      { kind: 'monitor', id: monitor.id, name: 'Till' },
      { kind: 'storm', id: stormId, monitors: 1 },
      { kind: 'group', id: group.id, name: 'Checkout' },
    ])
    expect(items.find(({ event }) => event === 'warning')?.about).toMatchObject({ kind: 'monitor' })
  })

  test('of a channel whose provider wants to be left alone waits, whatever else is to be told by it', async () => {
    const { owner, channelId } = await one('held')
    await database.sql.execute(
      text`update channel set held_until = to_timestamp(${noonMs + 60_000}::float8 / 1000) where id = ${channelId}`,
    )
    const takenAt = async (nowMs: number) =>
      (await claimDeliveries(database.sql, { ...claim, nowMs })).filter((each) => each.workspaceId === owner).length
    expect(await takenAt(noonMs + 59_000)).toBe(0)
    expect(await takenAt(noonMs + 60_000)).toBe(1)
  })
})

describe('an event', () => {
  test('is taken once, in its order, when it may be told and things have settled', async () => {
    const owner = await addWorkspace(database.sql)
    const { monitorKey } = await addMonitor(database.sql, owner)
    const event = { monitorKey, incidentId: null, event: 'warning' } as const
    await enqueueEvents(database.sql, [
      { ...event, body: { shown: 'held' }, notBeforeMs: noonMs + 60_000 },
      { ...event, body: { shown: 'first' } },
      { ...event, body: { shown: 'second' } },
    ])
    const take = async (nowMs: number, settledMs = 0) =>
      (await takeEvents(database.sql, { nowMs, settledMs, limit: 10 })).map(({ body }) => body.shown)
    expect(await take(noonMs, 60_000)).toEqual([])
    expect(await take(noonMs)).toEqual(['first', 'second'])
    expect(await take(noonMs)).toEqual([])
    expect(await take(noonMs + 60_000)).toEqual(['held'])
  })
})

test('a link of a message is used up by the first of those who use it', async () => {
  const { sql } = database
  const channelId = await addChannel(sql, { workspaceId })
  const incidentId = await addIncident(sql, await addMonitor(sql, workspaceId))
  const deliveryId = await addDelivery(sql, { workspaceId, channelId, incidentId })
  const use = (deed: 'acknowledge' | 'pause') => useLink(sql, { deliveryId, deed, workspaceId, nowMs: noonMs })
  const uses = await Promise.all([use('acknowledge'), use('acknowledge'), use('acknowledge'), use('pause')])
  expect(uses.filter((isFirst) => isFirst)).toHaveLength(2)
  expect(await use('pause')).toBe(false)
})
