import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { CheckSpec } from '@repo/contracts/check-spec'
import { httpSpecSchema } from '@repo/contracts/specs/http'
import type { Check, CheckResult } from '@repo/domain/check'
import type { WorkspaceId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { makeMonitorId, makeWorkspaceId } from '@repo/domain/testing'
import { type HttpTarget, startHttpTarget } from '@repo/probes/testing'
import { createKeyring } from '@repo/secrets/keyring'
import { systemClock } from '@repo/service/clock'
import { createLog } from '@repo/service/log'
import { createOperator } from '@repo/service/operator-server'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { consumerServices } from '../src/services.ts'

const region = parseRegion('a')
const crowd = makeWorkspaceId()
const crowdSize = 20_000
const healthyCount = 100
/** The probes that run at once: few, so that a crowd fills them with little effort. */
const concurrency = 40

/** Accepts connections and says nothing. */
function startMuteTarget() {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  return { url: `http://127.0.0.1:${server.port}/`, stop: () => server.stop(true) }
}

describe('twenty thousand monitors of one workspace that all time out', () => {
  let mute: ReturnType<typeof startMuteTarget>
  let healthy: HttpTarget
  let stop: () => Promise<unknown>
  beforeEach(async () => {
    mute = startMuteTarget()
    healthy = await startHttpTarget()
  })
  afterEach(async () => {
    await stop()
    mute.stop()
    await healthy.stop()
  }, 20_000)

  function start() {
    const backend = createMemoryBackend((alarm) => {
      throw new Error(alarm)
    })
    const services = consumerServices({
      backend,
      clock: systemClock,
      log: createLog('consumer', 'silent'),
      region,
      operator: createOperator(),
      name: 'one',
      version: '1',
      keyring: createKeyring([]),
      probing: { concurrency, perHost: concurrency, egressAllow: ['private'], canaries: [] },
    })
    const running = Object.values(services).map(run)
    const results: CheckResult[] = []
    const subscription = { group: 'test', consumer: 'test', batchSize: 1_000, reclaimAfterMs: 60_000 }
    const reading = run((signal) =>
      backend.results.consume(subscription, async (batch) => void results.push(...batch), signal),
    )
    stop = () => Promise.all(running.map((service) => service.stop())).then(() => reading.stop())
    return { backend, results }
  }

  function checkOf(workspaceId: WorkspaceId, url: string, scheduledAtMs: number): Check<CheckSpec> {
    const spec = httpSpecSchema.parse({ kind: 'http', url, timeoutMs: 2_000 })
    const expiresAtMs = scheduledAtMs + 30_000
    return { monitorId: makeMonitorId(), monitorKey: 1, region, scheduledAtMs, workspaceId, expiresAtMs, spec }
  }

  /** The crowd is due at once; the healthy ones come after it in the stream, and are due within the next two seconds. */
  async function publishAll(workspaceId: WorkspaceId) {
    const { backend, results } = start()
    const nowMs = Date.now()
    await backend.checksOf(region).publish([checkOf(workspaceId, healthy.url, nowMs)])
    await eventually('its workspace is known', () => results.length === 1)
    const checks = backend.checksOf(region)
    await checks.publish(Array.from({ length: crowdSize }, () => checkOf(crowd, mute.url, nowMs)))
    const dueAtMs = Date.now() + 1_000
    const own = Array.from({ length: healthyCount }, (_, index) =>
      checkOf(workspaceId, healthy.url, dueAtMs + index * 20),
    )
    await checks.publish(own)
    const ids = new Set(own.map(({ monitorId }) => monitorId))
    return { results: () => results.filter(({ monitorId }) => ids.has(monitorId)), lastDueAtMs: dueAtMs + 2_000 }
  }

  test('do not delay the hundred healthy ones of another', async () => {
    const { results } = await publishAll(makeWorkspaceId())
    await eventually('all healthy ones are done', () => results().length === healthyCount, 20_000)
    const lagsMs = results().map(({ startedAtMs, scheduledAtMs }) => startedAtMs - scheduledAtMs)
    expect(results().filter(({ outcome }) => outcome.verdict !== 'up')).toEqual([])
    expect(lagsMs.toSorted((a, b) => a - b)[Math.floor(healthyCount * 0.99)]).toBeLessThan(1_000)
  }, 40_000)

  test('delay those of their own: what is measured is the sharing', async () => {
    const { results, lastDueAtMs } = await publishAll(crowd)
    await eventually('all of them were due for a second', () => Date.now() > lastDueAtMs + 1_000)
    expect(results()).toEqual([])
  }, 40_000)
})
