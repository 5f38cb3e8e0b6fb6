import { afterAll, beforeAll, expect, test } from 'bun:test'
import { factsSchema } from '@repo/contracts/facts'
import { saveKnownFacts } from '@repo/db/queries/watched-facts'
import { addMonitor } from '@repo/db/testing/populate'
import { makeCertificateFacts, noonMs } from '@repo/domain/testing'
import { factsIn, followFact } from '@repo/domain/watched-fact'
import { type ApiInstance, openApi, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const DAY_MS = 86_400_000

test('the certificate that was seen last is told with its names and its chain, and so are records', async () => {
  const { token, workspaceId } = await api.addPerson()
  const { id, monitorKey } = await addMonitor(api.deps.sql, workspaceId)
  const chain = [{ subject: 'CN=shop.example', issuer: 'CN=Test Authority', notAfter: null }]
  const older = { ...makeCertificateFacts(noonMs), fingerprint: 'cd'.repeat(32), names: ['old.example'] }
  const seen = [older, { ...makeCertificateFacts(noonMs + 5 * DAY_MS), chain }]
  const facts = seen.flatMap((certificate) => factsIn({ certificate, facts: {} }))
  const known = facts.reduce<ReturnType<typeof followFact>['known']>(
    (before, fact) => followFact(before, fact, noonMs).known,
    [],
  )
  const times = { monitorKey, changedAtMs: noonMs }
  const [records] = factsIn({ certificate: null, facts: { records: ['192.0.2.2', '192.0.2.1'] } })
  if (!records) throw new Error('there are no records')
  await saveKnownFacts(api.deps.sql, [
    { ...times, kind: 'certificate', known, expiresAtMs: noonMs + 5 * DAY_MS },
    { ...times, kind: 'dns', known: followFact([], records, noonMs).known, expiresAtMs: null },
  ])
  const { items } = factsSchema.parse(await (await api.ask(`/api/v1/monitors/${id}/facts`, { token })).json())
  expect(items).toMatchObject([
    {
      kind: 'certificate',
      expiresAt: new Date(noonMs + 5 * DAY_MS).toISOString(),
      fingerprint: 'ab'.repeat(32),
      certificate: { subject: 'CN=shop.example', names: ['shop.example'], issuer: 'CN=Test Authority', chain },
    },
    { kind: 'dns', shown: '192.0.2.1, 192.0.2.2', expiresAt: null, fingerprint: null, certificate: null },
  ])
})

test('of a monitor of another workspace nothing is told', async () => {
  const [mine, theirs] = [await api.addPerson(), await api.addPerson()]
  const { id } = await addMonitor(api.deps.sql, theirs.workspaceId)
  expect(await refusalOf(await api.ask(`/api/v1/monitors/${id}/facts`, { token: mine.token }))).toBe('404 not_found')
})
