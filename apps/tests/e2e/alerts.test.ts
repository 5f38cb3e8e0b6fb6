import { afterAll, beforeAll, expect, test } from 'bun:test'
import { channelContext } from '@repo/contracts/alerts'
import { openDatabase } from '@repo/db/database'
import { addAlertPolicy, addChannel, makeRule } from '@repo/db/testing/alerting'
import { parseChannelId, parseWorkspaceId } from '@repo/domain/ids'
import { type Receiver, startReceiver } from '@repo/notifiers/testing/plain-webhook'
import { type HttpTarget, startHttpTarget } from '@repo/probes/testing'
import { createKeyring } from '@repo/secrets/keyring'
import { type Client, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Distributed, startDistributed } from '../src/instance.ts'
import { type Program, startProgram } from '../src/program.ts'

let instance: Distributed
let target: HttpTarget
let receiver: Receiver
let person: Client
let notifiers: Program[] = []
const keys = `k1:${'A'.repeat(43)}`
const keyring = createKeyring([{ id: 'k1', key: new Uint8Array(32) }])

beforeAll(async () => {
  instance = await startDistributed()
  target = await startHttpTarget()
  receiver = startReceiver()
  person = await newClient(instance.url)
  const env = {
    REDIS_URL: instance.redisUrl,
    DATABASE_URL: instance.databaseUrl,
    INSTANCE_KEYS: keys,
    LOG_LEVEL: 'info',
  }
  notifiers = [1, 2].map(() => startProgram('apps/tests/src/notifier-program.ts', [], env))
  await Promise.all(notifiers.map((notifier) => notifier.until(/notifier at work/)))
}, 60_000)
afterAll(async () => {
  await Promise.all(notifiers.map((notifier) => notifier.stop()))
  await instance.stop()
  await target.stop()
  await receiver[Symbol.asyncDispose]()
}, 30_000)

test('an outage is told by a webhook within seconds of being confirmed, and so is its end, with two notifiers at work', async () => {
  const created = await person.createMonitor({
    name: 'shop',
    spec: { kind: 'http', url: target.url },
    intervalSeconds: 2,
  })
  await addReceiver(created.id)
  await eventually('it is known to be up', async () => (await statusOf(created.id)) === 'up' || undefined)
  target.setStatus(500)
  await eventually('it was told that it is down', () => receiver.received.length > 0 || undefined)
  target.setStatus(200)
  await eventually('it was told that it is up again', () => receiver.received.length > 1 || undefined)
  const [down, up] = receiver.received.map(({ alert }) => alert)
  expect(down).toMatchObject({ event: 'down', subject: { name: 'shop' }, cause: { code: 'UNEXPECTED_STATUS' } })
  expect(down?.regions).toEqual({ failing: ['eu', 'us'], total: 2 })
  expect(down?.evidence).toMatch(/^HTTP 500 after \d+ ms from 127\.0\.0\.1$/)
  expect(up).toMatchObject({ event: 'recovered', dedupKey: down?.dedupKey })
  expect(receiver.received).toHaveLength(2)
  // When it was confirmed, and when the provider had it.
  const lateMs = await latenessMs()
  for (const ms of lateMs) expect(ms).toBeLessThan(5_000)
}, 60_000)

async function statusOf(id: string): Promise<string> {
  const answer = await person.call('GET', `/api/v1/monitors/${id}`)
  return ((await answer.json()) as { status: string }).status
}

async function addReceiver(monitorId: string): Promise<void> {
  await using database = openDatabase(instance.databaseUrl, { connections: 1, onError: () => {} })
  const { rows } = await database.sql.execute<{ id: string }>(
    `select workspace_id as id from monitor where id = '${monitorId}'`,
  )
  const workspaceId = parseWorkspaceId(rows[0]?.id ?? '')
  const id = parseChannelId(Bun.randomUUIDv7())
  const settings = keyring.seal(JSON.stringify({ url: receiver.urlOf('ops') }), channelContext(workspaceId, id))
  await addChannel(database.sql, { id, workspaceId, settings })
  await addAlertPolicy(database.sql, { workspaceId, rule: makeRule(id) })
}

async function latenessMs(): Promise<number[]> {
  await using database = openDatabase(instance.databaseUrl, { connections: 1, onError: () => {} })
  const { rows } = await database.sql.execute<{ ms: number }>(`
    select extract(epoch from d.done_at - o.created_at)::float8 * 1000 as ms
    from outbox o join delivery d on d.story_id = o.incident_id
      and d.part = case o.event when 'opened' then 'opening' else 'closing' end`)
  expect(rows).toHaveLength(2)
  return rows.map(({ ms }) => ms)
}
