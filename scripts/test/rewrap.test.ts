import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type CheckSpec, checkSpecSchema } from '@repo/contracts/check-spec'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { mapSecrets, secretContext } from '@repo/contracts/spec-secrets'
import { findHeartbeat } from '@repo/db/queries/heartbeats'
import { changeMonitor, findMonitor } from '@repo/db/queries/monitors'
import { openTestDatabase } from '@repo/db/testing'
import { addMonitor, addUser } from '@repo/db/testing/populate'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { createKeyring, type Keyring } from '@repo/secrets/keyring'
import { missingSecret } from '@repo/secrets/sealed-text'
import { countByKey, rewrapAll } from '../rewrap.ts'

const keyOf = (id: string) => ({ id, key: new Uint8Array(32).fill(id.charCodeAt(0)) })
const [a, b, c] = [keyOf('a'), keyOf('b'), keyOf('c')]
const plain = checkSpecSchema.parse({
  kind: 'http',
  url: 'https://shop.example/',
  auth: { kind: 'basic', username: 'ada', password: 'SEKRET' },
})
const sealedBy = (keyring: Keyring, workspaceId: WorkspaceId) =>
  mapSecrets(plain, (text, place) => keyring.seal(String(text), secretContext(workspaceId, place)))

interface Owned {
  readonly id: MonitorId
  readonly workspaceId: WorkspaceId
}

describe('the secrets of a database', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>
  let workspaceId: WorkspaceId
  beforeAll(async () => {
    database = await openTestDatabase()
    workspaceId = (await addUser(database.sql)).workspaceId
  })
  afterAll(() => database[Symbol.asyncDispose]())

  async function add(spec: CheckSpec): Promise<Owned> {
    const { id } = await addMonitor(database.sql, workspaceId, { spec })
    return { id, workspaceId }
  }
  const storedOf = async (owned: Owned) => storedSpecSchema.parse((await findMonitor(database.sql, owned))?.spec)
  const openedBy = (keyring: Keyring, stored: CheckSpec) =>
    mapSecrets(stored, (text, place) => keyring.open(String(text), secretContext(workspaceId, place)))
  const rewrap = (keyring: Keyring, dryRun = false) =>
    rewrapAll(database.sql, { keyring, dryRun, onProgress: () => {} })

  test('come under the newest key, those of before they were sealed too, and nothing else changes', async () => {
    const [old, unsealed] = [await add(sealedBy(createKeyring([a]), workspaceId)), await add(plain)]
    const bare = await add(checkSpecSchema.parse({ kind: 'ping', host: 'shop.example' }))
    expect(await countByKey(database.sql)).toEqual(
      new Map([
        ['a', 2],
        ['', 2],
      ]),
    )
    const both = createKeyring([b, a])
    expect(await rewrap(both, true)).toMatchObject({ changed: 2 })
    expect(await storedOf(unsealed)).toEqual(plain)
    const done = await rewrap(both)
    expect(done).toMatchObject({ changed: 2, looked: 3, failures: new Map() })
    for (const owned of [old, unsealed]) expect(openedBy(createKeyring([b]), await storedOf(owned))).toEqual(plain)
    expect(await storedOf(bare)).toMatchObject({ kind: 'ping', host: 'shop.example' })
    expect(await countByKey(database.sql)).toEqual(new Map([['b', 4]]))
  })

  test('are left as they are where nobody has their key, and the others are not held up by them', async () => {
    const lost = await add(sealedBy(createKeyring([c]), workspaceId))
    const after = await add(sealedBy(createKeyring([b]), workspaceId))
    const before = await storedOf(lost)
    const done = await rewrap(createKeyring([a, b]))
    expect([...done.failures]).toEqual([['sealed with the instance key "c", which is not known here', 1]])
    expect(await storedOf(lost)).toEqual(before)
    expect(openedBy(createKeyring([a]), await storedOf(after))).toEqual(plain)
    // With its key as well, what is left is done.
    expect(await rewrap(createKeyring([a, b, c]))).toMatchObject({ changed: 1, failures: new Map() })
  })

  test('that nobody has set stay unset, and are not counted', async () => {
    const keyring = createKeyring([a, b, c])
    await rewrap(keyring)
    const counted = await countByKey(database.sql)
    const missing = await add(mapSecrets(plain, () => missingSecret))
    expect(await countByKey(database.sql)).toEqual(counted)
    expect(await rewrap(keyring)).toMatchObject({ changed: 0, failures: new Map() })
    expect(await storedOf(missing)).toMatchObject({ auth: { username: missingSecret, password: missingSecret } })
  })

  test('that somebody changes meanwhile are not set back', async () => {
    const owned = await Promise.all(Array.from({ length: 40 }, () => add(sealedBy(createKeyring([a]), workspaceId))))
    const changed = { ...sealedBy(createKeyring([a]), workspaceId), timeoutMs: 777 } as CheckSpec
    const [done] = await Promise.all([
      rewrap(createKeyring([b, a])),
      ...owned.map((one) => changeMonitor(database.sql, one, { nowMs: noonMs, spec: changed })),
    ])
    expect(done.failures).toEqual(new Map())
    for (const one of owned) expect(await storedOf(one)).toMatchObject({ timeoutMs: 777 })
    await rewrap(createKeyring([b, a]))
    expect([...(await countByKey(database.sql)).keys()]).toEqual(['b'])
  })

  test('are those of heartbeats too, which open under the newest key afterwards', async () => {
    const context = `heartbeat ${workspaceId} token`
    const token = createKeyring([a]).seal('the address', context)
    const { monitorKey } = await addMonitor(database.sql, workspaceId, {
      spec: checkSpecSchema.parse({ kind: 'heartbeat', schedule: { kind: 'period', seconds: 60 } }),
      heartbeat: { tokenHash: new Uint8Array(32), token },
    })
    await rewrap(createKeyring([b, a, c]))
    const found = await findHeartbeat(database.sql, { workspaceId, monitorKey })
    expect(createKeyring([b]).open(found?.token ?? '', context)).toBe('the address')
  })
})
