import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Monitor, MonitorPage } from '@repo/contracts/monitors'
import { type TestRunLine, testRunLineSchema } from '@repo/contracts/test-run'
import type { TickPage } from '@repo/contracts/ticks'
import { type Client, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Distributed, startDistributed } from '../src/instance.ts'

describe('a specification that is tried out in an instance of many processes', () => {
  let instance: Distributed
  let person: Client
  beforeAll(async () => {
    instance = await startDistributed()
    person = await newClient(instance.url)
  }, 60_000)
  afterAll(() => instance.stop(), 30_000)

  test('is run once from each region, and what one saw is told while another still looks', async () => {
    await using target = startPatientTarget()
    const spec = { kind: 'http', url: target.url, timeoutMs: 20_000 }
    const answer = await person.call('POST', '/api/v1/monitors/test', { spec, regions: ['eu', 'us'] })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
    const lines = linesOf(answer)

    const first = await nextOf(lines)
    expect(target.requests()).toBe(2)
    target.answerTheOther()
    const [second, last] = [await nextOf(lines), await nextOf(lines)]

    const seen = [first, second].flatMap((line) => ('outcome' in line ? [line] : []))
    expect(seen.map(({ region }) => region).sort()).toEqual(['eu', 'us'])
    expect(seen.map(({ outcome }) => [outcome?.verdict, outcome?.status])).toEqual([
      ['up', 200],
      ['up', 200],
    ])
    expect([last, (await lines.next()).done]).toEqual([{ done: true }, true])
    expect(target.requests()).toBe(2)
  }, 30_000)

  test('is the first result of the monitor that is saved of it, once for each region', async () => {
    await using target = startPatientTarget()
    target.answerTheOther()
    const spec = { kind: 'http', url: target.url, timeoutMs: 20_000 }
    const answer = await person.call('POST', '/api/v1/monitors/test', { spec })
    const lines = await Array.fromAsync(linesOf(answer))
    const looks = lines.flatMap((line) => ('look' in line && line.look ? [line.look] : []))
    expect(looks).toHaveLength(2)
    // The same looks named twice are the same results.
    const body = { spec, looks: [...looks, ...looks], intervalSeconds: 3_600 }
    const saved = (await (await person.call('POST', '/api/v1/monitors', body)).json()) as Monitor
    const early = await eventually('they are ticks of it', async () => {
      const page = (await (await person.call('GET', `/api/v1/monitors/${saved.id}/ticks`)).json()) as TickPage
      const before = page.items.filter(({ scheduledAt }) => scheduledAt < saved.createdAt)
      return before.length >= 2 ? before : undefined
    })
    expect(early.map(({ region, verdict }) => `${region} ${verdict}`).sort()).toEqual(['eu up', 'us up'])
    expect(new Set(early.map(({ scheduledAt }) => scheduledAt)).size).toBe(1)
    await person.call('DELETE', `/api/v1/monitors/${saved.id}`)
  }, 30_000)

  test('that failed is the beginning of the outage of the monitor that is saved of it', async () => {
    const closed = startPatientTarget()
    await closed[Symbol.asyncDispose]()
    const spec = { kind: 'http', url: closed.url }
    const lines = await Array.fromAsync(linesOf(await person.call('POST', '/api/v1/monitors/test', { spec })))
    const looks = lines.flatMap((line) => ('look' in line && line.look ? [line.look] : []))
    const body = { spec, looks, intervalSeconds: 3_600 }
    const saved = (await (await person.call('POST', '/api/v1/monitors', body)).json()) as Monitor
    const down = await eventually('it is down', async () => {
      const found = (await (await person.call('GET', `/api/v1/monitors/${saved.id}`)).json()) as Monitor
      return found.status === 'down' ? found : undefined
    })
    expect(down.since && down.since < saved.createdAt).toBe(true)
    await person.call('DELETE', `/api/v1/monitors/${saved.id}`)
  }, 30_000)

  test('that fails says why, and nothing is kept of it', async () => {
    const closed = startPatientTarget()
    await closed[Symbol.asyncDispose]()
    const body = { spec: { kind: 'http', url: closed.url }, regions: ['us'] }
    const lines = linesOf(await person.call('POST', '/api/v1/monitors/test', body))
    expect(await nextOf(lines)).toMatchObject({ region: 'us', outcome: { verdict: 'down', code: 'TCP_REFUSED' } })
    expect(await nextOf(lines)).toEqual({ done: true })
    const page = (await (await person.call('GET', '/api/v1/monitors')).json()) as MonitorPage
    expect(page.counts.total).toBe(0)
  }, 30_000)
})

/** A website that answers whoever comes first once a second one has come, and that one when it is told to. */
function startPatientTarget() {
  const both = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  let requests = 0
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch() {
      requests += 1
      if (requests === 1) await both.promise
      else {
        both.resolve()
        await told.promise
      }
      return new Response('at your service')
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/`,
    requests: () => requests,
    answerTheOther: told.resolve,
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}

/** The lines of an answer, each as soon as it has come. */
async function* linesOf(answer: Response): AsyncGenerator<TestRunLine> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield testRunLineSchema.parse(JSON.parse(line))
  }
}

async function nextOf(lines: AsyncGenerator<TestRunLine>): Promise<TestRunLine> {
  const { value, done } = await lines.next()
  if (done) throw new Error('there are no more lines')
  return value
}
