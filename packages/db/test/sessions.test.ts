import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { parseApiKeyId, parseSessionId } from '@repo/domain/ids'
import { makeWorkspaceId, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { findKeyByHash, listKeys, revokeKey, touchKey } from '../src/queries/api-keys.ts'
import { changeRole, removeMember } from '../src/queries/members.ts'
import {
  deleteSessionsBefore,
  findSession,
  listSessions,
  revokeOtherSessions,
  revokeSession,
  switchWorkspace,
  touchSession,
} from '../src/queries/sessions.ts'
import { listValid, type Standing } from '../src/queries/valid-principals.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addKey, addMember, addPerson, addSession, hashOf, hourMs, join } from '../testing/people.ts'
import { addUser, addWorkspace } from '../testing/populate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const minuteMs = 60_000

describe('a session', () => {
  test('tells who it is of and what they are where they act', async () => {
    const user = await addUser(database.sql, { username: 'Hedy' })
    const sessionId = await addSession(database.sql, user.id)
    expect(await findSession(database.sql, sessionId, { nowMs: noonMs })).toMatchObject({
      sessionId,
      userId: user.id,
      username: 'Hedy',
      method: 'password',
      expiresAtMs: noonMs + hourMs,
      membership: { workspaceId: user.workspaceId, workspaceName: 'Hedy', role: 'owner' },
    })
  })

  test('holds until it expires, and not at that instant', async () => {
    const sessionId = await addSession(database.sql, await addPerson(database.sql))
    expect(await findSession(database.sql, sessionId, { nowMs: noonMs + hourMs - 1 })).toBeDefined()
    expect(await findSession(database.sql, sessionId, { nowMs: noonMs + hourMs })).toBeUndefined()
  })

  test('acts in another workspace of its user for one request, or from then on', async () => {
    const { sql } = database
    const user = await addUser(sql)
    const other = await addWorkspace(sql)
    await join(sql, { workspaceId: other, userId: user.id, role: 'viewer' })
    const sessionId = await addSession(sql, user.id)
    const memberIn = async (workspaceId?: typeof other) =>
      (await findSession(sql, sessionId, { nowMs: noonMs, workspaceId }))?.membership
    expect(await memberIn()).toMatchObject({ workspaceId: user.workspaceId, role: 'owner' })
    expect(await memberIn(other)).toMatchObject({ workspaceId: other, role: 'viewer' })
    expect(await switchWorkspace(sql, { userId: user.id, sessionId, workspaceId: other })).toBe(true)
    expect(await memberIn()).toMatchObject({ workspaceId: other })
  })

  test('acts in no workspace that its user is not in', async () => {
    const { sql } = database
    const { id: userId } = await addUser(sql)
    const sessionId = await addSession(sql, userId)
    const foreign = await addWorkspace(sql)
    expect((await findSession(sql, sessionId, { nowMs: noonMs, workspaceId: foreign }))?.membership).toBeNull()
    expect(await switchWorkspace(sql, { userId, sessionId, workspaceId: foreign })).toBe(false)
    expect(await switchWorkspace(sql, { userId, sessionId, workspaceId: makeWorkspaceId() })).toBe(false)
  })

  test('goes on in the next workspace when its user is no member of this one any more, and in none where there is none', async () => {
    const { sql } = database
    const [first, second] = [await addWorkspace(sql), await addWorkspace(sql)]
    const userId = await addMember(sql, first, 'member')
    await join(sql, { workspaceId: second, userId, role: 'viewer' })
    const sessionId = await addSession(sql, userId, { workspaceId: first })
    await removeMember(sql, { workspaceId: first, userId, nowMs: noonMs })
    const found = () => findSession(sql, sessionId, { nowMs: noonMs })
    expect((await found())?.membership).toMatchObject({ workspaceId: second, role: 'viewer' })
    await removeMember(sql, { workspaceId: second, userId, nowMs: noonMs })
    expect(await found()).toMatchObject({ userId, membership: null })
  })

  test('is ended by its own user alone, once', async () => {
    const { sql } = database
    const [userId, stranger] = [await addPerson(sql), await addPerson(sql)]
    const sessionId = await addSession(sql, userId)
    expect(await revokeSession(sql, { userId: stranger, sessionId, nowMs: noonMs })).toBe(false)
    expect(await revokeSession(sql, { userId, sessionId, nowMs: noonMs })).toBe(true)
    expect(await revokeSession(sql, { userId, sessionId, nowMs: noonMs })).toBe(false)
    expect(await findSession(sql, sessionId, { nowMs: noonMs })).toBeUndefined()
  })

  test('can end all others of its user', async () => {
    const { sql } = database
    const userId = await addPerson(sql)
    const [sessionId, ...others] = [
      await addSession(sql, userId),
      await addSession(sql, userId),
      await addSession(sql, userId),
    ]
    const foreign = await addSession(sql, await addPerson(sql))
    expect((await revokeOtherSessions(sql, { userId, sessionId, nowMs: noonMs })).sort()).toEqual(others.sort())
    expect((await listSessions(sql, userId, noonMs)).map((session) => session.id)).toEqual([sessionId])
    expect(await findSession(sql, foreign, { nowMs: noonMs })).toBeDefined()
  })

  test('is listed with when it was last seen, to the minute', async () => {
    const { sql } = database
    const userId = await addPerson(sql)
    const [older, newer] = [await addSession(sql, userId), await addSession(sql, userId)]
    await touchSession(sql, older, noonMs + minuteMs)
    await touchSession(sql, newer, noonMs + 2 * minuteMs + 1)
    await touchSession(sql, older, noonMs + 2 * minuteMs + 2)
    await touchSession(sql, older, noonMs + 2 * minuteMs + 3)
    const listed = await listSessions(sql, userId, noonMs)
    expect(listed.map(({ id, lastSeenAtMs }) => [id, lastSeenAtMs - noonMs])).toEqual([
      [older, 2 * minuteMs + 2],
      [newer, 2 * minuteMs + 1],
    ])
    expect(listed[0]).toMatchObject({ method: 'password', userAgent: 'test', address: '192.0.2.1' })
  })

  test('is forgotten some time after it ended', async () => {
    await using own = await openTestDatabase()
    const userId = await addPerson(own.sql)
    const [expired, revoked, holding] = [
      await addSession(own.sql, userId),
      await addSession(own.sql, userId, { expiresAtMs: noonMs + 100 * hourMs }),
      await addSession(own.sql, userId, { expiresAtMs: noonMs + 100 * hourMs }),
    ]
    await revokeSession(own.sql, { userId, sessionId: revoked, nowMs: noonMs })
    await deleteSessionsBefore(own.sql, noonMs + 2 * hourMs)
    const left = (await listSessions(own.sql, userId, 0)).map((session) => session.id)
    expect(left).toEqual([holding])
    expect(left).not.toContain(expired)
  })
})

describe('an API key', () => {
  const setUp = async () => {
    const { sql } = database
    const workspaceId = await addWorkspace(sql)
    const createdBy = await addMember(sql, workspaceId, 'admin')
    const id = await addKey(sql, { workspaceId, createdBy, expiresAtMs: noonMs + hourMs })
    const find = (nowMs = noonMs) => findKeyByHash(sql, hashOf(id), nowMs)
    return { sql, workspaceId, userId: createdBy, id, find }
  }

  test('acts as its maker, with the role that they have now', async () => {
    const { sql, workspaceId, userId, id, find } = await setUp()
    expect(await find()).toMatchObject({ id, userId, workspaceId, role: 'admin', scopes: ['read'] })
    await changeRole(sql, { workspaceId, userId, role: 'viewer' })
    expect(await find()).toMatchObject({ role: 'viewer' })
  })

  test('is dead once its maker is no member, and stays dead when they come back', async () => {
    const { sql, workspaceId, userId, find } = await setUp()
    await removeMember(sql, { workspaceId, userId, nowMs: noonMs })
    expect(await find()).toBeUndefined()
    await join(sql, { workspaceId, userId, role: 'admin' })
    expect(await find()).toBeUndefined()
  })

  test('is dead without the membership, in whatever way that went', async () => {
    const { sql, userId, workspaceId, find } = await setUp()
    await sql.execute(text`delete from membership where user_id = ${userId}`)
    expect(await find()).toBeUndefined()
    expect(await listKeys(sql, workspaceId)).toEqual([])
  })

  test('holds until it expires, and one that never does holds', async () => {
    const { sql, workspaceId, userId, find } = await setUp()
    expect(await find(noonMs + hourMs - 1)).toBeDefined()
    expect(await find(noonMs + hourMs)).toBeUndefined()
    const eternal = await addKey(sql, { workspaceId, createdBy: userId })
    expect(await findKeyByHash(sql, hashOf(eternal), noonMs + 1e12)).toMatchObject({ expiresAtMs: null })
  })

  test('is revoked in its own workspace alone, once, and is listed until then', async () => {
    const { sql, workspaceId, id, find } = await setUp()
    expect(await revokeKey(sql, { workspaceId: await addWorkspace(sql), id, nowMs: noonMs })).toBe(false)
    expect((await listKeys(sql, workspaceId)).map((key) => key.id)).toEqual([id])
    expect(await revokeKey(sql, { workspaceId, id, nowMs: noonMs })).toBe(true)
    expect(await revokeKey(sql, { workspaceId, id, nowMs: noonMs })).toBe(false)
    expect(await listKeys(sql, workspaceId)).toEqual([])
    expect(await find()).toBeUndefined()
  })

  test('is listed with when it was last used, to the minute', async () => {
    const { sql, workspaceId, id } = await setUp()
    expect(await listKeys(sql, workspaceId)).toMatchObject([{ lastUsedAtMs: null, name: 'deploys', prefix: 'bu_abc' }])
    await touchKey(sql, id, noonMs)
    await touchKey(sql, id, noonMs + minuteMs - 1)
    expect(await listKeys(sql, workspaceId)).toMatchObject([{ lastUsedAtMs: noonMs }])
  })

  test('that nobody made opens nothing', async () => {
    expect(await findKeyByHash(database.sql, hashOf('guess'), noonMs)).toBeUndefined()
  })
})

describe('what is open', () => {
  test('holds as long as its session or key does, and its holder is what they were', async () => {
    const { sql } = database
    const workspaceId = await addWorkspace(sql)
    const [kept, demoted, left, out] = await Promise.all(
      Array.from({ length: 4 }, () => addMember(sql, workspaceId, 'admin')),
    )
    const standings: Standing[] = []
    const stand = async (userId: typeof kept) => {
      if (!userId) throw new Error('there are four')
      const session = await addSession(sql, userId)
      const key = await addKey(sql, { workspaceId, createdBy: userId })
      standings.push({ kind: 'session', id: session, workspaceId, role: 'admin' })
      standings.push({ kind: 'key', id: key, workspaceId, role: 'admin' })
      return { userId, session, key }
    }
    const [first, second, third, fourth] = [
      await stand(kept),
      await stand(demoted),
      await stand(left),
      await stand(out),
    ]
    expect(await listValid(sql, standings, noonMs)).toEqual(new Set(standings.map((one) => one.id)))
    await changeRole(sql, { workspaceId, userId: second.userId, role: 'viewer' })
    await removeMember(sql, { workspaceId, userId: third.userId, nowMs: noonMs })
    await revokeSession(sql, { userId: fourth.userId, sessionId: fourth.session, nowMs: noonMs })
    await revokeKey(sql, { workspaceId, id: fourth.key, nowMs: noonMs })
    expect(await listValid(sql, standings, noonMs)).toEqual(new Set([first.session, first.key]))
    expect(await listValid(sql, standings, noonMs + hourMs)).toEqual(new Set([first.key]))
  })

  test('by a key holds in the workspace of the key alone', async () => {
    const { sql } = database
    const { id, workspaceId } = await addUser(sql)
    const elsewhere = await addWorkspace(sql)
    await join(sql, { workspaceId: elsewhere, userId: id, role: 'owner' })
    const key = await addKey(sql, { workspaceId, createdBy: id })
    const standing = { kind: 'key', id: key, workspaceId, role: 'owner' } as const
    expect(await listValid(sql, [standing], noonMs)).toEqual(new Set([key]))
    expect(await listValid(sql, [standing, { ...standing, workspaceId: elsewhere }], noonMs)).toEqual(new Set())
  })

  test('in a workspace of which its holder is no member does not hold', async () => {
    const { sql } = database
    const { id, workspaceId } = await addUser(sql)
    const [session, key] = [await addSession(sql, id), await addKey(sql, { workspaceId, createdBy: id })]
    const elsewhere = await addWorkspace(sql)
    const standings = [
      { kind: 'session', id: session, workspaceId: elsewhere, role: 'owner' },
      { kind: 'key', id: key, workspaceId: elsewhere, role: 'owner' },
      // Not a session, although there is a key of that id, and the other way round.
      { kind: 'session', id: parseSessionId(key), workspaceId, role: 'owner' },
      { kind: 'key', id: parseApiKeyId(session), workspaceId, role: 'owner' },
    ] as const
    expect(await listValid(sql, standings, noonMs)).toEqual(new Set())
    expect(await listValid(sql, [], noonMs)).toEqual(new Set())
  })
})
