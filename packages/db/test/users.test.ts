import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { makeUserId, makeWorkspaceId, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { createReset, takeReset } from '../src/queries/password-resets.ts'
import { findSession } from '../src/queries/sessions.ts'
import {
  changeProfile,
  createUser,
  findCredentials,
  findPerson,
  findProfile,
  findUserByEmail,
  hasUsers,
  setPasswordHash,
  upgradePasswordHash,
} from '../src/queries/users.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addPerson, addSession, hashOf, hourMs } from '../testing/people.ts'
import { addUser } from '../testing/populate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const makeUser = (username: string) => ({
  id: makeUserId(),
  workspaceId: makeWorkspaceId(),
  username,
  passwordHash: `hash of ${username}`,
})

describe('a user', () => {
  test('owns a workspace of their own, called by their name', async () => {
    const { id, workspaceId } = await addUser(database.sql, { username: 'Ada' })
    expect(await findPerson(database.sql, id)).toEqual({
      userId: id,
      username: 'Ada',
      workspaceId,
      workspaceName: 'Ada',
    })
  })

  test.each([
    ['case', 'Grace', 'gRACE'],
    ['width', 'Ｌｉｎ', 'lin'],
    ['composition', 'Zo\u0065\u0301', 'ZO\u00c9'],
  ])('is found by their name whatever its %s', async (_what, given, asked) => {
    const user = makeUser(given)
    await createUser(database.sql, user)
    expect(await findCredentials(database.sql, asked)).toMatchObject({
      userId: user.id,
      passwordHash: user.passwordHash,
    })
    expect(await createUser(database.sql, makeUser(asked))).toEqual({ created: false, isOperator: false })
  })

  test('that never was is not found', async () => {
    expect(await findCredentials(database.sql, 'nobody')).toBeUndefined()
    expect(await findPerson(database.sql, makeUserId())).toBeUndefined()
  })

  test('is created once when twenty sign up under one name at once, and no workspace is left over', async () => {
    const users = Array.from({ length: 20 }, (_, index) => makeUser(index % 2 ? 'Alan' : 'ALAN'))
    const created = await Promise.all(users.map((user) => createUser(database.sql, user)))
    expect(created.filter((one) => one.created)).toHaveLength(1)
    const { rows } = await database.sql.execute(
      text`select (select count(*) from workspace w where lower(w.name) = 'alan')::integer as workspaces`,
    )
    expect(rows).toEqual([{ workspaces: 1 }])
    expect((await findCredentials(database.sql, 'alan'))?.userId).toBe(
      users[created.findIndex((one) => one.created)]?.id as never,
    )
  })
})

test('an error of the database repeats nothing of what it was given: logs write errors down', async () => {
  const refused = { ...makeUser('canary'), email: 'not\0storable' }
  const error: Error = await createUser(database.sql, refused).then(
    () => new Error('was stored'),
    (reason) => reason,
  )
  expect(Bun.inspect(error)).toContain('invalid byte sequence')
  expect(Bun.inspect(error)).not.toContain('canary')
})

describe('the operator of an instance', () => {
  test('is one, of fifty who come first at once', async () => {
    await using fresh = await openTestDatabase()
    expect(await hasUsers(fresh.sql)).toBe(false)
    const users = Array.from({ length: 50 }, (_, index) => makeUser(`first-${index}`))
    const created = await Promise.all(users.map((user) => createUser(fresh.sql, user)))
    expect(created.filter((one) => one.isOperator)).toHaveLength(1)
    expect(created.filter((one) => one.created)).toHaveLength(50)
    const first = users[created.findIndex((one) => one.isOperator)]
    expect((await findProfile(fresh.sql, first?.id ?? makeUserId()))?.isOperator).toBe(true)
    const { rows } = await fresh.sql.execute(text`select count(*)::integer as count from users where is_operator`)
    expect(rows).toEqual([{ count: 1 }])
  })
})

