import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { checkCodec } from '@repo/contracts/check-message'
import type { CheckSpec } from '@repo/contracts/check-spec'
import { secretContext } from '@repo/contracts/spec-secrets'
import { httpSpecSchema } from '@repo/contracts/specs/http'
import { type TestRunSeen, testRunMonitorKey, testRunSeenCodec } from '@repo/contracts/test-run'
import type { Check, CheckResult } from '@repo/domain/check'
import { parseRegion } from '@repo/domain/region'
import { makeMonitorId, makeOutcome, makeWorkspaceId } from '@repo/domain/testing'
import { type HttpTarget, startHttpTarget } from '@repo/probes/testing'
import { createKeyring } from '@repo/secrets/keyring'
import { systemClock } from '@repo/service/clock'
import { createLog } from '@repo/service/log'
import { createOperator } from '@repo/service/operator-server'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import type { RelaySubscription, Stream } from '@repo/streams/stream'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createConsumer } from '../src/consumer.ts'
import { consumerServices } from '../src/services.ts'

let target: HttpTarget
beforeAll(async () => {
  target = await startHttpTarget()
})
afterAll(() => target.stop())

const region = parseRegion('a')
const keyring = createKeyring([{ id: 'test', key: new Uint8Array(32).fill(3) }])
const secret = 'canary-of-a-consumer'
const workspaceId = makeWorkspaceId()

function checkOf(changed: Partial<Check<CheckSpec>> = {}): Check<CheckSpec> {
  const place = { name: 'auth.token', path: 'auth.token' }
  const token = keyring.seal(secret, secretContext(workspaceId, place))
  return {
    monitorId: makeMonitorId(),
    monitorKey: testRunMonitorKey,
    workspaceId,
    region,
    scheduledAtMs: Date.now(),
    testRunId: crypto.randomUUID(),
    expiresAtMs: Date.now() + 5_000,
    spec: httpSpecSchema.parse({ kind: 'http', url: target.url, auth: { kind: 'bearer', token } }),
    ...changed,
  }
}

/** What was heard on the bus, and what came into the stream of results. */
async function watched() {
  const backend = createMemoryBackend(() => {})
  const ending = new AbortController()
  const heard: TestRunSeen[] = []
  const results: CheckResult[] = []
  await backend.testRuns.subscribe((seen) => heard.push(seen), ending.signal)
  const subscription = { group: 'test', consumer: 'test', batchSize: 100, reclaimAfterMs: 60_000 }
  const reading = run((signal) =>
    backend.results.consume(subscription, async (batch) => void results.push(...batch), signal),
  )
  const stop = () => {
    ending.abort()
    return reading.stop()
  }
  return { backend, heard, results, stop }
}

describe('a test run', () => {
  test('is answered on the bus, and never becomes a result', async () => {
    const { backend, heard, results, stop } = await watched()
    const services = consumerServices({
      backend,
      clock: systemClock,
      log: createLog('consumer', 'silent'),
      region,
      operator: createOperator(),
      name: 'one',
      version: '1',
      keyring,
      probing: { concurrency: 10, perHost: 4, egressAllow: ['private'], canaries: ['self'] },
    })
    const running = Object.values(services).map(run)
    const asked = target.requests.length
    const [tried, checked] = [checkOf(), checkOf({ testRunId: undefined })]
    await backend.urgentOf(region).publish([tried, checked])
    await eventually('both were carried out', () => heard.length === 1 && results.length === 1)
    expect(heard).toMatchObject([{ testRunId: tried.testRunId, region, outcome: { verdict: 'up', evidence: null } }])
    expect(results.map(({ monitorId }) => monitorId)).toEqual([checked.monitorId])
    // Both at the target that is meant, and not at one of the consumer's own.
    expect(target.requests.length - asked).toBe(2)
    expect(JSON.stringify(heard)).not.toContain(secret)
    expect(await backend.urgentOf(region).depth(region)).toMatchObject({ length: 0 })
    await Promise.all(running.map((service) => service.stop()))
    await stop()
  })

  test('that never comes to an end is given up without a result, and a check with one', async () => {
    const { backend, stop } = await watched()
    const given: ((check: Check<CheckSpec>) => readonly CheckResult[])[] = []
    const checks: Stream<Check<CheckSpec>> = {
      ...backend.urgentOf(region),
      async relay<Out>({ bury }: RelaySubscription<Out, Check<CheckSpec>>) {
        given.push((check) => (bury?.(check, 'tried three times') ?? []) as readonly CheckResult[])
      },
    }
    const runCheck = () => Promise.reject(new Error('nothing is run here'))
    const consumer = createConsumer({ ...backend, checks, runCheck, region, name: 'one', held: 1 })
    await consumer(new AbortController().signal)
    expect(given.map((bury) => bury(checkOf()))).toEqual([[]])
    expect(given.map((bury) => bury(checkOf({ testRunId: undefined })))).toMatchObject([
      [{ outcome: { code: 'PROBE_ERROR' } }],
    ])
    await stop()
  })
})

describe('the messages of a test run', () => {
  test('come out of the stream and the bus as they went in', () => {
    const check = checkOf()
    expect(checkCodec.decode(checkCodec.encode(check))).toEqual(check)
    const seen: TestRunSeen = { testRunId: crypto.randomUUID(), region, outcome: makeOutcome('down') }
    expect(testRunSeenCodec.decode(testRunSeenCodec.encode(seen))).toEqual(seen)
  })
})
