import { describe, expect, test } from 'bun:test'
import { websiteSpec } from '@repo/contracts/specs/http'
import { noonMs } from '@repo/domain/testing'
import { createEgressPolicy } from '@repo/probes/egress'
import { createProbes } from '@repo/probes/registry'
import { systemResolve } from '@repo/probes/resolve'
import { startHttpTarget } from '@repo/probes/testing'
import { systemClock } from '@repo/service/clock'
import { createLog } from '@repo/service/log'
import { createManualClock } from '@repo/service/testing'
import { eventually } from '@repo/streams/testing/eventually'
import { createCanaries, createResolverCanary } from '../src/canaries.ts'
import { type Canary, createRegionCanary } from '../src/region-canary.ts'

const log = createLog('consumer', 'silent')
const { signal } = new AbortController()

interface Switch extends Canary {
  works: boolean
  asked: number
}
function makeSwitch(name: string, { isOwn = false, works = true } = {}): Switch {
  return {
    name,
    isOwn,
    works,
    asked: 0,
    async answers() {
      this.asked += 1
      return this.works
    },
  }
}

describe('a region', () => {
  const cases: [string, Switch[], boolean][] = [
    ['is online where nothing is asked', [], true],
    ['is online where everything answers', [makeSwitch('self', { isOwn: true }), makeSwitch('one')], true],
    [
      'is online while one of its canaries outside answers',
      [makeSwitch('one', { works: false }), makeSwitch('two')],
      true,
    ],
    [
      'is offline when none outside answers',
      [makeSwitch('one', { works: false }), makeSwitch('two', { works: false })],
      false,
    ],
    [
      'is offline when it cannot even reach itself',
      [makeSwitch('self', { isOwn: true, works: false }), makeSwitch('one')],
      false,
    ],
  ]
  test.each(cases)('%s', async (_sentence, canaries, expected) => {
    const region = createRegionCanary({ canaries, clock: createManualClock(noonMs), log })
    expect(await region.wasOnline(noonMs)).toBe(expected)
  })

  test('is asked anew for a check that began after the last look, and not for one that began before it', async () => {
    const [clock, canary] = [createManualClock(noonMs), makeSwitch('one')]
    const region = createRegionCanary({ canaries: [canary], clock, log })
    expect(await region.wasOnline(noonMs)).toBe(true)
    expect(await region.wasOnline(noonMs - 5_000)).toBe(true)
    expect(canary.asked).toBe(1)
    canary.works = false
    await clock.advance(1_000)
    expect(await region.wasOnline(noonMs + 500)).toBe(false)
    expect(region.isOnline).toBe(false)
  })

  test('that comes back has seen nothing of what ran into its outage: an answer afterwards does not make up for it', async () => {
    const [clock, canary] = [createManualClock(noonMs), makeSwitch('one', { works: false })]
    const region = createRegionCanary({ canaries: [canary], clock, log })
    expect(await region.wasOnline(noonMs)).toBe(false)
    canary.works = true
    await clock.advance(1_000)
    expect(await region.wasOnline(noonMs + 900)).toBe(true)
    expect(region.isOnline).toBe(true)
    // It began in the outage and fails after it.
    expect(await region.wasOnline(noonMs - 500)).toBe(false)
  })

  test('looks one round after the other, also where an answer is long in coming', async () => {
    const clock = createManualClock(noonMs)
    const ends: ((answers: boolean) => void)[] = []
    const slow: Canary = { name: 'slow', isOwn: false, answers: () => new Promise((end) => ends.push(end)) }
    const region = createRegionCanary({ canaries: [slow], clock, log })
    const first = region.wasOnline(noonMs)
    await eventually('the first round has begun', () => ends.length === 1)
    await clock.advance(3_000)
    const second = region.wasOnline(noonMs + 2_000)
    await clock.advance(3_000)
    expect(ends).toHaveLength(1)
    ends[0]?.(false)
    expect(await first).toBe(false)
    await eventually('the second round has begun', () => ends.length === 2)
    ends[1]?.(true)
    // The first was still unanswered when this check was over.
    expect(await second).toBe(false)
    expect(region.isOnline).toBe(true)
  })

  test('asks once a second at most, however many checks fail', async () => {
    const [clock, canary] = [createManualClock(noonMs), makeSwitch('one')]
    const region = createRegionCanary({ canaries: [canary], clock, log })
    await region.wasOnline(noonMs)
    const answers = Promise.all(Array.from({ length: 500 }, (_, ms) => region.wasOnline(noonMs + 1 + ms)))
    await clock.advance(999)
    expect(canary.asked).toBe(1)
    await clock.advance(1)
    expect((await answers).every(Boolean)).toBe(true)
    expect(canary.asked).toBe(2)
  })
})

describe('the canaries that an operator names', () => {
  const probe = createProbes({ egress: createEgressPolicy({ allowedCidrs: ['private'] }), resolve: systemResolve })

  test('answer as long as they are there, whatever they say', async () => {
    const target = await startHttpTarget()
    const [self, website] = createCanaries(['self', target.url], probe)
    expect(await self?.answers(signal)).toBe(true)
    expect(await website?.answers(signal)).toBe(true)
    await target.stop()
    expect(await website?.answers(signal)).toBe(false)
  })

  test('are not believed to be gone where they never were: there are networks without name servers', async () => {
    let works = false
    const resolvers = createResolverCanary(async () => works)
    expect(await resolvers.answers(signal)).toBe(true)
    works = true
    expect(await resolvers.answers(signal)).toBe(true)
    works = false
    expect(await resolvers.answers(signal)).toBe(false)
  })

  test('find this machine online with nothing but its self-test', async () => {
    const region = createRegionCanary({ canaries: createCanaries(['self'], probe), clock: systemClock, log })
    expect(await region.wasOnline(Date.now())).toBe(true)
    expect((await probe(websiteSpec('http://127.0.0.1:1/'), signal)).verdict).toBe('down')
  })
})
