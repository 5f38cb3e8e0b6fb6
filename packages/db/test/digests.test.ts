import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { claimDigests, finishDigest, insertDigests, lockDueWorkspaces, setNextDigests } from '../src/queries/digests.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { digestsOf, setClocks, setEmail } from '../testing/digests.ts'
import { addMember } from '../testing/people.ts'
import { addWorkspace } from '../testing/populate.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  workspaceId = await addWorkspace(database.sql)
  for (const name of ['a', 'b', 'c', 'd'])
    await setEmail(database.sql, await addMember(database.sql, workspaceId, 'viewer'), `${name}@example.com`)
})
afterEach(async () => {
  await database.sql.execute('delete from workspace; delete from users')
})

const claim = { holder: 'one', nowMs: noonMs, leaseMs: MINUTE_MS, limit: 2 }
const plan = (week = 1) =>
  insertDigests(database.sql, [{ workspaceId, week, fromMs: noonMs - 7 * DAY_MS, toMs: noonMs }], noonMs)
const readersOf = (claimed: Awaited<ReturnType<typeof claimDigests>>) => claimed.map(({ reader }) => reader?.email)

describe('mails of a week', () => {
  test('are there once, however often they are planned', async () => {
    expect([await plan(), await plan(), await plan(2)]).toEqual([4, 0, 4])
    expect(await digestsOf(database.sql, workspaceId)).toHaveLength(8)
  })

  test('are taken by one alone: whoever asks meanwhile gets others, and does not wait', async () => {
    await plan()
    const [first, second, third] = await database.sql.transaction(async (tx) => [
      await claimDigests(tx, claim),
      await claimDigests(database.sql, { ...claim, holder: 'two', limit: 4 }),
      await claimDigests(database.sql, { ...claim, holder: 'three' }),
    ])
    expect([first?.length, second?.length, third?.length]).toEqual([2, 2, 0])
    expect(readersOf([...(first ?? []), ...(second ?? [])]).toSorted()).toEqual([
      ...['a@example.com', 'b@example.com', 'c@example.com', 'd@example.com'],
    ])
  })

  test('are taken over when the lease is over, and whoever had them before can end them no more', async () => {
    await plan()
    const [mine] = await claimDigests(database.sql, { ...claim, limit: 1 })
    const later = { ...claim, holder: 'two', nowMs: noonMs + MINUTE_MS + 1, limit: 4 }
    const theirs = (await claimDigests(database.sql, later)).find(({ id }) => id === mine?.id)
    expect([mine?.attempts, theirs?.attempts]).toEqual([1, 2])
    const end = { nowMs: noonMs, next: { state: 'accepted' }, answer: '' } as const
    const done = { ...end, id: String(mine?.id) }
    expect(await finishDigest(database.sql, { ...done, holder: 'one', attempts: 1 })).toBe(false)
    expect(await finishDigest(database.sql, { ...done, holder: 'two', attempts: 1 })).toBe(false)
    expect(await finishDigest(database.sql, { ...done, holder: 'two', attempts: 2 })).toBe(true)
    expect(await finishDigest(database.sql, { ...done, holder: 'two', attempts: 2 })).toBe(false)
  })

  test('wait for their next instant', async () => {
    await plan()
    const [one] = await claimDigests(database.sql, { ...claim, limit: 4 })
    const next = { state: 'waiting', nextAtMs: noonMs + MINUTE_MS / 2 } as const
    await finishDigest(database.sql, { ...claim, id: String(one?.id), attempts: 1, next, answer: '' })
    expect(await claimDigests(database.sql, { ...claim, nowMs: noonMs + MINUTE_MS / 2 - 1 })).toEqual([])
    expect(await claimDigests(database.sql, { ...claim, nowMs: noonMs + MINUTE_MS / 2 })).toMatchObject([
      { id: one?.id, attempts: 2 },
    ])
  })
})

describe('workspaces whose week is over', () => {
  test('are planned by one alone, and are due no more until their next instant', async () => {
    await setClocks(database.sql, workspaceId, { timeZone: 'Asia/Tokyo', nextAtMs: noonMs })
    expect(await lockDueWorkspaces(database.sql, noonMs - 1, 10)).toEqual([])
    await database.sql.transaction(async (tx) => {
      const due = { workspaceId, timeZone: 'Asia/Tokyo', dueAtMs: noonMs }
      expect(await lockDueWorkspaces(tx, noonMs, 10)).toEqual([due])
      expect(await lockDueWorkspaces(database.sql, noonMs, 10)).toEqual([])
      await setNextDigests(tx, [{ workspaceId, nextAtMs: noonMs + DAY_MS }])
    })
    expect(await lockDueWorkspaces(database.sql, noonMs + DAY_MS - 1, 10)).toEqual([])
    expect(await lockDueWorkspaces(database.sql, noonMs + DAY_MS, 10)).toHaveLength(1)
  })
})
