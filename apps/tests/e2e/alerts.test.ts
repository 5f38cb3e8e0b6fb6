import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { openDatabase } from '@repo/db/database'
import { type HttpTarget, startHttpTarget } from '@repo/probes/testing'
import { type Client, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Distributed, startDistributed } from '../src/instance.ts'
import { type Program, startProgram } from '../src/program.ts'

interface Told {
  readonly isSigned: boolean
  readonly body: Record<string, unknown>
}

let instance: Distributed
let target: HttpTarget
let person: Client
let notifiers: Program[] = []
const keys = `k1:${'A'.repeat(43)}`
const signingKey = Buffer.from('0123456789abcdef0123456789abcdef')
const told: Told[] = []
let receiver: ReturnType<typeof Bun.serve>

beforeAll(async () => {
  instance = await startDistributed({ keys })
  target = await startHttpTarget()
  receiver = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request: Request) {
      const { headers } = request
      const body = await request.text()
      const signed = `${headers.get('webhook-id')}.${headers.get('webhook-timestamp')}.${body}`
      const mac = createHmac('sha256', signingKey).update(signed).digest('base64')
      told.push({ isSigned: headers.get('webhook-signature') === `v1,${mac}`, body: JSON.parse(body) })
      return new Response('thanks')
    },
  })
  person = await newClient(instance.url)
  const env = {
    ...{ REDIS_URL: instance.redisUrl, DATABASE_URL: instance.databaseUrl, INSTANCE_KEYS: keys },
    ...{ PROBE_ALLOWED_CIDRS: 'private', PUBLIC_URL: 'https://up.example', LOG_LEVEL: 'info' },
  }
  notifiers = [1, 2].map(() => startProgram('apps/notifier/src/main.ts', [], env))
  await Promise.all(notifiers.map((notifier) => notifier.until(/metrics and health/)))
}, 60_000)
afterAll(async () => {
  await Promise.all(notifiers.map((notifier) => notifier.stop()))
  await instance.stop()
  await target.stop()
  await receiver.stop(true)
}, 30_000)

test('an outage is told by a webhook within seconds of being confirmed, and so is its end, with two notifiers at work', async () => {
  const channelId = await addChannel()
  const steps = [{ afterSeconds: 0, targets: [{ kind: 'channel', channelId }] }]
  const rule = { monitors: { kind: 'all' }, topics: ['down', 'recovered'], steps }
  expect((await person.call('POST', '/api/v1/alert-policies', { name: 'All', rule })).status).toBe(201)
  const spec = { kind: 'http', url: target.url } as const
  const created = await person.createMonitor({ name: 'shop', spec, intervalSeconds: 2 })
  await eventually('it is known to be up', async () => (await statusOf(created.id)) === 'up' || undefined)
  told.length = 0
  target.setStatus(500)
  await eventually('it was told that it is down', () => told.length > 0 || undefined)
  target.setStatus(200)
  await eventually('it was told that it is up again', () => told.length > 1 || undefined)
  expect(told.map(({ isSigned }) => isSigned)).toEqual([true, true])
  const [down, up] = told.map(({ body }) => body)
  expect(down).toMatchObject({
    ...{ event: 'down', about: { name: 'shop' }, cause: { code: 'UNEXPECTED_STATUS' } },
    regions: { failing: ['eu', 'us'], total: 2 },
    evidence: expect.stringMatching(/^HTTP 500 after \d+ ms from 127\.0\.0\.1$/),
    links: { open: expect.stringMatching(/^https:\/\/up\.example\/incidents\//) },
  })
  expect(up).toMatchObject({ event: 'recovered', dedupKey: down?.dedupKey })
  expect(told).toHaveLength(2)
  // When it was confirmed, and when the provider had it.
  const lateness = await eventually('both are noted as told', latenessMs)
  for (const ms of lateness) expect(ms).toBeLessThan(5_000)
}, 60_000)

/** A channel that was tried out. */
async function addChannel(): Promise<string> {
  const settings = {
    url: `http://127.0.0.1:${receiver.port}/hook`,
    signingSecret: `whsec_${signingKey.toString('base64')}`,
  }
  const answer = await person.call('POST', '/api/v1/channels', { name: 'ops', kind: 'webhook', settings })
  const { id } = (await answer.json()) as { id: string }
  const tried = (await (await person.call('POST', `/api/v1/channels/${id}/test`)).json()) as object
  expect(tried).toEqual({ outcome: 'accepted', reason: '', answer: 'thanks' })
  expect(told).toMatchObject([{ isSigned: true, body: { event: 'test' } }])
  return id
}

async function statusOf(id: string): Promise<string> {
  const answer = await person.call('GET', `/api/v1/monitors/${id}`)
  return ((await answer.json()) as { status: string }).status
}

/** Undefined until both are noted: what a provider has is written down a little later. */
async function latenessMs(): Promise<number[] | undefined> {
  await using database = openDatabase(instance.databaseUrl, { connections: 1, onError: () => {} })
  const { rows } = await database.sql.execute<{ ms: number | null }>(`
    select extract(epoch from d.done_at - o.created_at)::float8 * 1000 as ms
    from outbox o join delivery d on d.story_id = o.incident_id
      and d.part = case o.event when 'opened' then 'opening' else 'closing' end`)
  expect(rows).toHaveLength(2)
  const known = rows.flatMap(({ ms }) => ms ?? [])
  return known.length === 2 ? known : undefined
}
