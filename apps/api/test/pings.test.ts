import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { pingLimits } from '@repo/contracts/heartbeats'
import { pingsKept } from '@repo/db/queries/heartbeat-pings'
import type { CheckResult } from '@repo/domain/check'
import { noonMs } from '@repo/domain/testing'
import { eventually } from '@repo/streams/testing/eventually'
import { withoutToken } from '../src/routes/pings.ts'
import { addJob, type HeardApi, openHeardApi, type WatchedJob } from './heartbeat-ground.ts'
import { problemOf, refusalOf } from './instance.ts'

let api: HeardApi
beforeAll(async () => {
  api = await openHeardApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const ask = (path: string, { method = 'GET', body }: { method?: string; body?: string } = {}) =>
  api.ask(path, { method, ...(body !== undefined && { body, headers: { 'content-type': 'text/plain' } }) })

async function ping(path: string, asked: { method?: string; body?: string } = {}): Promise<void> {
  const answer = await ask(path, asked)
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
}

async function resultsOf({ monitor }: WatchedJob, count: number): Promise<CheckResult[]> {
  const own = () => api.results.filter(({ monitorId }) => monitorId === monitor.id)
  await eventually('results', () => own().length >= count)
  return own()
}

const rowsOf = async (statement: string) => (await api.deps.sql.execute<Record<string, unknown>>(statement)).rows

describe('a ping', () => {
  const tellings: [string, string, object, string | undefined][] = [
    ['/heartbeat/<token>', '', { kind: 'success', exitCode: null }, 'up'],
    ['/heartbeat/<token>/0', '/0', { kind: 'success', exitCode: 0 }, 'up'],
    ['/heartbeat/<token>/fail', '/fail', { kind: 'fail', exitCode: null }, 'down'],
    ['/heartbeat/<token>/1', '/1', { kind: 'fail', exitCode: 1 }, 'down'],
    ['/heartbeat/<token>/255', '/255', { kind: 'fail', exitCode: 255 }, 'down'],
    ['/heartbeat/<token>/start', '/start', { kind: 'start', exitCode: null }, undefined],
    ['/heartbeat/<token>/log', '/log', { kind: 'log', exitCode: null }, undefined],
  ]
  test.each(tellings)('to %s is kept, and says what it says of the job', async (_what, rest, kept, verdict) => {
    const job = await addJob(api)
    for (const method of ['GET', 'HEAD', 'POST']) await ping(`${job.path}${rest}`, { method })
    expect(await job.pings()).toMatchObject(['POST', 'HEAD', 'GET'].map((method) => ({ ...kept, method })))
    if (verdict === undefined) return
    const results = await resultsOf(job, 3)
    expect(results.map(({ region, outcome }) => [region as string, outcome.verdict as string])).toEqual(
      Array.from({ length: 3 }, () => ['heartbeat', verdict]),
    )
  })

  test('works by the shape of Healthchecks as well', async () => {
    const job = await addJob(api)
    await ping(job.path.replace('/heartbeat/', '/ping/'))
    await ping(`${job.path.replace('/heartbeat/', '/ping/')}/7`)
    expect(await job.pings()).toMatchObject([{ kind: 'fail', exitCode: 7 }, { kind: 'success' }])
  })

  test('works by the shape of Uptime Kuma, which tells what it has to say and how long it took in its query', async () => {
    const job = await addJob(api)
    const push = job.path.replace('/heartbeat/', '/api/push/')
    const answer = await ask(`${push}?status=up&msg=OK&ping=12.5`)
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }])
    await ping(`${push}?status=down&msg=disk%20full&ping=`)
    const [up, down] = await resultsOf(job, 2)
    expect(up?.outcome).toMatchObject({ verdict: 'up', phases: { total: 12_500 } })
    expect(down?.outcome).toMatchObject({
      verdict: 'down',
      code: 'HEARTBEAT_FAILED',
      message: 'the job says that it failed: disk full',
    })
  })

  test('of a failed run says why in the first words of its body', async () => {
    const job = await addJob(api)
    await ping(`${job.path}/3`, { method: 'POST', body: '\n\tno space left\u0007 on device\nat backup.sh:7\n' })
    const [failed] = await resultsOf(job, 1)
    expect(failed?.outcome.message).toBe('the job ended with exit code 3: no space left  on device')
  })

  test('of an end measures the run that its start began, each by its own id', async () => {
    const job = await addJob(api)
    const [one, other] = [crypto.randomUUID(), crypto.randomUUID()]
    await ping(`${job.path}/start?rid=${one}`)
    await api.deps.clock.advance(2_000)
    await ping(`${job.path}/start?rid=${other}`)
    expect((await job.read()).running).toHaveLength(2)
    await api.deps.clock.advance(1_000)
    await ping(`${job.path}?rid=${one}`)
    await api.deps.clock.advance(500)
    await ping(`${job.path}/1?rid=${other}`)
    await ping(job.path)
    expect((await job.pings()).map(({ durationMs }) => durationMs)).toEqual([null, 1_500, 3_000, null, null])
    const [up] = await resultsOf(job, 3)
    expect(up?.outcome).toMatchObject({ phases: { total: 3_000_000 }, message: 'the job was done in 3 s' })
    expect((await job.read()).running).toEqual([])
  })

  test('is kept with the beginning of its body, however long that is', async () => {
    const job = await addJob(api)
    await ping(job.path, { method: 'POST', body: `${'x'.repeat(20_000)}\0` })
    await ping(job.path, { method: 'POST', body: 'a\0b' })
    const base = `/api/v1/monitors/${job.monitor.id}/heartbeat/pings`
    const read = async (n: number) => (await api.ask(`${base}/${n}/body`, { token: job.token })).json()
    expect(await read(1)).toEqual({ body: 'x'.repeat(pingLimits.bodyBytes), bytes: 20_001, isWhole: false })
    expect(await read(2)).toEqual({ body: 'a\uFFFDb', bytes: 3, isWhole: true })
    expect((await ask(job.path, { method: 'POST', body: 'x'.repeat(1_100_000) })).status).toBe(413)
  })

  test('is one of the last hundred that are kept, and of a few more until they are swept', async () => {
    const job = await addJob(api)
    for (let count = 0; count < pingsKept + 15; count += 1) await ping(job.path)
    const [kept] = await rowsOf(
      `select count(*)::integer as count, min(n)::integer as first from heartbeat_ping p join monitor m using (monitor_key) where m.id = '${job.monitor.id}'`,
    )
    expect(kept).toEqual({ count: pingsKept + 5, first: 11 })
    expect((await job.read()).pings).toBe(pingsKept + 15)
  })

  test('that comes together with others of its job has an instant of its own, so that each is a tick', async () => {
    const job = await addJob(api)
    await Promise.all(Array.from({ length: 20 }, (_, index) => ping(`${job.path}/${index % 2}`)))
    const instants = (await resultsOf(job, 20)).map(({ scheduledAtMs }) => scheduledAtMs)
    expect(new Set(instants).size).toBe(20)
  })

  test('says nothing while its monitor is paused, and is kept', async () => {
    const job = await addJob(api)
    await api.ask(`/api/v1/monitors/${job.monitor.id}/pause`, { token: job.token, method: 'POST' })
    await ping(job.path)
    await api.ask(`/api/v1/monitors/${job.monitor.id}/resume`, { token: job.token, method: 'POST' })
    await ping(`${job.path}/fail`)
    expect((await resultsOf(job, 1)).map(({ outcome }) => outcome.verdict)).toEqual(['down'])
    expect(await job.pings()).toHaveLength(2)
  })
})

