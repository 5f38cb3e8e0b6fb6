import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type CheckSpec, checkSpecSchema } from '@repo/contracts/check-spec'
import type { ConsumerSeen } from '@repo/contracts/consumer-seen'
import { mapSecrets, secretContext } from '@repo/contracts/spec-secrets'
import { httpSpecSchema, websiteSpec } from '@repo/contracts/specs/http'
import type { Check, CheckResult } from '@repo/domain/check'
import { pathCanary } from '@repo/domain/path-canary'
import { parseRegion } from '@repo/domain/region'
import { makeMonitorId, makeOutcome, makeWorkspaceId, noonMs } from '@repo/domain/testing'
import { type HttpTarget, startHttpTarget } from '@repo/probes/testing'
import { createKeyring } from '@repo/secrets/keyring'
import { systemClock } from '@repo/service/clock'
import { createLog } from '@repo/service/log'
import { createOperator } from '@repo/service/operator-server'
import { createManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createOpenSpec } from '../src/open-spec.ts'
import { Places } from '../src/places.ts'
import { createRunCheck, type Probe } from '../src/run-check.ts'
import { consumerServices } from '../src/services.ts'

const log = createLog('consumer', 'silent')
const region = parseRegion('a')

function makeCheck(changed: Partial<Check<CheckSpec>> = {}): Check<CheckSpec> {
  const scheduledAtMs = changed.scheduledAtMs ?? noonMs
  return {
    monitorId: makeMonitorId(),
    monitorKey: 1,
    region,
    scheduledAtMs,
    expiresAtMs: scheduledAtMs + 500,
    spec: websiteSpec('https://example.com/'),
    ...changed,
  }
}

/** A probe that waits to be told its outcome, and counts. */
function heldProbe() {
  const started: ((outcome?: Error) => void)[] = []
  let running = 0
  let most = 0
  const probe: Probe = (_spec, signal) =>
    new Promise((resolve, reject) => {
      running += 1
      most = Math.max(most, running)
      const end = (error?: Error) => {
        running -= 1
        if (error) reject(error)
        else resolve(makeOutcome('up'))
      }
      started.push(end)
      signal.addEventListener('abort', () => end(signal.reason as Error), { once: true })
    })
  return { probe, started, most: () => most }
}

