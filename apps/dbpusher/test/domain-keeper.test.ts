import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { noteDomainProof, setPageDomain } from '@repo/db/queries/page-domains'
import { findStatusPage } from '@repo/db/queries/status-pages'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addWorkspace } from '@repo/db/testing/populate'
import { addStatusPage } from '@repo/db/testing/status-pages'
import { noonMs } from '@repo/domain/testing'
import { type DnsServerDouble, rcodes, startDnsServer, zone } from '@repo/probes/testing/dns-server'
import { createTxtResolver, proofOf } from '@repo/public-page/domain-proof'
import { createLog } from '@repo/service/log'
import { createManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createDomainKeeper } from '../src/domain-keeper.ts'

const HOUR_MS = 3_600_000
let database: TestDatabase
let names: DnsServerDouble
/** What the owner of the name has in its TXT record. */
let written: string | undefined
const domain = { name: 'status.example.org', token: 'abc' }
const proof = proofOf(domain)
beforeAll(async () => {
  database = await openTestDatabase()
  names = await startDnsServer((asked) =>
    written === undefined
      ? { rcode: rcodes.nxDomain }
      : (zone([{ type: 'TXT', name: proof.name, data: written }])(asked) as never),
  )
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await names.stop()
})

describe('the name of a page', () => {
  test('is looked at once a day, more often while it fails, and lost after three days of that', async () => {
    const { sql } = database
    const workspaceId = await addWorkspace(sql)
    const { id } = await addStatusPage(sql, { workspaceId })
    const owned = { workspaceId, id }
    await setPageDomain(sql, owned, { domain, nowMs: noonMs })
    await noteDomainProof(sql, { ...domain, id, nowMs: noonMs })
    written = proof.value
    const clock = createManualClock(noonMs)
    const lease = createMemoryBackend(() => {}).openLease({ name: 'domains', holder: 'one', ttlMs: 30 * 24 * HOUR_MS })
    const resolveTxt = createTxtResolver([names.address])
    const log = createLog('dbpusher', 'silent')
    const keeper = run(createDomainKeeper({ sql, lease, resolveTxt, clock, log }))
    const rested = () => eventually('the round has ended', () => clock.sleepers === 1)
    const pass = async (hours: number) => {
      await rested()
      await clock.jump(hours * HOUR_MS)
      await rested()
      const page = await findStatusPage(sql, owned)
      const { verifiedAtMs, checkedAtMs, problem } = page?.domain ?? {}
      const checked = ((checkedAtMs ?? noonMs) - noonMs) / HOUR_MS
      return `${verifiedAtMs == null ? 'lost' : 'kept'} at ${checked}: ${problem ?? 'sound'}, version ${page?.version}`
    }
    expect(await pass(23)).toBe('kept at 0: sound, version 3')
    expect(await pass(2)).toBe('kept at 25: sound, version 3')
    written = undefined
    expect(await pass(25)).toBe('kept at 50: no_record, version 3')
    written = 'another'
    expect(await pass(2)).toBe('kept at 52: other_text, version 3')
    written = proof.value
    expect(await pass(2)).toBe('kept at 54: sound, version 3')
    written = undefined
    expect(await pass(25)).toBe('kept at 79: no_record, version 3')
    expect(await pass(71)).toBe('kept at 150: no_record, version 3')
    expect(await pass(2)).toBe('lost at 152: no_record, version 4')
    await keeper.stop()
  })
})
