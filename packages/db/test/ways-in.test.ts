import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { parseApiKeyId, type UserId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { countKeysOf, createKey, findKeyName, revokeKey } from '../src/queries/api-keys.ts'
import { bindIdentity, findUserByIdentity, listIdentities, unbindIdentity } from '../src/queries/oidc-identities.ts'
import { createPasskey } from '../src/queries/passkeys.ts'
import { holdWaysIn } from '../src/queries/ways-in.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addUser } from '../testing/populate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
}, 30_000)
afterAll(() => database[Symbol.asyncDispose]())

const newIdentity = (issuer = 'https://id.example') => ({ issuer, subject: crypto.randomUUID() })
const bind = (identity: ReturnType<typeof newIdentity>, userId: UserId) =>
  bindIdentity(database.sql, identity, { userId, nowMs: noonMs })

async function isWaitedForALock(): Promise<void> {
  const waiting = () =>
    database.sql.execute(`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)
  const deadlineMs = performance.now() + 3_000
  while ((await waiting()).rows.length === 0 && performance.now() < deadlineMs) await Bun.sleep(5)
}

describe('an identity', () => {
  test('is bound to one person, of whom it is known from then on', async () => {
    const [mine, theirs] = [await addUser(database.sql), await addUser(database.sql)]
    const identity = newIdentity()
    expect([await bind(identity, mine.id), await bind(identity, mine.id)]).toEqual(['bound', 'known'])
    expect(await bind(identity, theirs.id)).toBe('taken')
    expect(await findUserByIdentity(database.sql, identity)).toBe(mine.id)
    expect(await listIdentities(database.sql, mine.id)).toEqual([{ ...identity, createdAtMs: noonMs }])
  })

  test('is the only one of its issuer that somebody has, of ten that they bind at once as well', async () => {
    const { id } = await addUser(database.sql)
    const done = await Promise.all(Array.from({ length: 10 }, () => bind(newIdentity(), id)))
    expect(done.sort()).toEqual(['bound', ...Array.from({ length: 9 }, () => 'full' as const)])
    expect(await bind(newIdentity('https://other.example'), id)).toBe('bound')
  })

  test('is not bound while another one of the same issuer is about to be', async () => {
    const { id } = await addUser(database.sql)
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const done: string[] = []
    const earlier = database.sql.transaction(async (tx) => {
      done.push(await bindIdentity(tx, newIdentity(), { userId: id, nowMs: noonMs }))
      first.resolve()
      await second.promise
    })
    await first.promise
    const later = bind(newIdentity(), id)
    await Promise.race([later, isWaitedForALock()])
    second.resolve()
    await earlier
    expect([...done, await later]).toEqual(['bound', 'full'])
  })

  test('of ten people who want it at once is one’s', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => addUser(database.sql)))
    const identity = newIdentity()
    const done = await Promise.all(people.map(({ id }) => bind(identity, id)))
    expect(done.sort()).toEqual(['bound', ...Array.from({ length: 9 }, () => 'taken' as const)])
  })

  test('is unbound by nobody else', async () => {
    const [mine, theirs] = [await addUser(database.sql), await addUser(database.sql)]
    const identity = newIdentity()
    await bind(identity, mine.id)
    expect(await unbindIdentity(database.sql, identity, theirs.id)).toBe(false)
    expect(await unbindIdentity(database.sql, identity, mine.id)).toBe(true)
    expect(await findUserByIdentity(database.sql, identity)).toBeUndefined()
  })
})

test('the ways into an account are its own password, passkeys and identities', async () => {
  const [{ id }, other] = [await addUser(database.sql, { passwordHash: null }), await addUser(database.sql)]
  const holdOf = (userId: UserId) => database.sql.transaction((tx) => holdWaysIn(tx, userId))
  expect(await holdOf(id)).toEqual({ hasPassword: false, passkeys: 0, identities: 0 })
  await bind(newIdentity(), id)
  for (const name of ['Laptop', 'Telephone']) {
    const made = { publicKey: new Uint8Array(8), counter: 0, transports: [], name, nowMs: noonMs }
    await createPasskey(database.sql, { credentialId: crypto.randomUUID(), userId: id, ...made })
  }
  expect(await holdOf(id)).toEqual({ hasPassword: false, passkeys: 2, identities: 1 })
  expect(await holdOf(other.id)).toEqual({ hasPassword: true, passkeys: 0, identities: 0 })
})

describe('the keys of somebody', () => {
  const makeKey = async (
    { id, workspaceId }: Awaited<ReturnType<typeof addUser>>,
    expiresAtMs: number | null = null,
  ) => {
    const keyId = parseApiKeyId(Bun.randomUUIDv7())
    const shown = { name: 'CI', prefix: 'bu_12345678', scopes: ['read'] as const }
    const hash = Buffer.from(crypto.getRandomValues(new Uint8Array(32)))
    await createKey(database.sql, { id: keyId, workspaceId, createdBy: id, hash, nowMs: noonMs, expiresAtMs, ...shown })
    return keyId
  }

  test('are counted as far as they open something now, in every workspace of theirs', async () => {
    const [person, host] = [await addUser(database.sql), await addUser(database.sql)]
    await makeKey(person)
    await makeKey(person, noonMs + 1)
    await makeKey(person, noonMs)
    await makeKey(host)
    const revoked = await makeKey(person)
    await revokeKey(database.sql, { workspaceId: person.workspaceId, id: revoked, nowMs: noonMs })
    // Of a workspace that they are no member of.
    await makeKey({ ...person, workspaceId: host.workspaceId })
    expect(await countKeysOf(database.sql, person.id, noonMs)).toBe(2)
  })

  test('have a name also when they were revoked, for their own workspace', async () => {
    const [{ workspaceId, ...person }, host] = [await addUser(database.sql), await addUser(database.sql)]
    const id = await makeKey({ workspaceId, ...person })
    await revokeKey(database.sql, { workspaceId, id, nowMs: noonMs })
    expect(await findKeyName(database.sql, { workspaceId, id })).toEqual({ name: 'CI', prefix: 'bu_12345678' })
    expect(await findKeyName(database.sql, { workspaceId: host.workspaceId, id })).toBeUndefined()
  })
})
