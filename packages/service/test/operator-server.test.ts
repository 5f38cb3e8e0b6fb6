import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createLog } from '../src/log.ts'
import { Counter } from '../src/metrics.ts'
import { createOperator, createOperatorServer } from '../src/operator-server.ts'

const operator = createOperator()
const ending = new AbortController()
let url: string
let ended: Promise<void>
let complaint: () => string | undefined | Promise<string>

beforeAll(async () => {
  complaint = () => undefined
  operator.readiness.add('work', () => complaint())
  const done = new Counter({ name: 'things_done_total', help: 'Things done.', registers: [operator.metrics] })
  done.inc(3)
  const log = createLog('test', 'silent')
  url = await new Promise((onListening) => {
    ended = createOperatorServer({ operator, host: '127.0.0.1', port: 0, log, onListening })(ending.signal)
  })
})
afterAll(async () => {
  ending.abort()
  await ended
})

describe('a process shows its operator', () => {
  test('what it counts, and the lag of its event loop, in the format of Prometheus', async () => {
    const answer = await fetch(`${url}/metrics`)
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    const text = await answer.text()
    expect(text).toContain('things_done_total 3')
    expect(text).toContain('betteruptime_nodejs_eventloop_lag_p99_seconds')
  })

  test('that it is alive', async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })

  test('that it does its work, and why not where it does not', async () => {
    complaint = () => undefined
    expect(await readyz()).toEqual({ status: 200, body: { status: 'ready', problems: {} } })
    complaint = () => 'nothing was stored for 40 s'
    expect(await readyz()).toEqual({
      status: 503,
      body: { status: 'not ready', problems: { work: 'nothing was stored for 40 s' } },
    })
    complaint = () => Promise.reject(new Error('the database\nis away'))
    expect((await readyz()).body.problems).toEqual({ work: 'the database is away' })
  })

  test('that a look which does not end is a problem of its own', async () => {
    complaint = () => new Promise<string>(() => {})
    expect((await readyz()).body.problems).toEqual({ work: 'no answer within 3000 ms' })
  })

  test('nothing else', async () => {
    expect((await fetch(`${url}/`)).status).toBe(404)
  })
})

async function readyz(): Promise<{ status: number; body: { status: string; problems: Record<string, string> } }> {
  const answer = await fetch(`${url}/readyz`)
  return { status: answer.status, body: (await answer.json()) as never }
}
