import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkSpecSchema } from '@repo/contracts/check-spec'
import type { LiveFrame } from '@repo/contracts/live'
import type { CreateMonitor, Monitor } from '@repo/contracts/monitors'
import { secretFields } from '@repo/contracts/spec-secrets'
import { openTestDatabase } from '@repo/db/testing'
import { makeCertificate } from '@repo/probes/testing/certificates'
import { type RedisServer, startRedis } from '@repo/streams/testing'
import { type Client, newClient } from '../src/client.ts'
import {
  type EchoTarget,
  startEchoDatagrams,
  startEchoGrpc,
  startEchoServer,
  startEchoSocket,
  startEchoTls,
} from '../src/echo-targets.ts'
import { eventually } from '../src/eventually.ts'
import { type Program, startProgram } from '../src/program.ts'

/** Each secret is another one, so that what leaks says where from. */
const secrets: string[] = []
function secret(): string {
  const made = `SEKRET-${crypto.randomUUID()}`
  secrets.push(made)
  return made
}

/** One that is part of a secret and goes to nobody at all. */
const neverHeard = new Set<string>()
function neverSent(): string {
  const made = secret()
  neverHeard.add(made)
  return made
}

type Database = Awaited<ReturnType<typeof openTestDatabase>>

let data: string
let database: Database
let redis: RedisServer
let program: Program
let person: Client
let redisListener: { readonly said: () => string; close(): void }
let live: { readonly frames: LiveFrame[]; close(): void }
let targets: Record<'http' | 'proxy' | 'bytes' | 'datagrams' | 'grpc' | 'socket' | 'tls', EchoTarget>
let fingerprint = ''
const created: Monitor[] = []
const answers: string[] = []

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'betteruptime-secrets-'))
  database = await openTestDatabase()
  redis = await startRedis()
  const identity = await makeCertificate({ names: ['client.example'] })
  fingerprint = new X509Certificate(identity.cert).fingerprint256
  targets = {
    http: await startEchoServer(),
    proxy: await startEchoServer(),
    bytes: await startEchoServer(),
    datagrams: await startEchoDatagrams(),
    grpc: await startEchoGrpc(),
    socket: await startEchoSocket(),
    tls: await startEchoTls(await makeCertificate({ names: ['localhost'] })),
  }
  redisListener = await listenToRedis(redis.port)
  program = startProgram('apps/standalone/src/main.ts', ['--port', '0', '--data', data], {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    REGION_CANARIES: 'self',
    LOG_LEVEL: 'trace',
  })
  const [, url = ''] = await program.until(/is ready: (http:\S+)/)
  person = await newClient(url)
  live = await person.watch()
  for (const spec of specsOf(identity)) await create(spec)
}, 60_000)

afterAll(async () => {
  live?.close()
  redisListener?.close()
  await program?.stop()
  await Promise.all(Object.values(targets ?? {}).map((target) => target.stop()))
  await redis?.stop()
  await database?.[Symbol.asyncDispose]()
  rmSync(data, { recursive: true, force: true })
}, 30_000)

/** Every secret field of every check type. The servers refuse, or say back what they were told: no check passes. */
function specsOf({ key, cert }: { key: string; cert: string }): CreateMonitor['spec'][] {
  const url = `http://127.0.0.1:${targets.http.port}/`
  const host = '127.0.0.1'
  const fast = { timeoutMs: 2_000 }
  const http = { kind: 'http', url, ...fast } as const
  const auths = [
    { kind: 'basic', username: secret(), password: secret() },
    { kind: 'bearer', token: secret() },
    { kind: 'api-key', in: 'header', name: 'X-Token', value: secret() },
    { kind: 'api-key', in: 'query', name: 'token', value: secret() },
  ] as const
  // Whatever stands before the key is no part of it, and nobody else's business either.
  const clientCertificate = { certificate: cert, key: `${neverSent()}\n${key}` }
  return [
    ...auths.map((auth) => ({ ...http, auth })),
    { ...http, headers: [{ name: 'X-Anything', value: secret() }], method: 'POST', body: `{"password":"${secret()}"}` },
    { ...http, proxy: { host, port: targets.proxy.port, username: secret(), password: secret() } },
    { kind: 'tls', host, port: targets.tls.port, ...fast, tls: { verify: false, clientCertificate }, issuer: 'nobody' },
    {
      kind: 'tcp',
      host,
      port: targets.bytes.port,
      ...fast,
      script: [{ send: `AUTH ${secret()}\r\n` }, { expect: 'never' }],
    },
    { kind: 'udp', host, port: targets.datagrams.port, ...fast, send: `rcon ${secret()}`, expect: 'never' },
    {
      kind: 'grpc',
      host,
      port: targets.grpc.port,
      ...fast,
      security: 'none',
      metadata: [{ name: 'x-anything', value: secret() }],
    },
    {
      kind: 'websocket',
      url: `ws://127.0.0.1:${targets.socket.port}/`,
      ...fast,
      auth: { kind: 'bearer', token: secret() },
      headers: [{ name: 'X-Anything', value: secret() }],
      send: `login ${secret()}`,
      expect: 'never',
    },
  ]
}

async function create(spec: CreateMonitor['spec']): Promise<void> {
  expect(secretFields(checkSpecSchema.parse(spec))).not.toEqual([])
  const answer = await person.call('POST', '/api/v1/monitors', { spec, intervalSeconds: 1 })
  const text = await answer.text()
  answers.push(text)
  expect([answer.status, text.includes('"set":true')]).toEqual([201, true])
  created.push(JSON.parse(text) as Monitor)
}

/** Everything that any client says to a Redis from now on. */
async function listenToRedis(port: number) {
  let said = ''
  const socket = net.connect(port, '127.0.0.1')
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    said += text
  })
  socket.write('MONITOR\r\n')
  await eventually('it listens', () => said.includes('+OK'))
  return { said: () => said, close: () => socket.destroy() }
}

