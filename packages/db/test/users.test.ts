import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { makeUserId, makeWorkspaceId } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { createUser, findCredentials, findPerson } from '../src/queries/users.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
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
    expect(await findCredentials(database.sql, asked)).toEqual({ userId: user.id, passwordHash: user.passwordHash })
    expect(await createUser(database.sql, makeUser(asked))).toBe(false)
  })

  test('that never was is not found', async () => {
    expect(await findCredentials(database.sql, 'nobody')).toBeUndefined()
    expect(await findPerson(database.sql, makeUserId())).toBeUndefined()
  })

  test('is created once when twenty sign up under one name at once, and no workspace is left over', async () => {
    const users = Array.from({ length: 20 }, (_, index) => makeUser(index % 2 ? 'Alan' : 'ALAN'))
    const created = await Promise.all(users.map((user) => createUser(database.sql, user)))
    expect(created.filter(Boolean)).toHaveLength(1)
    const { rows } = await database.sql.execute(
      text`select (select count(*) from workspace w where lower(w.name) = 'alan')::integer as workspaces`,
    )
    expect(rows).toEqual([{ workspaces: 1 }])
    expect((await findCredentials(database.sql, 'alan'))?.userId).toBe(users[created.indexOf(true)]?.id as never)
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
