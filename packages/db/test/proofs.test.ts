import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { makeUserId, makeWorkspaceId, noonMs } from '@repo/domain/testing'
import { deleteChallengesBefore, findChallenge, putChallenge, takeChallenge } from '../src/queries/challenges.ts'
import { createUserOfIdentity, findUserByIdentity, linkIdentity } from '../src/queries/oidc-identities.ts'
import {
  advancePasskey,
  createPasskey,
  deletePasskey,
  findPasskey,
  listPasskeys,
  renamePasskey,
} from '../src/queries/passkeys.ts'
import { createReset, deleteResetsBefore, takeReset } from '../src/queries/password-resets.ts'
import { countRecoveryCodes, replaceRecoveryCodes, takeRecoveryCode } from '../src/queries/recovery-codes.ts'
import {
  confirmTotp,
  findOfferedTotp,
  findTotp,
  offerTotp,
  removeTotp,
  takeTotpStep,
} from '../src/queries/second-factors.ts'
import { findCredentials, findProfile } from '../src/queries/users.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addPerson, hashOf, hourMs } from '../testing/people.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const expiresAtMs = noonMs + hourMs
const atOnce = <Answer>(ask: () => Promise<Answer>) => Promise.all(Array.from({ length: 10 }, ask))

describe('a reset of a password', () => {
  test('is taken once, of ten who take it at once; the others are told that it is used', async () => {
    const userId = await addPerson(database.sql)
    await createReset(database.sql, { tokenHash: hashOf(userId), userId, expiresAtMs })
    const taken = await atOnce(() => takeReset(database.sql, hashOf(userId), noonMs))
    expect(taken.filter((one) => one.kind === 'taken')).toEqual([{ kind: 'taken', userId }])
    expect(taken.filter((one) => one.kind === 'used')).toHaveLength(9)
  })

  test('holds until it expires, and is forgotten some time after', async () => {
    const userId = await addPerson(database.sql)
    await createReset(database.sql, { tokenHash: hashOf(userId), userId, expiresAtMs })
    expect(await takeReset(database.sql, hashOf(userId), expiresAtMs)).toEqual({ kind: 'expired' })
    await deleteResetsBefore(database.sql, expiresAtMs + 1)
    expect(await takeReset(database.sql, hashOf(userId), noonMs)).toEqual({ kind: 'absent' })
  })
})

describe('a recovery code', () => {
  test('opens once, for its own user alone, until there are new ones', async () => {
    const { sql } = database
    const [userId, other] = [await addPerson(sql), await addPerson(sql)]
    await replaceRecoveryCodes(sql, userId, [hashOf('1'), hashOf('2')])
    const take = (by: typeof userId, code: string) =>
      takeRecoveryCode(sql, by, { codeHash: hashOf(code), nowMs: noonMs })
    expect(await take(other, '1')).toBe(false)
    expect((await atOnce(() => take(userId, '1'))).filter(Boolean)).toHaveLength(1)
    expect(await countRecoveryCodes(sql, userId)).toBe(1)
    await replaceRecoveryCodes(sql, userId, [hashOf('3')])
    expect([await take(userId, '2'), await take(userId, '3'), await take(userId, '4')]).toEqual([false, true, false])
  })
})

describe('a second factor', () => {
  test('is asked for only once a first code has confirmed it', async () => {
    const { sql } = database
    const username = `two-${makeUserId()}`
    const userId = await addPerson(sql, username)
    expect(await offerTotp(sql, userId, 'sealed')).toBe(true)
    expect((await findCredentials(sql, username))?.hasSecondFactor).toBe(false)
    expect(await takeTotpStep(sql, userId, 100)).toBe(false)
    expect([await findOfferedTotp(sql, userId), await findTotp(sql, userId)]).toEqual(['sealed', undefined])
    // Another one that was offered before counts for nothing.
    expect(await confirmTotp(sql, userId, { sealed: 'other', step: 100, nowMs: noonMs })).toBe(false)
    expect(await confirmTotp(sql, userId, { sealed: 'sealed', step: 100, nowMs: noonMs })).toBe(true)
    expect(await confirmTotp(sql, userId, { sealed: 'sealed', step: 101, nowMs: noonMs })).toBe(false)
    expect((await findCredentials(sql, username))?.hasSecondFactor).toBe(true)
    expect([await findOfferedTotp(sql, userId), await findTotp(sql, userId)]).toEqual([undefined, 'sealed'])
  })

  test('takes the code of a step once, and none of an earlier one', async () => {
    const { sql } = database
    const userId = await addPerson(sql)
    await offerTotp(sql, userId, 'sealed')
    await confirmTotp(sql, userId, { sealed: 'sealed', step: 100, nowMs: noonMs })
    expect(await takeTotpStep(sql, userId, 100)).toBe(false)
    expect((await atOnce(() => takeTotpStep(sql, userId, 102))).filter(Boolean)).toHaveLength(1)
    expect(await takeTotpStep(sql, userId, 101)).toBe(false)
  })

  test('that is confirmed is not replaced by an offer, and goes with its recovery codes', async () => {
    const { sql } = database
    const userId = await addPerson(sql)
    await offerTotp(sql, userId, 'sealed')
    await confirmTotp(sql, userId, { sealed: 'sealed', step: 1, nowMs: noonMs })
    await replaceRecoveryCodes(sql, userId, [hashOf('1')])
    expect(await offerTotp(sql, userId, 'other')).toBe(false)
    await removeTotp(sql, userId)
    expect(await findTotp(sql, userId)).toBeUndefined()
    expect(await countRecoveryCodes(sql, userId)).toBe(0)
  })
})

