import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { UserId, WorkspaceId } from '@repo/domain/ids'
import { makeUserId, makeWorkspaceId, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { deleteWorkspace } from '../src/queries/deleted-workspaces.ts'
import {
  acceptInvitation,
  findInvitation,
  joinByInvitation,
  listInvitations,
  revokeInvitation,
} from '../src/queries/invitations.ts'
import { changeRole, countMembers, listMembers, removeMember } from '../src/queries/members.ts'
import { findCredentials } from '../src/queries/users.ts'
import {
  createWorkspace,
  findWorkspace,
  listWorkspacesOf,
  renameWorkspace,
  setWorkspaceLimits,
} from '../src/queries/workspaces.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addInvitation, addMember, addPerson, hashOf, hourMs } from '../testing/people.ts'
import { addMonitor, addUser } from '../testing/populate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
  // Connections that are open already: otherwise the first of several at once is through before the others have come.
  await Promise.all(Array.from({ length: 4 }, () => database.sql.execute(text`select pg_sleep(0.1)`)))
})
afterAll(() => database[Symbol.asyncDispose]())

describe('a workspace', () => {
  test('is made by somebody who owns it from then on, and is in their list after their first', async () => {
    const { sql } = database
    const user = await addUser(sql)
    const id = makeWorkspaceId()
    await createWorkspace(sql, { id, name: 'Second', ownerId: user.id, nowMs: Date.now() + hourMs })
    const listed = await listWorkspacesOf(sql, user.id)
    expect(listed.map(({ id: one, role }) => [one, role])).toEqual([
      [user.workspaceId, 'owner'],
      [id, 'owner'],
    ])
  })

  test('can be renamed, and has the limits of the instance until it is given its own', async () => {
    const { sql } = database
    const { workspaceId } = await addUser(sql)
    expect(await renameWorkspace(sql, workspaceId, 'Other')).toBe(true)
    const none = { monitorLimit: null, memberLimit: null, intervalFloorSeconds: null, checksPerMinute: null }
    expect(await findWorkspace(sql, workspaceId)).toMatchObject({ name: 'Other', limits: none })
    await setWorkspaceLimits(sql, workspaceId, { ...none, monitorLimit: 7 })
    expect((await findWorkspace(sql, workspaceId))?.limits).toEqual({ ...none, monitorLimit: 7 })
    expect(await findWorkspace(sql, makeWorkspaceId())).toBeUndefined()
  })

  test("that is deleted is nobody's; its people stay", async () => {
    const { sql } = database
    const { workspaceId, id, username } = await addUser(sql)
    const monitor = await addMonitor(sql, workspaceId)
    const gone = await deleteWorkspace(sql, workspaceId, noonMs)
    expect(gone).toMatchObject({ userIds: [id], ownerIds: [id], monitorIds: [monitor.id] })
    expect(await deleteWorkspace(sql, workspaceId, noonMs)).toBeUndefined()
    expect(await findWorkspace(sql, workspaceId)).toBeUndefined()
    expect(await listWorkspacesOf(sql, id)).toEqual([])
    expect((await findCredentials(sql, username))?.userId).toBe(id)
  })
})

describe('the last owner', () => {
  test('can neither step down nor leave, until there is another', async () => {
    const { sql } = database
    const { workspaceId, id: userId } = await addUser(sql)
    const heir = await addMember(sql, workspaceId, 'admin')
    expect(await changeRole(sql, { workspaceId, userId, role: 'admin' })).toBe('last_owner')
    expect(await removeMember(sql, { workspaceId, userId, nowMs: noonMs })).toBe('last_owner')
    expect(await changeRole(sql, { workspaceId, userId, role: 'owner' })).toBe('changed')
    expect(await changeRole(sql, { workspaceId, userId: heir, role: 'owner' })).toBe('changed')
    expect(await removeMember(sql, { workspaceId, userId, nowMs: noonMs })).toBe('removed')
    expect((await listMembers(sql, workspaceId)).map((member) => [member.userId, member.role])).toEqual([
      [heir, 'owner'],
    ])
  })

  const goings: [string, (workspaceId: WorkspaceId, userId: UserId) => Promise<string>][] = [
    ['leave', (workspaceId, userId) => removeMember(database.sql, { workspaceId, userId, nowMs: noonMs })],
    ['step down', (workspaceId, userId) => changeRole(database.sql, { workspaceId, userId, role: 'viewer' })],
  ]
  test.each(goings)('is one of two who %s at once', async (_verb, go) => {
    for (let round = 0; round < 10; round += 1) {
      const { workspaceId, id } = await addUser(database.sql)
      const other = await addMember(database.sql, workspaceId, 'owner')
      const outcomes = await Promise.all([go(workspaceId, id), go(workspaceId, other)])
      expect(outcomes.filter((outcome) => outcome === 'last_owner')).toHaveLength(1)
    }
  })

  test('of another workspace is nobody here', async () => {
    const [own, other] = [await addUser(database.sql), await addUser(database.sql)]
    const { workspaceId } = own
    expect(await changeRole(database.sql, { workspaceId, userId: other.id, role: 'viewer' })).toBe('absent')
    expect(await removeMember(database.sql, { workspaceId, userId: makeUserId(), nowMs: noonMs })).toBe('absent')
  })
})

