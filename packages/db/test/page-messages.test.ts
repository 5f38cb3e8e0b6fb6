import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { parseSubscriberId, type StatusPageId, type WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { claimPageMessages, finishPageMessage, readToldIncidents } from '../src/queries/page-messages.ts'
import { insertUpdateMessages, lockUnplannedUpdates, setPlanned } from '../src/queries/page-plans.ts'
import { askSignIn, useSignIn } from '../src/queries/page-sign-ins.ts'
import {
  askSubscriber,
  chooseComponents,
  confirmSubscriber,
  countSubscribers,
  endSubscription,
  findSubscriber,
} from '../src/queries/page-subscribers.ts'
import { withdrawStatusPage } from '../src/queries/status-pages.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addShownIncident, addSubscriber, addUpdate, pageMessagesOf } from '../testing/page-subscribers.ts'
import { addWorkspace } from '../testing/populate.ts'
import { addPublishedPage } from '../testing/status-pages.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

let database: TestDatabase
let workspaceId: WorkspaceId
let pageId: StatusPageId
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  workspaceId = await addWorkspace(database.sql)
  pageId = (await addPublishedPage(database.sql, { workspaceId })).id
})

afterEach(async () => {
  await database.sql.execute('delete from workspace')
})

const ask = (nowMs: number, components: readonly string[] | null = null) =>
  askSubscriber(
    database.sql,
    {
      ...{ id: parseSubscriberId(Bun.randomUUIDv7()), pageId, kind: 'email', components, settings: null },
      ...{ addressKey: 'email ada@example.com', email: 'ada@example.com' },
    },
    nowMs,
  )
const ada = async () => {
  const found = await findSubscriber(database.sql, { pageId, addressKey: 'email ada@example.com' })
  if (!found) throw new Error('nobody asked')
  return found
}
const messages = () => pageMessagesOf(database.sql, pageId)
const claim = (nowMs: number, holder = 'one') =>
  claimPageMessages(database.sql, { holder, nowMs, leaseMs: MINUTE_MS, limit: 100 })

describe('an address that is to be subscribed', () => {
  test('is there once however often somebody asks, and is written to once an hour', async () => {
    for (const minutes of [0, 1, 59, 60]) await ask(noonMs + minutes * MINUTE_MS)
    expect(await countSubscribers(database.sql, pageId)).toEqual({ pending: 1, confirmed: 0, unsubscribed: 0 })
    expect(await messages()).toEqual(Array(2).fill('ada@example.com confirm waiting'))
  })

  test('keeps what it chose once it has confirmed, whatever anybody asks for it', async () => {
    const [search, api] = [crypto.randomUUID(), crypto.randomUUID()]
    await ask(noonMs)
    await ask(noonMs, [search])
    expect(await ada()).toMatchObject({ state: 'pending', components: [search] })
    const owned = { pageId, id: (await ada()).id }
    expect(await confirmSubscriber(database.sql, owned, noonMs)).toBeTrue()
    await ask(noonMs + HOUR_MS, [api])
    expect(await ada()).toMatchObject({ state: 'confirmed', components: [search], confirmedAtMs: noonMs })
    expect(await chooseComponents(database.sql, owned, null)).toBeTrue()
    expect(await ada()).toMatchObject({ components: null })
  })

  test('that has ended is confirmed by nobody but whoever asks anew, within the same hour too', async () => {
    await ask(noonMs)
    const owned = { pageId, id: (await ada()).id }
    await confirmSubscriber(database.sql, owned, noonMs)
    expect(await endSubscription(database.sql, owned, { because: 'asked', nowMs: noonMs + 1 })).toBeTrue()
    expect(await endSubscription(database.sql, owned, { because: 'asked', nowMs: noonMs + 2 })).toBeFalse()
    expect(await confirmSubscriber(database.sql, owned, noonMs + 3)).toBeFalse()
    await ask(noonMs + 4)
    expect(await ada()).toMatchObject({ state: 'pending', confirmedAtMs: null, endedAtMs: null, endedBecause: null })
    expect(await messages()).toHaveLength(2)
  })

  test('is not written down of a page that nobody sees', async () => {
    await withdrawStatusPage(database.sql, { workspaceId, id: pageId }, { nowMs: noonMs })
    await ask(noonMs)
    expect(await messages()).toEqual([])
    expect(await countSubscribers(database.sql, pageId)).toEqual({ pending: 0, confirmed: 0, unsubscribed: 0 })
  })
})

describe('a link to come in', () => {
  const askIn = (isAllowed: boolean, nowMs = noonMs) => {
    const id = crypto.randomUUID()
    const asked = { id, pageId, email: 'ada@example.com', isAllowed, expiresAtMs: nowMs + 20 * MINUTE_MS }
    return askSignIn(database.sql, asked, nowMs).then(() => id)
  }

  test('is good once, and until it is over', async () => {
    const [first, second] = [await askIn(true), await askIn(true)]
    expect(await useSignIn(database.sql, { pageId, id: first }, noonMs)).toBeTrue()
    expect(await useSignIn(database.sql, { pageId, id: first }, noonMs)).toBeFalse()
    expect(await useSignIn(database.sql, { pageId, id: second }, noonMs + 20 * MINUTE_MS)).toBeFalse()
  })

  test('is made for nobody else than those who are let in, and three at once for one of them', async () => {
    const refused = await askIn(false, noonMs - 20 * MINUTE_MS)
    expect(await messages()).toEqual(['ada@example.com sign_in superseded'])
    expect(await useSignIn(database.sql, { pageId, id: refused }, noonMs - 20 * MINUTE_MS)).toBeFalse()
    for (let times = 0; times < 5; times += 1) await askIn(true)
    expect(await messages()).toHaveLength(4)
    await askIn(true, noonMs + 20 * MINUTE_MS)
    expect(await messages()).toHaveLength(5)
  })
})