const heard = () =>
  Object.values(targets)
    .map((target) => target.received())
    .join('\n')

function heardAsBasic(one: string): boolean {
  return [...heard().matchAll(/Basic ([\w+/=]+)/g)].some(([, text = '']) =>
    Buffer.from(text, 'base64').toString().includes(one),
  )
}

/** So much of a secret's beginning is no other's, and too much to be shown. */
const BEGINNING = 15

/** The secrets that are in a text, whole or cut short, as they are or in base64, wherever in a longer text they stood. */
function leaksIn(text: string): string[] {
  return secrets.filter((one) => {
    const beginning = one.slice(0, BEGINNING)
    return [beginning, ...base64Spellings(beginning)].some((spelling) => text.includes(spelling))
  })
}

function base64Spellings(text: string): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const bytes = Buffer.from(`${'\0'.repeat(shift)}${text}`)
    const whole = bytes.toString('base64').slice([0, 2, 3][shift], -4)
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

async function textOfDatabase(): Promise<string> {
  const { rows } = await database.sql.execute<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  const texts = await Promise.all(
    rows.map(async ({ name }) => {
      const found = await database.sql.execute<{ row: string }>(`select t::text as row from ${name} t`)
      return found.rows.map(({ row }) => row)
    }),
  )
  return texts.flat().join('\n')
}

async function textOfRedis(): Promise<string> {
  const client = new Bun.RedisClient(redis.url)
  try {
    const keys = (await client.send('KEYS', ['*'])) as string[]
    const readers: Record<string, (key: string) => [string, string[]]> = {
      string: (key) => ['GET', [key]],
      hash: (key) => ['HGETALL', [key]],
      list: (key) => ['LRANGE', [key, '0', '-1']],
      set: (key) => ['SMEMBERS', [key]],
      zset: (key) => ['ZRANGE', [key, '0', '-1']],
      stream: (key) => ['XRANGE', [key, '-', '+']],
    }
    const texts: string[] = []
    for (const key of keys) {
      const kind = String(await client.send('TYPE', [key]))
      const [command, words] = readers[kind]?.(key) ?? ['EXISTS', [key]]
      texts.push(key, JSON.stringify(await client.send(command, words)))
    }
    return texts.join('\n')
  } finally {
    client.close()
  }
}

/** Every address that the API says it can be asked at, for each of the monitors. */
async function textOfApi(): Promise<string> {
  const description = (await (await person.call('GET', '/api/v1/openapi.json')).json()) as {
    paths: Record<string, Record<string, unknown>>
  }
  const paths = Object.entries(description.paths).flatMap(([path, methods]) => ('get' in methods ? [path] : []))
  const wanted = paths.flatMap((path) => {
    const whole = `/api/v1${path.replace(/^\/api\/v1/, '')}`
    return whole.includes('{id}') ? created.map(({ id }) => whole.replace('{id}', id)) : [whole]
  })
  const texts = await Promise.all(wanted.map(async (path) => (await person.call('GET', path)).text()))
  expect(texts.filter((text) => text.includes('"set":true')).length).toBeGreaterThanOrEqual(created.length)
  return texts.join('\n')
}

describe('a secret of a monitor', () => {
  test('reaches its target, whole', async () => {
    await eventually('the certificate is shown', () => targets.tls.received().includes(fingerprint))
    const sent = secrets.filter((one) => !neverHeard.has(one))
    const missing = () => sent.filter((one) => !heard().includes(one) && !heardAsBasic(one))
    await eventually('all are heard', () => missing().length === 0, 20_000)
  }, 30_000)

  test('is found nowhere else, however much fails and whoever says it back', async () => {
    for (const { id, spec } of created) {
      const hasFailed = async () => (await person.allTicks(id)).some(({ verdict }) => verdict !== 'up')
      await eventually(`a check of the kind ${spec.kind} has failed`, hasFailed)
      answers.push(await (await person.call('POST', `/api/v1/monitors/${id}/check`, {})).text())
    }
    await eventually('live frames came', () => live.frames.length > created.length)
    // Those whose targets say everything back say at least that something was hidden.
    expect(redisListener.said().includes('\\xe2\\x80\\xa2')).toBe(true)
    const places = {
      log: program.said(),
      redis: await textOfRedis(),
      'what was said to redis': redisListener.said(),
      database: await textOfDatabase(),
      api: await textOfApi(),
      answers: answers.join('\n'),
      live: JSON.stringify(live.frames),
      'secrets of the instance': readFileSync(join(data, 'secrets.json'), 'utf8'),
    }
    expect(places['what was said to redis'].includes('sealed.v1.')).toBe(true)
    expect(places.database.includes('sealed.v1.')).toBe(true)
    expect(places.database.length).toBeGreaterThan(10_000)
    for (const [place, text] of Object.entries(places))
      expect({ place, leaks: leaksIn(text) }).toEqual({ place, leaks: [] })
  }, 60_000)

  test('that cannot be kept is not repeated in the refusal', async () => {
    const bad = `${secret()}\n`
    const auth = { kind: 'bearer', token: bad }
    const refused = await person.call('POST', '/api/v1/monitors', { spec: { kind: 'http', url: 'http://a', auth } })
    const unknown = { kind: 'http', url: 'http://a', auth: { kind: 'oauth', token: secret(), secret: secret() } }
    const texts = [
      await refused.text(),
      await (await person.call('POST', '/api/v1/monitors', { spec: unknown })).text(),
    ]
    expect(refused.status).toBe(400)
    for (const text of texts) expect(leaksIn(text)).toEqual([])
    expect(leaksIn(program.said())).toEqual([])
  })
})
