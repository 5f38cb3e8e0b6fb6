import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadOrCreateSecrets } from '@repo/config/secrets'
import { makeWebPushKey } from '@repo/config/web-push'
import { exampleSubscription, openMessage, vapidIn } from '@repo/notifiers/testing/push-receiver'
import { type HttpTarget, startHttpTarget } from '@repo/probes/testing'
import { type Client, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Distributed, startDistributed } from '../src/instance.ts'
import { type Program, startProgram } from '../src/program.ts'

interface Pushed {
  readonly message: Record<string, unknown>
  /** Whose key signed it, where it is signed. */
  readonly signedBy: string | undefined
}

/** A push service, and the browser behind it. */
function startPushService() {
  const pushed: Pushed[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const vapid = vapidIn(request.headers.get('authorization'))
      const message = JSON.parse(openMessage(await request.bytes(), exampleSubscription))
      pushed.push({ message, signedBy: vapid?.isSigned ? vapid.publicKey : undefined })
      return new Response(null, { status: 201 })
    },
  })
  return { pushed, endpoint: `http://127.0.0.1:${server.port}/push/1`, stop: () => server.stop(true) }
}

const service = startPushService()
afterAll(() => service.stop())

const publicKeyOf = async (person: Client) =>
  ((await (await person.call('GET', '/api/v1/web-push')).json()) as { publicKey: string | null }).publicKey

/** A channel to the browser, which was tried out. */
async function addBrowser(person: Client): Promise<string> {
  const { p256dh, auth } = exampleSubscription
  const settings = { endpoint: service.endpoint, p256dh, auth }
  const answer = await person.call('POST', '/api/v1/channels', { name: 'Firefox', kind: 'web_push', settings })
  const { id } = (await answer.json()) as { id: string }
  const tried = (await (await person.call('POST', `/api/v1/channels/${id}/test`)).json()) as object
  expect(tried).toEqual({ outcome: 'accepted', reason: '', answer: '' })
  return id
}

describe('a distributed instance', () => {
  const keys = `k1:${'A'.repeat(43)}`
  const { privateKey, publicKey } = makeWebPushKey()
  let instance: Distributed
  let notifier: Program
  let target: HttpTarget
  beforeAll(async () => {
    instance = await startDistributed({ keys, webPushKey: privateKey })
    target = await startHttpTarget()
    notifier = startProgram('apps/notifier/src/main.ts', [], {
      ...{ REDIS_URL: instance.redisUrl, DATABASE_URL: instance.databaseUrl, INSTANCE_KEYS: keys },
      ...{ WEB_PUSH_KEY: privateKey, PROBE_ALLOWED_CIDRS: 'private', PUBLIC_URL: 'https://up.example' },
      LOG_LEVEL: 'info',
    })
    await notifier.until(/metrics and health/)
  }, 60_000)
  afterAll(async () => {
    await notifier.stop()
    await instance.stop()
    await target.stop()
  }, 30_000)

  test('tells a browser of an outage and of its end, signed with the key that it subscribed with', async () => {
    const person = await newClient(instance.url)
    expect(await publicKeyOf(person)).toBe(publicKey)
    const channelId = await addBrowser(person)
    const steps = [{ afterSeconds: 0, targets: [{ kind: 'channel', channelId }] }]
    const rule = { monitors: { kind: 'all' }, topics: ['down', 'recovered'], steps }
    expect((await person.call('POST', '/api/v1/alert-policies', { name: 'All', rule })).status).toBe(201)
    const spec = { kind: 'http', url: target.url } as const
    const created = await person.createMonitor({ name: 'shop', spec, intervalSeconds: 2 })
    const statusOf = async () =>
      ((await (await person.call('GET', `/api/v1/monitors/${created.id}`)).json()) as { status: string }).status
    await eventually('it is known to be up', async () => (await statusOf()) === 'up')
    service.pushed.length = 0
    target.setStatus(500)
    await eventually('it was told that it is down', () => service.pushed.length > 0)
    target.setStatus(200)
    await eventually('it was told that it is up again', () => service.pushed.length > 1)
    const [down, up] = service.pushed.map(({ message }) => message)
    expect(down).toMatchObject({
      ...{ event: 'down', title: expect.stringMatching(/^DOWN shop - /) },
      url: expect.stringMatching(/^https:\/\/up\.example\/incidents\//),
    })
    expect(up).toMatchObject({ event: 'recovered', tag: down?.tag })
    expect(service.pushed.map(({ signedBy }) => signedBy)).toEqual([publicKey, publicKey])
  }, 60_000)
})

test('a standalone instance makes its key at the first start, and keeps it', async () => {
  const data = mkdtempSync(join(tmpdir(), 'betteruptime-push-'))
  const start = async () => {
    const program = startProgram('apps/standalone/src/main.ts', ['--port', '0', '--data', data], {
      REGION_CANARIES: 'self',
    })
    const [, url = ''] = await program.until(/is ready: (http:\S+)/)
    return { program, person: await newClient(url) }
  }
  const first = await start()
  const publicKey = await publicKeyOf(first.person)
  service.pushed.length = 0
  await addBrowser(first.person)
  expect(service.pushed).toMatchObject([{ message: { event: 'test' }, signedBy: publicKey }])
  await first.program.stop()
  const second = await start()
  expect(await publicKeyOf(second.person)).toBe(publicKey)
  expect(loadOrCreateSecrets(data).webPushKey.publicKey).toBe(String(publicKey))
  const said = `${first.program.said()}${second.program.said()}`
  expect(said).not.toContain(loadOrCreateSecrets(data).webPushKey.privateKey)
  await second.program.stop()
  rmSync(data, { recursive: true, force: true })
}, 90_000)
