import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { makeUserId, noonMs } from '@repo/domain/testing'
import { beginRequest, deleteRequestsBefore, finishRequest, forgetRequest } from '../src/queries/idempotency.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { hashOf, hourMs } from '../testing/people.ts'
import { addWorkspace } from '../testing/populate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const answer = { status: 201, headers: { 'content-type': 'application/json', etag: '"1"' }, body: '{"id":"ü"}' }

async function setUp() {
  const { sql } = database
  const request = { workspaceId: await addWorkspace(sql), principalId: makeUserId(), key: 'once', nowMs: noonMs }
  const begin = (changed: Partial<typeof request> = {}, body = 'body') =>
    beginRequest(sql, { ...request, ...changed, requestHash: hashOf(body) })
  return { sql, request, begin }
}

describe('a request with a key', () => {
  test('runs once, of ten that come at once', async () => {
    const { begin } = await setUp()
    const begun = await Promise.all(Array.from({ length: 10 }, () => begin()))
    expect(begun.filter((one) => one.kind === 'new')).toHaveLength(1)
    expect(begun.filter((one) => one.kind === 'running')).toHaveLength(9)
  })

  test('gets the first answer for a day, to the letter', async () => {
    const { sql, request, begin } = await setUp()
    await begin()
    await finishRequest(sql, request, answer)
    expect(await begin({ nowMs: noonMs + 24 * hourMs - 1 })).toEqual({ kind: 'answered', answer })
    expect(await begin({ nowMs: noonMs + 24 * hourMs })).toEqual({ kind: 'new' })
    expect(await begin({ nowMs: noonMs + 24 * hourMs })).toEqual({ kind: 'running' })
  })

  test('and other content is a mistake, whether the first was answered or is running', async () => {
    const { sql, request, begin } = await setUp()
    await begin()
    expect(await begin({}, 'other')).toEqual({ kind: 'mismatch' })
    await finishRequest(sql, request, answer)
    expect(await begin({}, 'other')).toEqual({ kind: 'mismatch' })
  })

  test('that failed may be tried again; one that was answered is not forgotten', async () => {
    const { sql, request, begin } = await setUp()
    await begin()
    await forgetRequest(sql, request)
    expect(await begin()).toEqual({ kind: 'new' })
    await finishRequest(sql, request, answer)
    await forgetRequest(sql, request)
    expect(await begin()).toMatchObject({ kind: 'answered' })
  })

  test('that nobody finished, because its process died, may be tried again after a while, by one', async () => {
    const { begin } = await setUp()
    await begin()
    const laterMs = noonMs + 120_000
    expect(await begin({ nowMs: laterMs - 1 })).toEqual({ kind: 'running' })
    const begun = await Promise.all(Array.from({ length: 10 }, () => begin({ nowMs: laterMs })))
    expect(begun.filter((one) => one.kind === 'new')).toHaveLength(1)
  })

  test('is nothing to another principal or workspace', async () => {
    const { begin } = await setUp()
    await begin()
    expect(await begin({ principalId: makeUserId() })).toEqual({ kind: 'new' })
    expect(await begin({ workspaceId: await addWorkspace(database.sql) })).toEqual({ kind: 'new' })
  })

  test('is forgotten with its day', async () => {
    const { sql, request, begin } = await setUp()
    await begin()
    await finishRequest(sql, request, answer)
    await deleteRequestsBefore(sql, noonMs)
    expect(await begin()).toMatchObject({ kind: 'answered' })
    await deleteRequestsBefore(sql, noonMs + 1)
    expect(await begin()).toEqual({ kind: 'new' })
  })
})