describe('a check', () => {
  const { signal } = new AbortController()

  function runner(probe: Probe, { concurrency = 10, nowMs = noonMs, online = true, trusted = true } = {}) {
    const clock = createManualClock(nowMs)
    const places = new Places({ count: concurrency, perHost: 100, clock })
    const canary = { wasOnline: async () => online }
    const trust = { holds: () => trusted }
    const openSpec = createOpenSpec(createKeyring([]))
    return { clock, runCheck: createRunCheck({ probe, openSpec, places, canary, trust, clock, log })(false) }
  }
  const passing: Probe = async () => makeOutcome('up')

  test('that comes early starts at its own instant', async () => {
    const { clock, runCheck } = runner(passing)
    const check = makeCheck({ scheduledAtMs: noonMs + 800 })
    const result = runCheck(check, signal)
    await clock.advance(799)
    expect(clock.sleepers).toBe(1)
    await clock.advance(1)
    const { monitorId, monitorKey, scheduledAtMs } = check
    expect(await result).toEqual({
      monitorId,
      monitorKey,
      region,
      scheduledAtMs,
      startedAtMs: noonMs + 800,
      outcome: makeOutcome('up'),
    })
  })

  test.each([
    ['at its instant', 0],
    ['a little late', 300],
    ['at the last moment', 500],
  ])('that can start %s is run', async (_when, lateMs) => {
    const { runCheck } = runner(passing, { nowMs: noonMs + lateMs })
    expect(await runCheck(makeCheck(), signal)).toMatchObject({
      startedAtMs: noonMs + lateMs,
      outcome: { verdict: 'up' },
    })
  })

  test('that has expired is not run, and is accounted for', async () => {
    const { probe, started } = heldProbe()
    const { runCheck } = runner(probe, { nowMs: noonMs + 1_500 })
    expect(await runCheck(makeCheck(), signal)).toMatchObject({
      scheduledAtMs: noonMs,
      outcome: {
        verdict: 'unknown',
        code: 'EXPIRED',
        message: 'not run: it could only have started 1.5 s late',
        phases: { total: 0 },
      },
    })
    expect(started).toHaveLength(0)
  })

  test('that expires while it waits for a free place is not run either', async () => {
    const { probe, started } = heldProbe()
    const { clock, runCheck } = runner(probe, { concurrency: 1 })
    const [first, second] = [runCheck(makeCheck(), signal), runCheck(makeCheck(), signal)]
    await eventually('the first runs', () => started.length === 1)
    await clock.advance(501)
    started[0]?.()
    expect((await first).outcome.verdict).toBe('up')
    expect((await second).outcome.code).toBe('EXPIRED')
    expect(started).toHaveLength(1)
  })

  test('whose probe throws is unknown: that is our failure, not theirs', async () => {
    const { runCheck } = runner(async () => {
      throw new Error('cannot read properties of undefined, secret=1')
    })
    const { outcome } = await runCheck(makeCheck(), signal)
    expect(outcome).toMatchObject({ verdict: 'unknown', code: 'PROBE_ERROR' })
    expect(outcome.message).not.toContain('secret')
  })

  test('that fails while the canaries of the region fail is unknown too: nobody is down because we are offline', async () => {
    const failing: Probe = async () => makeOutcome('down')
    const offline = await runner(failing, { online: false }).runCheck(makeCheck(), signal)
    expect(offline.outcome).toMatchObject({ verdict: 'unknown', code: 'SELF_OFFLINE' })
    expect((await runner(failing).runCheck(makeCheck(), signal)).outcome.verdict).toBe('down')
    expect((await runner(passing, { online: false }).runCheck(makeCheck(), signal)).outcome.verdict).toBe('up')
  })

  test('is unknown while known targets are judged wrongly here, whatever was seen of its own', async () => {
    const failing: Probe = async () => makeOutcome('down')
    for (const probe of [passing, failing]) {
      const { outcome } = await runner(probe, { trusted: false }).runCheck(makeCheck(), signal)
      expect(outcome).toMatchObject({ verdict: 'unknown', code: 'CANARY_FAILED' })
    }
    const late = await runner(passing, { trusted: false, nowMs: noonMs + 1_500 }).runCheck(makeCheck(), signal)
    expect(late.outcome.code).toBe('EXPIRED')
  })

  test('whose secrets cannot be opened is not run, and is unknown: that too is our failure', async () => {
    const { probe, started } = heldProbe()
    const { runCheck } = runner(probe)
    const workspaceId = makeWorkspaceId()
    const keyring = createKeyring([{ id: 'lost', key: new Uint8Array(32) }])
    const plain = httpSpecSchema.parse({
      kind: 'http',
      url: 'https://a.example/',
      auth: { kind: 'bearer', token: 't' },
    })
    const spec = mapSecrets(plain, (text, place) => keyring.seal(String(text), secretContext(workspaceId, place)))
    expect((await runCheck(makeCheck({ spec, workspaceId }), signal)).outcome).toMatchObject({
      verdict: 'unknown',
      code: 'SECRET_UNREADABLE',
      message: 'not run: auth.token is sealed with the instance key "lost", which is not known here',
    })
    expect(started).toHaveLength(0)
  })

  test('is handed back, not failed, when it is told to stop before its instant', async () => {
    const { probe, started } = heldProbe()
    const { runCheck } = runner(probe)
    const ending = new AbortController()
    const result = runCheck(makeCheck({ scheduledAtMs: noonMs + 800 }), ending.signal)
    ending.abort(new Error('stopping'))
    await expect(result).rejects.toThrow('stopping')
    expect(started).toHaveLength(0)
  })

  test('is handed back, not failed, when it is told to stop in the middle of its probe', async () => {
    const { probe, started } = heldProbe()
    const { runCheck } = runner(probe)
    const ending = new AbortController()
    const result = runCheck(makeCheck(), ending.signal)
    await eventually('the probe runs', () => started.length === 1)
    ending.abort(new Error('stopping'))
    await expect(result).rejects.toThrow('stopping')
  })

  test('is one of at most so many that run at once', async () => {
    const { probe, started, most } = heldProbe()
    const { runCheck } = runner(probe, { concurrency: 3 })
    const results = Promise.all(Array.from({ length: 10 }, () => runCheck(makeCheck(), signal)))
    for (let ended = 0; ended < 10; ended += 1) {
      await eventually('a probe runs', () => started.length > ended)
      started[ended]?.()
    }
    expect(await results).toHaveLength(10)
    expect(most()).toBe(3)
  })
})

