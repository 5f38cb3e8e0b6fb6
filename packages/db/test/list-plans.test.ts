import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { inWorkspace } from '../src/in-workspace.ts'
import {
  countMonitors,
  listMonitors,
  type MonitorPageAsked,
  type MonitorSort,
  monitorSorts,
} from '../src/queries/monitor-list.ts'
import { listSlowdowns } from '../src/queries/slowdowns.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { explaining, type PlanNode, type Reading, readingsIn } from '../testing/explaining.ts'
import { addWorkspace } from '../testing/populate.ts'

/**
 * How the list of monitors is read, as the owner of the tables and as a tenant, whose policies come on top of what the
 * statements ask for: by index, and as many rows as are shown, of ten thousand in several workspaces.
 */

const counts = { big: 5_000, small: 1_000, others: [2_000, 1_000, 1_000] }
const limit = 100
const seedingMs = 60_000

interface Place {
  readonly workspaceId: WorkspaceId
  readonly count: number
}

let database: TestDatabase
let places: { readonly big: Place; readonly small: Place }
beforeAll(async () => {
  database = await openTestDatabase()
  const add = async (count: number) => ({ workspaceId: await addWorkspace(database.sql), count })
  places = { big: await add(counts.big), small: await add(counts.small) }
  const others: Place[] = []
  for (const count of counts.others) others.push(await add(count))
  await seed(database.sql, [places.big, ...others, places.small])
}, seedingMs)
afterAll(() => database[Symbol.asyncDispose]())

/** Side by side in the tables lie monitors of several workspaces, in no order that any list has. */
async function seed(sql: Sql, all: readonly Place[]): Promise<void> {
  for (const { workspaceId, count } of all)
    await sql.execute(text`
      insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, tags, paused_at, schedule_from, created_at, updated_at)
      select gen_random_uuid(), ${workspaceId}, 'Shop ' || md5(n::text), case when n % 5 = 0 then '{"kind":"tcp"}' else '{"kind":"http"}' end::jsonb,
        'shop ' || n, 60000, array['a'], case when n % 4 = 0 then array['till', 'shop'] when n % 1000 = 1 then array['rare'] else '{}' end,
        case when n % 20 = 7 then now() end, now(), now() - random() * interval '400 days', now() - random() * interval '40 days'
      from generate_series(1, ${count}::integer) n`)
  await sql.execute(text`
    insert into monitor_state (monitor_key, status)
    select monitor_key, case when monitor_key % 50 = 0 then 'down' when monitor_key % 10 = 1 then 'degraded' else 'up' end from monitor order by random()`)
  // Most are up all the time, some were slow or down, and of some nothing is known.
  await sql.execute(text`
    update monitor_figures set uptime_day = case when monitor_key % 20 = 0 then monitor_key % 100000 when monitor_key % 20 <> 7 then 100000 end,
      uptime_month = case when monitor_key % 5 = 0 then monitor_key % 100000 else 100000 end,
      p95_us = case when monitor_key % 20 <> 7 then (random() * 1000000)::integer end,
      before_us = case when monitor_key % 50 = 3 then 1000 else 900000 end`)
  await sql.execute(text`vacuum (analyze)`)
}

type Reader = 'the owner' | 'the tenant'

type Asked = Omit<MonitorPageAsked, 'limit' | 'cursor'>

async function readingsOf(reader: Reader, { workspaceId }: Place, asked: MonitorPageAsked): Promise<Reading[]> {
  const readings: Reading[] = []
  const look = (plan: PlanNode) => readings.push(...readingsIn(plan))
  const read = (sql: Sql) => listMonitors(explaining(sql, look), workspaceId, asked)
  await (reader === 'the owner' ? read(database.sql) : inWorkspace(database.sql, workspaceId, read))
  return readings
}

/** The first page, and one from the middle of the list, where it has one. */
async function pagesOf(reader: Reader, place: Place, asked: Asked): Promise<Reading[][]> {
  const page = { limit, ...asked }
  const { next } = await listMonitors(database.sql, place.workspaceId, { ...page, limit: 150 })
  const cursors = next ? [undefined, next] : [undefined]
  const pages: Reading[][] = []
  for (const cursor of cursors) pages.push(await readingsOf(reader, place, { ...page, cursor }))
  return pages
}

