import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { makeUserId, noonMs } from '@repo/domain/testing'
import { deleteAuditBefore, listAudit, type NewAuditEntry, writeAudit } from '../src/queries/audit.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addWorkspace } from '../testing/populate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

function makeEntry(workspaceId: WorkspaceId, changed: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    workspaceId,
    nowMs: noonMs,
    actorKind: 'person',
    actorId: makeUserId(),
    actorName: 'Ada',
    action: 'monitor.changed',
    subjectType: 'monitor',
    subjectId: 'one',
    before: { name: 'a' },
    after: { name: "b'; --" },
    address: '192.0.2.1',
    userAgent: 'test',
    requestId: 'r',
    ...changed,
  }
}

describe('the audit log', () => {
  test('gives back what was written, newest first', async () => {
    const workspaceId = await addWorkspace(database.sql)
    const entries = [makeEntry(workspaceId), makeEntry(workspaceId, { before: null, after: null, actorId: null })]
    for (const entry of entries) await writeAudit(database.sql, entry)
    const { items, next } = await listAudit(database.sql, workspaceId, { limit: 10 })
    const written = entries.toReversed().map(({ workspaceId: _, nowMs, ...facts }) => ({ ...facts, atMs: nowMs }))
    expect(items.map(({ id: _, ...facts }) => facts)).toEqual(written)
    expect(next).toBeNull()
  })

  test('in pages gives each entry once', async () => {
    const workspaceId = await addWorkspace(database.sql)
    for (let index = 0; index < 7; index += 1)
      await writeAudit(database.sql, makeEntry(workspaceId, { subjectId: `${index}` }))
    const subjects: (string | null)[] = []
    for (let beforeId: string | undefined; ; ) {
      const page = await listAudit(database.sql, workspaceId, { limit: 3, beforeId })
      subjects.push(...page.items.map((item) => item.subjectId))
      if (!page.next) break
      beforeId = page.next.id
    }
    expect(subjects).toEqual(['6', '5', '4', '3', '2', '1', '0'])
  })

  test('is filtered by what was done, by whom and to what', async () => {
    const workspaceId = await addWorkspace(database.sql)
    const wanted = makeEntry(workspaceId, { action: 'key.created', subjectId: 'wanted' })
    for (const entry of [makeEntry(workspaceId), wanted, makeEntry(workspaceId)]) await writeAudit(database.sql, entry)
    const { action, actorId, subjectId } = wanted
    for (const filter of [{ action }, { actorId: actorId ?? '' }, { subjectId: subjectId ?? '' }]) {
      const { items } = await listAudit(database.sql, workspaceId, { ...filter, limit: 10 })
      expect(items.map((item) => item.subjectId)).toEqual(['wanted'])
    }
  })

  test('of one workspace tells nothing of another, nor of the instance', async () => {
    const [own, foreign] = [await addWorkspace(database.sql), await addWorkspace(database.sql)]
    await writeAudit(database.sql, makeEntry(foreign))
    await writeAudit(database.sql, makeEntry(own, { workspaceId: null }))
    expect((await listAudit(database.sql, own, { limit: 10 })).items).toEqual([])
  })

  test('is kept for as long as it is asked to be', async () => {
    const workspaceId = await addWorkspace(database.sql)
    for (const nowMs of [noonMs - 1, noonMs]) await writeAudit(database.sql, makeEntry(workspaceId, { nowMs }))
    await deleteAuditBefore(database.sql, noonMs)
    const { items } = await listAudit(database.sql, workspaceId, { limit: 10 })
    expect(items.map((item) => item.atMs)).toEqual([noonMs])
  })
})
