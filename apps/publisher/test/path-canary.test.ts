import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { CheckSpec } from '@repo/contracts/check-spec'
import type { Check } from '@repo/domain/check'
import { pathCanary } from '@repo/domain/path-canary'
import { parseRegion } from '@repo/domain/region'
import { noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, type Running, run } from '@repo/streams/testing/eventually'
import { createPathCanary } from '../src/path-canary.ts'

const [eu, us] = [parseRegion('eu'), parseRegion('us')]
const log = createLog('publisher', 'silent')

let clock: ManualClock
let published: Check<CheckSpec>[]
let leads: boolean
let fails: boolean
let running: Running[]
beforeEach(async () => {
  clock = createManualClock(noonMs + 3_000)
  const backend = createMemoryBackend(() => {})
  published = []
  leads = true
  fails = false
  const regions = async () => {
    if (fails) throw new Error('the database is away')
    return [eu, us]
  }
  running = [run(createPathCanary({ leads: () => leads, regions, checksOf: backend.checksOf, clock, log }))]
  for (const region of [eu, us]) {
    const subscription = { group: region, consumer: 'test', batchSize: 10, reclaimAfterMs: 60_000 }
    const note = async (checks: readonly Check<CheckSpec>[]) => void published.push(...checks)
    running.push(run((signal) => backend.checksOf(region).consume(subscription, note, signal)))
  }
})
afterEach(async () => {
  for (const one of running) await one.stop()
})

const passRound = async () => {
  await eventually('it waits for its next instant', () => clock.sleepers === 1)
  await clock.advance(10_000)
  await eventually('it waits again', () => clock.sleepers === 1)
}

describe('the check that shows that the way is open', () => {
  test('goes to each region on a grid that every publisher knows, and expires soon', async () => {
    await passRound()
    await eventually('both regions have it', () => published.length === 2)
    const { monitorId, monitorKey } = pathCanary
    const slot = { monitorId, monitorKey, scheduledAtMs: noonMs + 10_000, expiresAtMs: noonMs + 15_000 }
    expect(published.map(({ region }) => region).sort()).toEqual([eu, us])
    for (const check of published) expect(check).toMatchObject(slot)
  })

  test('is published by nobody who does not lead', async () => {
    leads = false
    await passRound()
    leads = true
    await passRound()
    await eventually('both regions have the second', () => published.length === 2)
    expect(new Set(published.map(({ scheduledAtMs }) => scheduledAtMs))).toEqual(new Set([noonMs + 20_000]))
  })

  test('comes again after a failure', async () => {
    fails = true
    await passRound()
    fails = false
    await passRound()
    await eventually('both regions have it', () => published.length === 2)
  })
})
