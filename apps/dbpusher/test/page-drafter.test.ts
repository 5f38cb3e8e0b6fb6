import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { changePageIncident, listPageIncidents, publishPageIncident } from '@repo/db/queries/page-incidents'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addIncident } from '@repo/db/testing/incidents'
import { addGroup } from '@repo/db/testing/maintenance'
import { addMonitor, addWorkspace } from '@repo/db/testing/populate'
import { addPublishedPage, addStatusPage } from '@repo/db/testing/status-pages'
import type { IncidentId, StatusPageId, WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createPageDrafter } from '../src/page-drafter.ts'
import { evenPace } from './keeping.ts'

let database: TestDatabase
let workspaceId: WorkspaceId
let clock: ManualClock
let drafters: { stop(): Promise<void> }[]
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  workspaceId = await addWorkspace(database.sql)
  clock = createManualClock(noonMs)
  drafters = []
})
afterEach(async () => {
  for (const drafter of drafters) await drafter.stop()
  await database.sql.execute('delete from workspace')
})

const MINUTE_MS = 60_000
const log = createLog('dbpusher', 'silent')

/** Drafters that each believe that they alone are at work, as after a pause that outlasted a lease, and that have looked once. */
async function start(count = 1): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const lease = createMemoryBackend(() => {}).openLease({ name: 'drafter', holder: 'one', ttlMs: 86_400_000 })
    drafters.push(run(createPageDrafter({ sql: database.sql, lease, clock, log, pace: evenPace(2_000) })))
  }
  await rested()
}

const rested = () => eventually('the round has ended', () => clock.sleepers === drafters.length)

/** Lets every drafter look once more, after so many seconds. */
async function look(seconds = 2): Promise<void> {
  await rested()
  await clock.jump(seconds * 1_000)
  await rested()
}

const watch = (name = 'secret-db-7') => addMonitor(database.sql, workspaceId, { name })
const statusOf = ({ monitorKey }: StoredMonitor, status: string) =>
  database.sql.execute(`update monitor_state set status = '${status}' where monitor_key = ${monitorKey}`)

/** It is down from now on. */
async function fail(monitor: StoredMonitor): Promise<IncidentId> {
  await statusOf(monitor, 'down')
  return addIncident(database.sql, monitor, { beganAtMs: clock.nowMs() })
}

async function recover(monitor: StoredMonitor, id: IncidentId): Promise<void> {
  await statusOf(monitor, 'up')
  await database.sql.execute(
    `update incident set ended_at = began_at, closed_at = began_at, resolution = 'recovered' where id = '${id}'`,
  )
}

const uuid = () => crypto.randomUUID()
const sourceOf = ({ id: monitorId }: StoredMonitor) => ({ kind: 'monitor', monitorId })
const contentOf = (sources: Record<string, unknown>, more: object = {}) => ({
  title: 'Shop',
  sections: [
    {
      ...{ id: uuid(), name: 'All' },
      components: Object.entries(sources).map(([name, source]) => ({ id: uuid(), name, source })),
    },
  ],
  ...more,
})
const publish = async (sources: Record<string, unknown>, more: object = {}) =>
  (await addPublishedPage(database.sql, { workspaceId, content: contentOf(sources, more) })).id
const after = (minutes: number) => ({ publishRule: { kind: 'after', minutes } })

const said = async (pageId: StatusPageId) =>
  (await listPageIncidents(database.sql, { workspaceId, pageId }, { limit: 50 })).items
/** `investigating draft`, the newest first. */
const updatesOf = async (pageId: StatusPageId) =>
  (await said(pageId)).flatMap(({ updates }) =>
    updates.map(({ phase, publishedAtMs }) => `${phase} ${publishedAtMs === null ? 'draft' : 'published'}`),
  )