/** Plans all that was said. */
async function plan(nowMs: number, concerned: readonly string[] | null = null): Promise<number> {
  return database.sql.transaction(async (tx) => {
    const updates = await lockUnplannedUpdates(tx, nowMs, 100)
    for (const { id, incidentId, publishedAtMs } of updates)
      await insertUpdateMessages(tx, { updateId: id, incidentId, pageId, concerned, dueAtMs: publishedAtMs, nowMs })
    const ids = updates.map(({ id }) => id)
    await setPlanned(tx, ids, nowMs)
    return ids.length
  })
}

describe('an update of an incident', () => {
  test('is told once to each who had confirmed before it was published', async () => {
    const later = noonMs + MINUTE_MS
    await addSubscriber(database.sql, { pageId, email: 'ada@example.com' })
    await addSubscriber(database.sql, { pageId, email: 'bob@example.com', isPending: true })
    const incidentId = await addShownIncident(database.sql, { workspaceId, pageId })
    await addUpdate(database.sql, { incidentId, atMs: later })
    await addUpdate(database.sql, { incidentId, atMs: later, isDraft: true })
    // By whoever sees to it a little later.
    const id = await addSubscriber(database.sql, { pageId, isPending: true })
    await confirmSubscriber(database.sql, { pageId, id }, later + 1)
    expect(await Promise.all([plan(later + 2), plan(later + 2)])).toContain(1)
    expect(await plan(later + 2)).toBe(0)
    expect(await messages()).toEqual(['ada@example.com update waiting'])
  })

  test('is told to those who chose one of the components that it is about, and to those who chose none', async () => {
    const [search, api] = [crypto.randomUUID(), crypto.randomUUID()]
    await addSubscriber(database.sql, { pageId, email: 'all@example.com' })
    await addSubscriber(database.sql, {
      pageId,
      email: 'search@example.com',
      components: [search, crypto.randomUUID()],
    })
    await addSubscriber(database.sql, { pageId, email: 'api@example.com', components: [api] })
    const incidentId = await addShownIncident(database.sql, { workspaceId, pageId })
    await addUpdate(database.sql, { incidentId, atMs: noonMs })
    await plan(noonMs, [search])
    expect(await messages()).toEqual(['all@example.com update waiting', 'search@example.com update waiting'])
  })

  test('is outdated once another one of the same incident is to be told, or was', async () => {
    await addSubscriber(database.sql, { pageId })
    const [one, other] = [
      await addShownIncident(database.sql, { workspaceId, pageId }),
      await addShownIncident(database.sql, { workspaceId, pageId }),
    ]
    for (const [minute, incidentId] of [one, other, one].entries())
      await addUpdate(database.sql, { incidentId, atMs: noonMs + minute })
    await plan(noonMs + 10)
    expect((await claim(noonMs + 10)).map(({ isOutdated }) => isOutdated)).toEqual([true, false, false])
  })

  test('comes with what was said before it, and with nothing that is not published', async () => {
    await addSubscriber(database.sql, { pageId })
    const incidentId = await addShownIncident(database.sql, {
      workspaceId,
      pageId,
      componentIds: [crypto.randomUUID()],
    })
    const ids: string[] = []
    for (const body of ['one', 'two', 'three'])
      ids.push(await addUpdate(database.sql, { incidentId, body, atMs: noonMs + ids.length }))
    await addUpdate(database.sql, { incidentId, body: 'draft', atMs: noonMs, isDraft: true })
    const told = await readToldIncidents(database.sql, [ids[1] ?? ''])
    expect(told.get(ids[1] ?? '')?.updates.map(({ body }) => body)).toEqual(['two', 'one'])
    expect(told.get(ids[1] ?? '')).toMatchObject({ title: 'Slow search', impact: 'minor', resolvedAtMs: null })
  })
})

describe('a message', () => {
  test('is taken by one, by another once the lease is over, and then it is not the first one that marks it', async () => {
    await ask(noonMs)
    const [taken] = await claim(noonMs)
    expect(await claim(noonMs, 'two')).toEqual([])
    const [again] = await claim(noonMs + MINUTE_MS + 1, 'two')
    expect([taken?.attempts, again?.attempts]).toEqual([1, 2])
    const done = { id: taken?.id ?? '', nowMs: noonMs, answer: '', next: { state: 'accepted' } } as const
    expect(await finishPageMessage(database.sql, { ...done, holder: 'one', attempts: 1 })).toBeFalse()
    expect(await finishPageMessage(database.sql, { ...done, holder: 'two', attempts: 2 })).toBeTrue()
    expect(await messages()).toEqual(['ada@example.com confirm accepted'])
  })

  test('for which somebody waits comes before what is told to many', async () => {
    for (let count = 0; count < 5; count += 1) await addSubscriber(database.sql, { pageId })
    const incidentId = await addShownIncident(database.sql, { workspaceId, pageId })
    await addUpdate(database.sql, { incidentId, atMs: noonMs })
    await plan(noonMs)
    await ask(noonMs + 1)
    const claimed = await claimPageMessages(database.sql, {
      ...{ holder: 'one', nowMs: noonMs + 1, leaseMs: 1, limit: 2 },
    })
    expect(claimed.map(({ kind }) => kind).toSorted()).toEqual(['confirm', 'update'])
  })
})
