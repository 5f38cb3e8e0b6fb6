import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deleteMonitor, type StoredMonitor } from '@repo/db/queries/monitors'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addMonitor, addWorkspace } from '@repo/db/testing/populate'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Outcome } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { makeCertificateFacts, makeOutcome, makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { createSaveResults } from '../src/save-results.ts'

const DAY_MS = 86_400_000

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

const watch = () => addMonitor(database.sql, workspaceId, { regions: ['a', 'b'].map(parseRegion) })

/** A writer whose clock stands so many days before noon. */
function open(daysBefore: () => number) {
  const told = { workspaceOf: () => undefined, announce: async () => {} }
  const clock = { nowMs: () => noonMs - daysBefore() * DAY_MS }
  return createSaveResults({ sql: database.sql, clock, rechecks: { ask: async () => {} }, ...told })
}

/** A certificate of a year that ends at noon. */
function certificate(fingerprint: string): Partial<Outcome> {
  const facts = { ...makeCertificateFacts(noonMs), notBefore: new Date(noonMs - 365 * DAY_MS).toISOString() }
  return { certificate: { ...facts, fingerprint, subject: `CN=${fingerprint}` } }
}

let second = 0
function look(monitor: StoredMonitor, outcome: Partial<Outcome>, region = 'a') {
  second += 1
  const tick = makeTick(region, noonMs + second * 1_000, 'up')
  return makeResult(monitor, { ...tick, outcome: makeOutcome('up', outcome) })
}

async function warningsOf({ monitorKey }: StoredMonitor): Promise<string[]> {
  const { rows } = await database.sql.execute<{ told: string }>(
    `select body->>'kind' || ' ' || (body->>'shown') as told from outbox where event = 'warning' and monitor_key = ${monitorKey} order by id`,
  )
  return rows.map((row) => row.told)
}

describe('people are told', () => {
  test('once of each warning that a certificate ends, whichever region and whichever writer saw it', async () => {
    const monitor = await watch()
    let days = 40
    const writers = [open(() => days), open(() => days)]
    const seeAll = async () => {
      for (const save of writers) await save([look(monitor, certificate('aa')), look(monitor, certificate('aa'), 'b')])
    }
    await seeAll()
    expect(await warningsOf(monitor)).toEqual([])
    for (days of [29, 28, 13, 12, 2]) await seeAll()
    const one = 'certificate_expiring CN=aa, issued by CN=Test Authority'
    // At 29, 13 and 2 days: of the warnings at 7 and 3 one is enough.
    expect(await warningsOf(monitor)).toEqual([one, one, one])
  })

  test('of another certificate once, also where both answer in turn', async () => {
    const monitor = await watch()
    const [one, two] = [open(() => 60), open(() => 60)]
    for (const fingerprint of ['aa', 'bb', 'aa', 'bb']) {
      await one([look(monitor, certificate(fingerprint))])
      await two([look(monitor, certificate(fingerprint), 'b')])
    }
    expect(await warningsOf(monitor)).toEqual(['certificate_changed CN=bb, issued by CN=Test Authority'])
  })

  test('of other records of a name', async () => {
    const monitor = await watch()
    const save = open(() => 60)
    await save([look(monitor, { facts: { records: ['192.0.2.1', '192.0.2.2'] } })])
    await save([look(monitor, { facts: { records: ['192.0.2.2', '192.0.2.1'] } })])
    expect(await warningsOf(monitor)).toEqual([])
    await save([look(monitor, { facts: { records: ['192.0.2.3'] } })])
    expect(await warningsOf(monitor)).toEqual(['dns_changed 192.0.2.3'])
  })

  test('of nothing by a result that comes again', async () => {
    const monitor = await watch()
    const results = [look(monitor, certificate('aa')), look(monitor, certificate('bb'))]
    for (let turn = 0; turn < 3; turn += 1) await open(() => 60)(results)
    expect(await warningsOf(monitor)).toHaveLength(1)
  })

  test('of nothing of a monitor that is gone, and its batch is kept', async () => {
    const [gone, monitor] = [await watch(), await watch()]
    await deleteMonitor(database.sql, gone)
    await open(() => 2)([look(gone, certificate('aa')), look(monitor, certificate('aa'))])
    expect(await warningsOf(monitor)).toHaveLength(1)
  })
})