describe('what a page says of an incident of a monitor', () => {
  test('is drafted at once, of its own components in its own words', async () => {
    const monitor = await watch()
    const pageId = await publish({ Search: sourceOf(monitor), Phone: { kind: 'manual' } })
    await start()
    await look()
    expect(await said(pageId)).toEqual([])
    const incidentId = await fail(monitor)
    await look()
    const [draft] = await said(pageId)
    expect(draft).toMatchObject({
      ...{ title: 'Problem with Search', impact: 'major', phase: 'investigating', publishedAtMs: null },
      ...{ writtenAtMs: null, incidentIds: [incidentId], components: [{ state: 'major_outage' }] },
      updates: [{ body: 'We are looking into a problem with Search.', authorName: null, publishedAtMs: null }],
    })
    expect(JSON.stringify(draft)).not.toContain('secret')
    await look()
    expect(await said(pageId)).toHaveLength(1)
  })

  test('is drafted once for each page, whoever is at work', async () => {
    const monitor = await watch()
    const pages = [await publish({ Search: sourceOf(monitor) }), await publish({ Find: sourceOf(monitor) })]
    const { id: unpublished } = await addStatusPage(database.sql, {
      workspaceId,
      content: contentOf({ Search: sourceOf(monitor) }),
    })
    await start(2)
    await fail(monitor)
    await look()
    await look()
    for (const pageId of pages) expect(await said(pageId)).toHaveLength(1)
    expect(await said(unpublished)).toEqual([])
  })

  test('is said in the language of the page', async () => {
    const [one, other] = [await watch(), await watch()]
    const pageId = await publish({ Suche: sourceOf(one), Kasse: sourceOf(other) }, { language: 'de' })
    await start()
    await fail(one)
    await fail(other)
    await look()
    expect(await said(pageId)).toMatchObject([{ title: 'Störung: Suche und Kasse', impact: 'critical' }])
  })

  test('is nothing while maintenance is the reason', async () => {
    const monitor = await watch()
    const pageId = await publish({ Search: sourceOf(monitor) })
    await start()
    const id = await fail(monitor)
    await database.sql.execute(`update incident set silent_because = 'maintenance' where id = '${id}'`)
    await look()
    expect(await said(pageId)).toEqual([])
    await database.sql.execute(`update incident set silent_because = null where id = '${id}'`)
    await look()
    expect(await said(pageId)).toHaveLength(1)
  })

  test('is said of a group once a member makes it something else', async () => {
    const [a, b] = [await watch(), await watch()]
    const members = [a, b].map(({ id }) => ({ monitorId: id, weight: 1 }))
    const { id: groupId } = await addGroup(database.sql, { workspaceId, rule: { kind: 'any' }, members })
    for (const member of [a, b]) await statusOf(member, 'up')
    const pageId = await publish({ Checkout: { kind: 'group', groupId } })
    await start()
    await fail(a)
    await look()
    expect(await said(pageId)).toMatchObject([{ impact: 'minor', components: [{ state: 'partial_outage' }] }])
    await fail(b)
    await look()
    expect(await said(pageId)).toMatchObject([{ impact: 'critical', components: [{ state: 'major_outage' }] }])
  })

  test('is one thing for what begins together, and another for what begins much later', async () => {
    const [a, b, c] = [await watch(), await watch(), await watch()]
    const pageId = await publish({ A: sourceOf(a), B: sourceOf(b), C: sourceOf(c) })
    await start()
    await fail(a)
    await look()
    await look(5 * 60)
    await fail(b)
    await look()
    const [draft] = await said(pageId)
    expect(draft).toMatchObject({
      title: 'Problem with A and B',
      incidentIds: { length: 2 },
      components: { length: 2 },
    })
    expect(draft?.updates).toMatchObject([{ body: 'We are looking into a problem with A and B.' }])
    await look(11 * 60)
    await fail(c)
    await look()
    expect((await said(pageId)).map(({ title }) => title)).toEqual(['Problem with C', 'Problem with A and B'])
  })

  test('is over, in a draft, once all of it is', async () => {
    const [a, b] = [await watch(), await watch()]
    const pageId = await publish({ A: sourceOf(a), B: sourceOf(b) })
    await start()
    const [first, second] = [await fail(a), await fail(b)]
    await look()
    await recover(a, first)
    await look()
    expect(await updatesOf(pageId)).toEqual(['investigating draft'])
    await recover(b, second)
    await look()
    await look()
    expect(await updatesOf(pageId)).toEqual(['resolved draft', 'investigating draft'])
    expect((await said(pageId))[0]?.updates[0]?.body).toBe('The problem with A and B is resolved.')
  })
})

describe('a page whose rule is to publish after a while', () => {
  test('says nothing of what was over before, and what it says ends by itself', async () => {
    const monitor = await watch()
    const pageId = await publish({ Search: sourceOf(monitor) }, after(5))
    await start()
    await look()
    await recover(monitor, await fail(monitor))
    await look()
    const incidentId = await fail(monitor)
    await look()
    await look(4 * 60)
    expect(await updatesOf(pageId)).toEqual(['investigating draft'])
    await look(60)
    expect(await updatesOf(pageId)).toEqual(['investigating published'])
    await recover(monitor, incidentId)
    await look()
    expect(await updatesOf(pageId)).toEqual(['resolved published', 'investigating published'])
    expect((await said(pageId))[0]?.resolvedAtMs).toBe(clock.nowMs())
  })

  test('publishes at once where it is not to wait', async () => {
    const monitor = await watch()
    const pageId = await publish({ Search: sourceOf(monitor) }, after(0))
    await start()
    await fail(monitor)
    await look()
    expect(await updatesOf(pageId)).toEqual(['investigating published'])
  })

  test('leaves to people what they have written on', async () => {
    const monitor = await watch()
    const pageId = await publish({ Search: sourceOf(monitor) }, after(5))
    await start()
    const incidentId = await fail(monitor)
    await look()
    const owned = { workspaceId, pageId, id: (await said(pageId))[0]?.id as never }
    await changePageIncident(database.sql, owned, { title: 'Ours', isByPerson: true, nowMs: clock.nowMs() })
    await look((10 * MINUTE_MS) / 1_000)
    expect(await updatesOf(pageId)).toEqual(['investigating draft'])
    await publishPageIncident(database.sql, owned, { nowMs: clock.nowMs(), isByPerson: true })
    await recover(monitor, incidentId)
    await look()
    expect(await updatesOf(pageId)).toEqual(['resolved draft', 'investigating published'])
    expect(await said(pageId)).toMatchObject([{ title: 'Ours', resolvedAtMs: null }])
  })
})

test('drafts that nobody wanted are dropped after a week, and those that people wrote on are not', async () => {
  const monitor = await watch()
  const [pageId, other] = [await publish({ A: sourceOf(monitor) }), await publish({ B: sourceOf(monitor) })]
  await start()
  const incidentId = await fail(monitor)
  await look()
  const owned = { workspaceId, pageId: other, id: (await said(other))[0]?.id as never }
  await changePageIncident(database.sql, owned, { title: 'Ours', isByPerson: true, nowMs: clock.nowMs() })
  await recover(monitor, incidentId)
  await look(6 * 86_400)
  expect(await said(pageId)).toHaveLength(1)
  await look(2 * 86_400)
  expect([(await said(pageId)).length, (await said(other)).length]).toEqual([0, 1])
})