describe('an invitation', () => {
  const setUp = async (changed: Partial<Parameters<typeof addInvitation>[1]> = {}) => {
    const { sql } = database
    const { id: invitedBy, workspaceId, username } = await addUser(sql)
    const id = await addInvitation(sql, { workspaceId, invitedBy, ...changed })
    const accepting = { tokenHash: hashOf(id), nowMs: noonMs, memberLimit: 10 }
    return { sql, workspaceId, invitedBy, id, accepting, username }
  }

  test('tells where it leads to and who sent it, and asking does not use it up', async () => {
    const { sql, workspaceId, id, username } = await setUp({ email: 'guest@example.com', role: 'viewer' })
    for (let time = 0; time < 2; time += 1) {
      expect(await findInvitation(sql, hashOf(id), noonMs)).toEqual({
        id,
        workspaceId,
        workspaceName: username,
        email: 'guest@example.com',
        role: 'viewer',
        invitedByName: username,
        createdAtMs: noonMs,
        expiresAtMs: noonMs + hourMs,
        state: 'open',
      })
    }
    expect(await findInvitation(sql, hashOf('guess'), noonMs)).toBeUndefined()
  })

  test('makes one member of ten who accept it at once; the others are told that it is used', async () => {
    const { sql, workspaceId, accepting } = await setUp()
    const guests = await Promise.all(Array.from({ length: 10 }, () => addPerson(sql)))
    const accepted = await Promise.all(guests.map((guest) => acceptInvitation(sql, guest, accepting)))
    expect(accepted.map((one) => one.kind).sort()).toEqual(['accepted', ...Array<'used'>(9).fill('used')])
    expect(await countMembers(sql, workspaceId)).toBe(2)
    expect((await findInvitation(sql, accepting.tokenHash, noonMs))?.state).toBe('used')
  })

  test('makes a user of somebody who is none, without a workspace of their own', async () => {
    const { sql, workspaceId, accepting } = await setUp({ role: 'admin' })
    const id = makeUserId()
    const guest = { id, username: `guest-${id}`, passwordHash: 'none' }
    expect(await joinByInvitation(sql, guest, accepting)).toMatchObject({
      kind: 'accepted',
      workspaceId,
      role: 'admin',
    })
    expect((await listWorkspacesOf(sql, id)).map((one) => [one.id, one.role])).toEqual([[workspaceId, 'admin']])
  })

  test('that does not hold makes nobody a user, and a name that is taken does not use it up', async () => {
    const { sql, id, workspaceId, accepting, username } = await setUp()
    const guest = { id: makeUserId(), username, passwordHash: 'none' }
    expect(await joinByInvitation(sql, guest, accepting)).toEqual({ kind: 'username_taken' })
    expect((await findInvitation(sql, accepting.tokenHash, noonMs))?.state).toBe('open')
    await revokeInvitation(sql, { workspaceId, id, nowMs: noonMs })
    expect(await joinByInvitation(sql, { ...guest, username: 'never-was' }, accepting)).toEqual({ kind: 'revoked' })
    expect(await findCredentials(sql, 'never-was')).toBeUndefined()
  })

  test('leaves somebody who is a member already what they are, and stays open', async () => {
    const { sql, workspaceId, invitedBy, accepting } = await setUp({ role: 'viewer' })
    expect(await acceptInvitation(sql, invitedBy, accepting)).toEqual({ kind: 'already_member' })
    expect(await listMembers(sql, workspaceId)).toMatchObject([{ userId: invitedBy, role: 'owner' }])
    expect((await findInvitation(sql, accepting.tokenHash, noonMs))?.state).toBe('open')
  })

  test('holds until it expires', async () => {
    const { sql, accepting } = await setUp()
    const late = { ...accepting, nowMs: noonMs + hourMs }
    expect(await acceptInvitation(sql, await addPerson(sql), late)).toEqual({ kind: 'expired' })
    expect(await acceptInvitation(sql, await addPerson(sql), { ...late, nowMs: late.nowMs - 1 })).toMatchObject({
      kind: 'accepted',
    })
  })

  test('of a workspace that is full is not accepted, by however many at once', async () => {
    const { sql, workspaceId, invitedBy, accepting } = await setUp()
    const ids = [
      ...(await Promise.all(Array.from({ length: 5 }, () => addInvitation(sql, { workspaceId, invitedBy })))),
    ]
    const guests = await Promise.all(ids.map(() => addPerson(sql)))
    const accepted = await Promise.all(
      guests.map((guest, index) =>
        acceptInvitation(sql, guest, { ...accepting, tokenHash: hashOf(ids[index] ?? ''), memberLimit: 3 }),
      ),
    )
    expect(accepted.map((one) => one.kind).sort()).toEqual(['accepted', 'accepted', 'full', 'full', 'full'])
  })

  test('is listed while it is open, and is revoked in its own workspace alone, once', async () => {
    const { sql, workspaceId, id } = await setUp()
    const { workspaceId: foreign } = await addUser(sql)
    expect(await revokeInvitation(sql, { workspaceId: foreign, id, nowMs: noonMs })).toBe(false)
    expect(await listInvitations(sql, workspaceId, noonMs)).toMatchObject([{ id }])
    expect(await listInvitations(sql, workspaceId, noonMs + hourMs)).toEqual([])
    expect(await revokeInvitation(sql, { workspaceId, id, nowMs: noonMs })).toBe(true)
    expect(await revokeInvitation(sql, { workspaceId, id, nowMs: noonMs })).toBe(false)
    expect(await listInvitations(sql, workspaceId, noonMs)).toEqual([])
  })
})
