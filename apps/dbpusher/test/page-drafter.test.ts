import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { listAudit } from '@repo/db/queries/audit'
import { reopenIncident } from '@repo/db/queries/incident-deeds'
import { findIncident } from '@repo/db/queries/incidents'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { changePageIncident, listPageIncidents, publishPageIncident } from '@repo/db/queries/page-incidents'
import { addPageUpdate, deletePageUpdate } from '@repo/db/queries/page-updates'
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

/** Somebody goes on with it. */
async function reopen(id: IncidentId): Promise<void> {
  const incident = await findIncident(database.sql, { workspaceId, id })
  if (!incident) throw new Error('no such incident')
  const by = { actor: { id: uuid(), name: 'eva' }, nowMs: clock.nowMs() } as never
  if (!(await reopenIncident(database.sql, incident, by))) throw new Error('another one lasts')
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

describe('what is back after a page has said that it is over', () => {
  /** A page that has said by itself that something began and is over. */
  async function over(more: object = after(0)) {
    const monitor = await watch()
    const pageId = await publish({ Search: sourceOf(monitor) }, more)
    await start()
    const incidentId = await fail(monitor)
    await look()
    await recover(monitor, incidentId)
    await look()
    return { monitor, pageId, incidentId }
  }
  const wasOver = ['resolved published', 'investigating published']

  test('is said by the rule of the page, and so is that it is over once more', async () => {
    const { monitor, pageId, incidentId } = await over(after(0))
    expect(await updatesOf(pageId)).toEqual(wasOver)
    await look()
    await reopen(incidentId)
    await look()
    await look()
    expect(await updatesOf(pageId)).toEqual(['investigating published', ...wasOver])
    const [back] = await said(pageId)
    expect(back).toMatchObject({ phase: 'investigating', resolvedAtMs: null })
    expect(back?.updates[0]?.body).toBe('The problem with Search is back. We are looking into it.')
    await recover(monitor, incidentId)
    await look()
    await look()
    expect(await updatesOf(pageId)).toEqual(['resolved published', 'investigating published', ...wasOver])
    await reopen(incidentId)
    await look()
    expect((await updatesOf(pageId))[0]).toBe('investigating published')
  })

  test('is a draft as long as the rule waits, and gone where it is over before', async () => {
    const { monitor, pageId, incidentId } = await over({ publishRule: { kind: 'person' } })
    const [one] = await said(pageId)
    const owned = { workspaceId, pageId, id: one?.id as never }
    await publishPageIncident(database.sql, owned, { nowMs: clock.nowMs(), isByPerson: false })
    await look()
    await reopen(incidentId)
    await look()
    await look(20 * 60)
    expect(await updatesOf(pageId)).toEqual(['investigating draft', ...wasOver])
    await recover(monitor, incidentId)
    await look()
    expect(await updatesOf(pageId)).toEqual(wasOver)
  })

  test('is theirs to publish who have written on it', async () => {
    const { pageId, incidentId } = await over(after(0))
    const owned = { workspaceId, pageId, id: (await said(pageId))[0]?.id as never }
    await changePageIncident(database.sql, owned, { title: 'Ours', isByPerson: true, nowMs: clock.nowMs() })
    await look()
    await reopen(incidentId)
    await look()
    expect(await updatesOf(pageId)).toEqual(['investigating draft', ...wasOver])
  })

  test('is not drafted anew where somebody has thrown the draft away', async () => {
    const { pageId, incidentId } = await over({ publishRule: { kind: 'person' } })
    const owned = { workspaceId, pageId, id: (await said(pageId))[0]?.id as never }
    await publishPageIncident(database.sql, owned, { nowMs: clock.nowMs(), isByPerson: false })
    await look()
    await reopen(incidentId)
    await look()
    const updateId = (await said(pageId))[0]?.updates[0]?.id as never
    await deletePageUpdate(database.sql, { id: owned.id, updateId })
    await changePageIncident(database.sql, owned, { isByPerson: true, nowMs: clock.nowMs() })
    await look()
    expect(await updatesOf(pageId)).toEqual(wasOver)
  })

  test('is nothing that lasts although a person has said that it is over', async () => {
    const monitor = await watch()
    const pageId = await publish({ Search: sourceOf(monitor) }, after(0))
    await start()
    await fail(monitor)
    await look()
    const owned = { workspaceId, pageId, id: (await said(pageId))[0]?.id as never }
    const update = { id: uuid() as never, phase: 'resolved', body: 'It works for us.', atMs: clock.nowMs() } as const
    await addPageUpdate(database.sql, owned, { ...update, isPublished: true, author: null })
    await look()
    await look()
    expect(await updatesOf(pageId)).toEqual(wasOver)
  })
})

test('what belongs to one storm is one thing to tell of, however late it joins', async () => {
  const [a, b, c] = [await watch(), await watch(), await watch()]
  const pageId = await publish({ A: sourceOf(a), B: sourceOf(b), C: sourceOf(c) })
  await start()
  const { rows } = await database.sql.execute<{ id: string }>(
    `insert into storm (id, workspace_id, trait, began_at) values (gen_random_uuid(), '${workspaceId}', 'address:192.0.2.1', now()) returning id`,
  )
  const storm = rows[0]?.id
  const stormy = async (monitor: StoredMonitor) =>
    database.sql.execute(`update incident set storm_id = '${storm}' where id = '${await fail(monitor)}'`)
  await stormy(a)
  await look()
  // Later than what is together by its time alone.
  await look(60 * 60)
  await stormy(b)
  await look()
  expect((await said(pageId)).map(({ title }) => title)).toEqual(['Problem with A and B'])
  await fail(c)
  await look()
  expect((await said(pageId)).map(({ title }) => title)).toEqual(['Problem with C', 'Problem with A and B'])
})

test('what a rule publishes is in the audit log, as done by the rule', async () => {
  const monitor = await watch()
  await publish({ Search: sourceOf(monitor) }, after(1))
  await start()
  const incidentId = await fail(monitor)
  await look()
  const audited = async () => (await listAudit(database.sql, workspaceId, { limit: 9 })).items
  expect(await audited()).toEqual([])
  await look(60)
  await recover(monitor, incidentId)
  await look()
  const rule = { kind: 'after', minutes: 1 }
  const by = { actorKind: 'system', actorId: null, actorName: 'the rule of the page', subjectType: 'page_incident' }
  expect(await audited()).toMatchObject([
    { ...by, action: 'page_incident.updated', after: { title: 'Problem with Search', phase: 'resolved' } },
    { ...by, action: 'page_incident.published', after: { phase: 'investigating', publishRule: rule } },
  ])
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