describe('an address', () => {
  test('finds whoever gave it first, whatever its case', async () => {
    const first = await addUser(database.sql, { email: 'Mail@Example.com' })
    const second = await addUser(database.sql, { email: 'mail@example.com' })
    expect((await findUserByEmail(database.sql, 'MAIL@example.com'))?.userId).toBe(first.id)
    expect((await findProfile(database.sql, second.id))?.email).toBe('mail@example.com')
  })

  test('finds one of twenty who sign up with it at once', async () => {
    const users = Array.from({ length: 20 }, (_, index) => ({
      ...makeUser(`same-${index}`),
      email: 'same@example.com',
    }))
    const created = await Promise.all(users.map((user) => createUser(database.sql, user)))
    expect(created.filter((one) => one.created)).toHaveLength(20)
    expect(users.map((user) => user.id)).toContain(
      (await findUserByEmail(database.sql, 'same@example.com'))?.userId as never,
    )
  })

  test('stays somebody else’s where another one gives it too, who is not told; the own one can be spelled anew, and given up', async () => {
    const { sql } = database
    const other = await addUser(sql, { email: 'taken@example.com' })
    const { id } = await addUser(sql, { email: 'mine@example.com' })
    expect(await changeProfile(sql, id, { email: 'TAKEN@example.com' })).toBe('changed')
    expect((await findUserByEmail(sql, 'taken@example.com'))?.userId).toBe(other.id)
    expect(await findUserByEmail(sql, 'mine@example.com')).toBeUndefined()
    expect(await changeProfile(sql, id, { email: 'Mine@Example.com' })).toBe('changed')
    expect(await findProfile(sql, id)).toMatchObject({ email: 'Mine@Example.com' })
    expect(await changeProfile(sql, id, { email: null })).toBe('changed')
    expect(await findUserByEmail(sql, 'mine@example.com')).toBeUndefined()
  })

  test('of nobody finds nobody', async () => {
    await addUser(database.sql)
    expect(await findUserByEmail(database.sql, '')).toBeUndefined()
  })
})

describe('a name', () => {
  test('can be changed to one that nobody has, in whatever spelling', async () => {
    await addUser(database.sql, { username: 'Occupied' })
    const { id } = await addUser(database.sql)
    expect(await changeProfile(database.sql, id, { username: 'occupied' })).toBe('username_taken')
    expect(await changeProfile(database.sql, id, { username: 'Vacant' })).toBe('changed')
    expect((await findCredentials(database.sql, 'vacant'))?.userId).toBe(id)
    expect(await changeProfile(database.sql, makeUserId(), { username: 'ghost' })).toBe('absent')
  })
})

describe('a new password', () => {
  test('ends every session but the one that sets it, and what was asked for to reset the old one', async () => {
    const { sql } = database
    const [userId, other] = [await addPerson(sql), await addPerson(sql)]
    const [kept, ended, foreign] = [
      await addSession(sql, userId),
      await addSession(sql, userId),
      await addSession(sql, other),
    ]
    await createReset(sql, { tokenHash: hashOf('reset'), userId, expiresAtMs: noonMs + hourMs })
    const change = { passwordHash: 'new', exceptSessionId: kept, nowMs: noonMs }
    expect(await setPasswordHash(sql, userId, change)).toEqual([ended])
    const holds = await Promise.all([kept, ended, foreign].map((id) => findSession(sql, id, { nowMs: noonMs })))
    expect(holds.map((session) => session !== undefined)).toEqual([true, false, true])
    expect(await takeReset(sql, hashOf('reset'), noonMs)).toEqual({ kind: 'used' })
  })

  test('of nobody ends nothing', async () => {
    expect(await setPasswordHash(database.sql, makeUserId(), { passwordHash: 'new', nowMs: noonMs })).toBeUndefined()
  })

  test('is not replaced by a better hash of the old one', async () => {
    const user = await addUser(database.sql, { passwordHash: 'old' })
    await setPasswordHash(database.sql, user.id, { passwordHash: 'new', nowMs: noonMs })
    await upgradePasswordHash(database.sql, user.id, { from: 'old', to: 'better' })
    expect((await findCredentials(database.sql, user.username))?.passwordHash).toBe('new')
  })
})
