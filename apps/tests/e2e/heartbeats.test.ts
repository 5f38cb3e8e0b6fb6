import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Heartbeat } from '@repo/contracts/heartbeats'
import type { Monitor } from '@repo/contracts/monitors'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { type RedisServer, startRedis } from '@repo/streams/testing'
import { type Client, clientOf, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Program, startProgram } from '../src/program.ts'

/** The processes that a heartbeat passes through, and no other: nobody is asked, so there is no consumer. */

const secrets = {
  INSTANCE_SECRET: crypto.randomUUID() + crypto.randomUUID(),
  INSTANCE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64url')}`,
}

let redis: RedisServer
let database: TestDatabase
let roles: Program[]
let api: { readonly program: Program; readonly url: string }
let person: Client

async function startApi(faultPoint?: string): Promise<{ program: Program; url: string }> {
  const program = startProgram('apps/api/src/main.ts', [], {
    ...shared(),
    ...secrets,
    PORT: '0',
    SIGN_UP: 'open',
    WORKSPACE_INTERVAL_FLOOR_SECONDS: '1',
    ...(faultPoint && { FAULT_POINT: faultPoint }),
  })
  const [, url = ''] = await program.until(/"url":"(http:[^"]+)"/)
  return { program, url }
}

const shared = () => ({ REDIS_URL: redis.url, DATABASE_URL: database.url, LOG_LEVEL: 'info' })

beforeAll(async () => {
  redis = await startRedis()
  database = await openTestDatabase()
  roles = ['publisher', 'dbpusher'].map((role) => startProgram(`apps/${role}/src/main.ts`, [], shared()))
  api = await startApi()
  person = await newClient(api.url)
}, 60_000)

afterAll(async () => {
  await Promise.all([api.program, ...roles].map((program) => program.stop()))
  await database[Symbol.asyncDispose]()
  await redis.stop()
}, 30_000)

interface Job {
  readonly id: string
  /** The path of its address: the process that it was made by may be gone. */
  readonly path: string
}

async function addJob(name: string, spec: object = {}): Promise<Job> {
  const whole = { kind: 'heartbeat', schedule: { kind: 'period', seconds: 10 }, graceSeconds: 1, ...spec }
  const { id } = await person.createMonitor({ name, spec: whole as never })
  const { urls } = (await (await person.call('GET', `/api/v1/monitors/${id}/heartbeat`)).json()) as Heartbeat
  return { id, path: `/heartbeat/${urls?.ping.split('/').at(-1)}` }
}

const ping = (path: string, at = api) => fetch(`${at.url}${path}`, { signal: AbortSignal.timeout(10_000) })

async function statusOf({ id }: Job, status: Monitor['status'], withinMs = 30_000): Promise<Monitor> {
  return eventually(
    `${id} is ${status}`,
    async () => {
      const read = (await (await person.call('GET', `/api/v1/monitors/${id}`)).json()) as Monitor
      return read.status === status && read
    },
    withinMs,
  )
}

async function intervalsOf({ id }: Job): Promise<string[]> {
  const { rows } = await database.sql.execute<{ status: string }>(
    `select i.status from state_interval i join monitor m using (monitor_key) where m.id = '${id}' order by began_at`,
  )
  return rows.map(({ status }) => status)
}

describe('a job that tells of itself', () => {
  test('is up and down as it says, is down when it is silent, and up again when it tells of itself', async () => {
    const job = await addJob('nightly')
    expect((await ping(job.path)).status).toBe(200)
    await statusOf(job, 'up')
    await ping(`${job.path}/2`)
    expect((await statusOf(job, 'down')).cause).toMatchObject({
      code: 'HEARTBEAT_FAILED',
      message: 'the job ended with exit code 2',
      region: 'heartbeat',
    })
    await ping(job.path)
    await statusOf(job, 'up')
    const pingedAtMs = Date.now()
    const silent = await statusOf(job, 'down')
    expect(silent.cause?.code).toBe('HEARTBEAT_OVERDUE')
    // From the very instant through which it was waited for.
    expect(Date.parse(silent.since ?? '') - pingedAtMs).toBeWithin(9_000, 12_000)
    await ping(job.path)
    await statusOf(job, 'up')
    expect(await intervalsOf(job)).toEqual(['unknown', 'up', 'down', 'up', 'down', 'up'])
    // Whoever reads a log must not be able to ping.
    for (const program of [api.program, ...roles])
      expect(program.said()).not.toContain(job.path.split('/').at(-1) ?? '')
  }, 60_000)

  test('is heard although the process that stored its ping was killed before it told anybody', async () => {
    const job = await addJob('killed', { graceSeconds: 600 })
    const dying = await startApi('after_pings')
    await ping(`${job.path}/fail`, dying).catch(() => undefined)
    expect(await dying.program.exited).not.toBe(0)
    // Nothing was sent: whoever keeps heartbeats finds it, and sends it.
    expect((await statusOf(job, 'down')).cause?.code).toBe('HEARTBEAT_FAILED')
  }, 60_000)

  test('is not down because nobody was there to hear it', async () => {
    const job = await addJob('unheard')
    await ping(job.path)
    await statusOf(job, 'up')
    api.program.kill('SIGKILL')
    await api.program.exited
    const awaySinceMs = Date.now()
    await eventually('its time has passed', () => Date.now() - awaySinceMs > 13_000, 20_000)
    api = await startApi()
    person = clientOf(api.url, person.token)
    const unheard = await statusOf(job, 'unknown', 60_000)
    expect(unheard.cause?.code).toBe('HEARTBEAT_UNWATCHED')
    await ping(job.path)
    await statusOf(job, 'up')
    expect(await intervalsOf(job)).toEqual(['unknown', 'up', 'unknown', 'up'])
  }, 120_000)
})