describe('a ping is refused', () => {
  test.each([
    '/heartbeat/nonsense',
    `/heartbeat/${'A'.repeat(43)}`,
    '/ping/nonsense/start',
    '/api/push/nonsense?status=up',
  ])('%s, and nobody learns more', async (path) => {
    const problem = await problemOf(await ask(path))
    expect([problem.status, problem.code, problem.detail]).toEqual([404, 'not_found', 'no heartbeat has this address'])
  })

  test.each(['/begin', '/256', '/-1', '/1e3', '/START'])('with %s behind its token', async (rest) => {
    const job = await addJob(api)
    expect(await refusalOf(await ask(`${job.path}${rest}`))).toBe('404 not_found')
    expect(await job.pings()).toEqual([])
  })

  test('with an id of a run that is none', async () => {
    const job = await addJob(api)
    expect(await refusalOf(await ask(`${job.path}/start?rid=7`))).toBe('400 invalid_parameter')
  })

  test('by a method that nobody pings by, or that its job does not use', async () => {
    const job = await addJob(api, { methods: ['POST'] })
    for (const method of ['PUT', 'DELETE', 'GET']) {
      const answer = await ask(job.path, { method })
      expect([method, answer.headers.get('allow')?.includes('POST'), await refusalOf(answer)]).toEqual([
        method,
        true,
        '405 method_not_allowed',
      ])
    }
    expect(await job.pings()).toEqual([])
    await ping(job.path, { method: 'POST' })
    expect(await job.pings()).toHaveLength(1)
  })

  test('where too many come by one address, and others are still heard', async () => {
    const [busy, calm] = [await addJob(api), await addJob(api)]
    const statuses = new Set<number>()
    for (let count = 0; count <= pingLimits.perMinute; count += 1) statuses.add((await ask(busy.path)).status)
    expect([...statuses]).toEqual([200, 429])
    await ping(calm.path)
  })

  test('where its row cannot be written, and those beside it are stored', async () => {
    const [bad, good] = [await addJob(api), await addJob(api)]
    await api.deps.sql.execute(`alter table heartbeat_ping add constraint spoilt check (body <> 'spoilt')`)
    const answers = await Promise.all([
      ask(good.path),
      ask(bad.path, { method: 'POST', body: 'spoilt' }),
      ask(good.path, { method: 'POST', body: 'fine' }),
    ])
    await api.deps.sql.execute('alter table heartbeat_ping drop constraint spoilt')
    expect(answers.map(({ status }) => status)).toEqual([200, 500, 200])
    expect([(await good.pings()).length, (await bad.pings()).length]).toEqual([2, 0])
  })
})

describe('a ping that was answered', () => {
  test('is stored, with its result, before anybody hears of it', async () => {
    const job = await addJob(api)
    await ping(job.path)
    const [row] = await rowsOf(
      `select h.pings::integer, extract(epoch from h.last_finished_at) * 1000 = ${noonMs} as at_noon from heartbeat h join monitor m using (monitor_key) where m.id = '${job.monitor.id}'`,
    )
    expect(row?.pings).toBe(1)
    expect(await job.pings()).toHaveLength(1)
  })

  test('is written down with its result until that is a tick, and is sent once', async () => {
    const job = await addJob(api)
    await ping(job.path)
    const written = await rowsOf(
      `select r.result from heartbeat_result r join monitor m using (monitor_key) where m.id = '${job.monitor.id}'`,
    )
    const [sent] = await resultsOf(job, 1)
    expect(written.map(({ result }) => JSON.parse(String(result)))).toEqual([sent])
    expect(await resultsOf(job, 1)).toHaveLength(1)
  })
})

test('no token is ever written into a log', () => {
  for (const base of ['/heartbeat', '/ping', '/api/push'])
    expect(withoutToken(`${base}/SEKRET/start`)).not.toContain('SEKRET')
})