describe('a consumer of a region', () => {
  let target: HttpTarget
  beforeAll(async () => {
    target = await startHttpTarget()
  })
  afterAll(() => target.stop())

  function start(canaries = ['self'], egressAllow = ['private']) {
    const operator = createOperator()
    const backend = createMemoryBackend((alarm) => {
      throw new Error(alarm)
    })
    const services = consumerServices({
      backend,
      clock: systemClock,
      log,
      region,
      operator,
      name: 'one',
      version: '1',
      keyring: createKeyring([]),
      probing: { concurrency: 10, perHost: 4, egressAllow, canaries },
    })
    const running = Object.values(services).map(run)
    const results: CheckResult[] = []
    const subscription = { group: 'test', consumer: 'test', batchSize: 100, reclaimAfterMs: 60_000 }
    const reading = run((signal) =>
      backend.results.consume(subscription, async (batch) => void results.push(...batch), signal),
    )
    return {
      backend,
      operator,
      results,
      stop: () => Promise.all(running.map((service) => service.stop())).then(() => reading.stop()),
    }
  }

  const checkOf = (changed: Partial<Check<CheckSpec>> = {}) =>
    makeCheck({
      scheduledAtMs: Date.now(),
      expiresAtMs: Date.now() + 30_000,
      spec: websiteSpec(target.url),
      ...changed,
    })

  test('looks at a real website and hands over what it saw, at the instant it was asked for', async () => {
    const { backend, results, stop } = start()
    const scheduledAtMs = Date.now() + 300
    const check = checkOf({ scheduledAtMs, expiresAtMs: scheduledAtMs + 30_000 })
    await backend.checksOf(region).publish([check])
    await eventually('there is a result', () => results.length === 1)
    await stop()
    expect(results).toMatchObject([
      { monitorId: check.monitorId, region, scheduledAtMs, outcome: { verdict: 'up', status: 200 } },
    ])
    expect(results[0]?.startedAtMs).toBeWithin(scheduledAtMs, scheduledAtMs + 250)
    expect(target.requests.at(-1)).toBeGreaterThanOrEqual(scheduledAtMs)
    expect(await backend.checksOf(region).depth(region)).toMatchObject({ length: 0 })
  })

  test('says of a website that refuses connections that it is down', async () => {
    const gone = await startHttpTarget()
    await gone.stop()
    const { backend, results, stop } = start()
    await backend.checksOf(region).publish([checkOf({ spec: websiteSpec(gone.url) })])
    await eventually('there is a result', () => results.length === 1)
    await stop()
    expect(results).toMatchObject([{ outcome: { verdict: 'down', code: 'TCP_REFUSED', address: '127.0.0.1' } }])
  })

  test('leaves alone what tells of itself, whoever sent it here', async () => {
    const { backend, results, stop } = start()
    const spec = checkSpecSchema.parse({ kind: 'heartbeat', schedule: { kind: 'period', seconds: 60 } })
    const [silent, website] = [checkOf({ spec }), checkOf()]
    await backend.checksOf(region).publish([silent, website])
    await eventually('nothing waits any more', async () => (await backend.checksOf(region).depth(region)).length === 0)
    await stop()
    expect(results.map(({ monitorId }) => monitorId)).toEqual([website.monitorId])
  })

  test('serves the urgent before the ordinary', async () => {
    const slow = await startHttpTarget({ delayMs: 150 })
    const { backend, results, stop } = start()
    const ordinary = Array.from({ length: 40 }, () => checkOf({ spec: websiteSpec(slow.url) }))
    await backend.checksOf(region).publish(ordinary)
    await eventually('the ordinary ones run', () => slow.requests.length > 0)
    const urgent = checkOf({ spec: websiteSpec(slow.url) })
    await backend.urgentOf(region).publish([urgent])
    await eventually('the urgent one is done', () => results.some(({ monitorId }) => monitorId === urgent.monitorId))
    expect(results.length).toBeLessThan(30)
    await stop()
    await slow.stop()
  })

  test('tells of itself: its region, whether that is online, and how late it is', async () => {
    const { backend, results, stop } = start()
    const heard: ConsumerSeen[] = []
    const ending = new AbortController()
    await backend.consumers.subscribe((seen) => void heard.push(seen), ending.signal)
    await backend.checksOf(region).publish([checkOf()])
    await eventually('there is a result', () => results.length === 1)
    await eventually('it has told', () => heard.length > 0)
    expect(heard[0]).toMatchObject({ name: 'one', region, version: '1', online: true, trusted: true })
    ending.abort()
    await stop()
  }, 15_000)

  test('is not ready while the canaries of its region do not answer', async () => {
    const canary = await startHttpTarget()
    const { operator, stop } = start([canary.url])
    await eventually('it is ready', async () => Object.keys(await operator.readiness.problems()).length === 0)
    await canary.stop()
    await eventually('it says so', async () => 'region' in (await operator.readiness.problems()))
    expect((await operator.readiness.problems()).region).toBe('the canaries of the region do not answer')
    await stop()
  }, 20_000)

  test('carries out the check that shows that the way is open, at a target of its own that no other check may reach', async () => {
    const { backend, results, stop } = start(['self'], [])
    const { monitorId, monitorKey } = pathCanary
    await backend
      .checksOf(region)
      .publish([checkOf({ monitorId, monitorKey, spec: websiteSpec('http://canary.invalid/') })])
    await eventually('there is a result', () => results.length === 1)
    await stop()
    expect(results).toMatchObject([{ monitorKey, outcome: { verdict: 'up', status: 200, address: '127.0.0.1' } }])
  })

  test('leaves the checks of other regions to their consumers', async () => {
    const { backend, results, stop } = start()
    const elsewhere = parseRegion('b')
    await backend.checksOf(elsewhere).publish([checkOf({ region: elsewhere })])
    await backend.checksOf(region).publish([checkOf()])
    await eventually('its own is done', () => results.length === 1)
    await stop()
    expect(results[0]?.region).toBe(region)
    expect(await backend.checksOf(elsewhere).depth(elsewhere)).toMatchObject({ length: 1 })
  })

  test('finishes what it is at before it stops', async () => {
    const slow = await startHttpTarget({ delayMs: 300 })
    const { backend, results, stop } = start()
    await backend.checksOf(region).publish([checkOf({ spec: websiteSpec(slow.url) })])
    await eventually('the website is asked', () => slow.requests.length === 1)
    await stop()
    expect(results).toMatchObject([{ outcome: { verdict: 'up' } }])
    expect(await backend.checksOf(region).depth(region)).toMatchObject({ length: 0 })
    await slow.stop()
  })
})