describe('a passkey', () => {
  const makePasskey = (userId: ReturnType<typeof makeUserId>) => ({
    credentialId: crypto.randomUUID(),
    userId,
    publicKey: new Uint8Array([1, 2, 255]),
    counter: 5,
    transports: ['usb', 'hybrid'],
    name: 'laptop',
    nowMs: noonMs,
  })

  test('is stored as it was given, and belongs to one person', async () => {
    const { sql } = database
    const made = makePasskey(await addPerson(sql))
    expect(await createPasskey(sql, made)).toBe('created')
    expect(await createPasskey(sql, { ...made, userId: await addPerson(sql) })).toBe('known')
    const { name: _, nowMs: __, ...stored } = made
    expect(await findPasskey(sql, made.credentialId)).toEqual(stored)
    expect(await findPasskey(sql, 'unknown')).toBeUndefined()
  })

  test.each([
    ['goes forward', 5, 6, true],
    ['stands still', 5, 5, false],
    ['goes back', 5, 4, false],
    ['is not kept by its authenticator', 0, 0, true],
    ['was kept and is no more', 5, 0, false],
  ])('whose counter %s (%i, %i) is believed: %p', async (_what, from, to, isBelieved) => {
    const { sql } = database
    const made = { ...makePasskey(await addPerson(sql)), counter: from }
    await createPasskey(sql, made)
    expect(await advancePasskey(sql, made.credentialId, { counter: to, nowMs: noonMs })).toBe(isBelieved)
    expect((await listPasskeys(sql, made.userId))[0]?.lastUsedAtMs).toBe(isBelieved ? noonMs : null)
  })

  test('is renamed and removed by its own user alone', async () => {
    const { sql } = database
    const [{ credentialId, ...made }, stranger] = [makePasskey(await addPerson(sql)), await addPerson(sql)]
    const { userId } = made
    await createPasskey(sql, { credentialId, ...made })
    expect(await renamePasskey(sql, { userId: stranger, credentialId }, 'mine')).toBe(false)
    expect(await deletePasskey(sql, { userId: stranger, credentialId })).toBe(false)
    expect(await renamePasskey(sql, { userId, credentialId }, 'phone')).toBe(true)
    expect(await listPasskeys(sql, userId)).toMatchObject([{ credentialId, name: 'phone' }])
    expect(await deletePasskey(sql, { userId, credentialId })).toBe(true)
    expect(await listPasskeys(sql, userId)).toEqual([])
  })
})

describe('a challenge', () => {
  const put = async (purpose: string) => {
    const challenge = { id: crypto.randomUUID(), purpose, userId: null, data: { nonce: 'n' }, expiresAtMs }
    await putChallenge(database.sql, challenge)
    return { id: challenge.id, purpose, nowMs: noonMs }
  }

  test('is taken once, of ten who take it at once', async () => {
    const asked = await put('passkey')
    expect(await findChallenge(database.sql, asked)).toEqual({ userId: null, data: { nonce: 'n' } })
    const taken = await atOnce(() => takeChallenge(database.sql, asked))
    expect(taken.filter((one) => one !== undefined)).toEqual([{ userId: null, data: { nonce: 'n' } }])
    expect(await findChallenge(database.sql, asked)).toBeUndefined()
  })

  test('of one purpose answers no other, and holds until it expires', async () => {
    const asked = await put('passkey')
    expect(await takeChallenge(database.sql, { ...asked, purpose: 'oidc' })).toBeUndefined()
    expect(await takeChallenge(database.sql, { ...asked, nowMs: expiresAtMs })).toBeUndefined()
    await deleteChallengesBefore(database.sql, expiresAtMs)
    expect(await findChallenge(database.sql, asked)).toBeDefined()
    await deleteChallengesBefore(database.sql, expiresAtMs + 1)
    expect(await findChallenge(database.sql, asked)).toBeUndefined()
  })
})

describe('an identity of a provider', () => {
  test('makes one user of ten who come by it at once, and no other is left over', async () => {
    const { sql } = database
    const identity = { issuer: 'https://id.example', subject: crypto.randomUUID(), nowMs: noonMs }
    const users = Array.from({ length: 10 }, () => {
      const id = makeUserId()
      return { id, workspaceId: makeWorkspaceId(), username: `oidc-${id}` }
    })
    const came = await Promise.allSettled(users.map((user) => createUserOfIdentity(sql, user, identity)))
    expect(came.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    const profiles = await Promise.all(users.map((user) => findProfile(sql, user.id)))
    const left = profiles.filter((profile) => profile !== undefined)
    expect(left).toMatchObject([{ hasPassword: false }])
    expect(await findUserByIdentity(sql, identity)).toBe(left[0]?.userId as never)
  })

  test('that is linked to somebody is linked to nobody else', async () => {
    const { sql } = database
    const [userId, other] = [await addPerson(sql), await addPerson(sql)]
    const identity = { issuer: 'https://id.example', subject: crypto.randomUUID() }
    expect(await linkIdentity(sql, identity, { userId, nowMs: noonMs })).toBe(true)
    expect(await linkIdentity(sql, identity, { userId, nowMs: noonMs })).toBe(true)
    expect(await linkIdentity(sql, identity, { userId: other, nowMs: noonMs })).toBe(false)
    expect(await findUserByIdentity(sql, { ...identity, issuer: 'https://other.example' })).toBeUndefined()
  })
})