const indexOf: Record<MonitorSort, string> = {
  status: 'monitor_state_by_rank',
  name: 'monitor_state_by_name',
  created: 'monitor_by_creation',
  changed: 'monitor_by_change',
  slowness: 'monitor_figures_by_p95',
  uptimeDay: 'monitor_figures_by_day',
  uptimeMonth: 'monitor_figures_by_month',
  quickness: 'monitor_figures_by_quickness',
  bestDay: 'monitor_figures_by_best_day',
  bestMonth: 'monitor_figures_by_best_month',
}
const orders = monitorSorts.flatMap((sort) => [false, true].map((isDescending) => ({ sort, isDescending })))
const nameOf = ({ isDescending, ...asked }: Asked) =>
  `${Object.entries(asked).flat().join(' ')}${isDescending ? ', the other way round' : ''}`

describe.each(['big', 'small'] as const)('of a workspace that has a %s part of all monitors', (size) => {
  /** Each table's readings are no more than the page has, and one for whether there is a further one. */
  async function expectNoMore(reader: Reader, asked: Asked, index: string): Promise<void> {
    for (const readings of await pagesOf(reader, places[size], asked)) {
      const others = readings.filter((reading) => reading.index !== index)
      expect(readings.length - others.length).toBe(1)
      for (const other of others) expect(other.index).toEndWith('_pkey')
      for (const { rows } of readings) expect(rows).toBeLessThanOrEqual(limit + 1)
    }
  }

  test('what slowed down most is read by the index of that, and little more than is shown', async () => {
    const readings: Reading[] = []
    const { workspaceId } = places[size]
    const look = (plan: PlanNode) => readings.push(...readingsIn(plan))
    const found = await inWorkspace(database.sql, workspaceId, (sql) => listSlowdowns(sql, workspaceId, 5))
    expect(found).toHaveLength(5)
    await inWorkspace(database.sql, workspaceId, (sql) => listSlowdowns(explaining(sql, look), workspaceId, 5))
    expect(readings.map(({ index }) => index)).toContain('monitor_figures_by_slowdown')
    for (const { rows } of readings) expect(rows).toBeLessThanOrEqual(20)
  })

  // As the owner of the tables nobody reads the lists of people; a small one may then be read as a whole.
  const readers: Reader[] = size === 'big' ? ['the owner', 'the tenant'] : ['the tenant']
  describe.each(readers)('a page that %s reads', (reader) => {
    test.each(orders.map((order): [string, Asked] => [nameOf(order), order]))(
      'by %s is read by the index of its order, row for row',
      (_name, order) => expectNoMore(reader, order, indexOf[order.sort ?? 'status']),
    )
  })

  const statuses = ['down', 'degraded', 'up', 'paused'] as const
  const ofStatus = statuses.flatMap((status) =>
    orders.flatMap((order): [string, Asked][] =>
      order.sort === 'status' || order.sort === 'name' ? [[nameOf({ status, ...order }), { status, ...order }]] : [],
    ),
  )
  test.each(ofStatus)('a page of %s is read by the index of statuses, row for row', (_name, asked) =>
    expectNoMore('the tenant', asked, 'monitor_state_by_rank'),
  )

  const looked = [{ kind: 'tcp' }, { tag: 'till' }, { tag: 'rare' }, { text: 'shop 17' }, { status: 'up', tag: 'till' }]
  const filtered = [...looked, { status: 'down' }].flatMap((filter) =>
    orders.map((order): [string, Asked] => [
      nameOf({ ...filter, ...order } as Asked),
      { ...filter, ...order } as Asked,
    ]),
  )
  test.each(filtered)('a page of %s is read by indexes, and nothing of other workspaces', async (_name, asked) => {
    for (const readings of await pagesOf('the tenant', places[size], asked)) {
      expect(readings.map(({ index }) => index).filter((index) => index.endsWith('Scan'))).toEqual([])
      for (const { rows } of readings) expect(rows).toBeLessThanOrEqual(places[size].count)
    }
  })

  test.each([
    ['kind', { kind: 'tcp' }, 1 / 5],
    ['tag', { tag: 'till' }, 1 / 4],
  ])('a page of what many have, by %s, is read in its order until it is full', async (_what, filter, share) => {
    for (const sort of ['created', 'changed'] as const)
      for (const readings of await pagesOf('the tenant', places[size], { ...filter, sort })) {
        const most = Math.max(...readings.map(({ rows }) => rows))
        expect(most).toBeLessThan((1.7 * limit) / share)
      }
  })
})

test('the counts are of the own workspace alone', async () => {
  const { workspaceId, count } = places.small
  const counted = await inWorkspace(database.sql, workspaceId, (tx) => countMonitors(tx, workspaceId))
  expect([...counted.values()].reduce((sum, some) => sum + some, 0)).toBe(count)
})
