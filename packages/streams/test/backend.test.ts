import { afterAll, describe, expect, test } from 'bun:test'
import type { CheckSpec } from '@repo/contracts/check-spec'
import type { Revoked } from '@repo/contracts/revoked'
import { websiteSpec } from '@repo/contracts/specs/http'
import type { Check } from '@repo/domain/check'
import { parseMonitorId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { type Backend, names } from '../src/backend.ts'
import { openRedis } from '../src/connect.ts'
import { createMemoryBackend } from '../src/memory-backend.ts'
import { createRedisBackend } from '../src/redis-backend.ts'
import { eventually, run } from '../testing/eventually.ts'
import { startRedis } from '../testing/redis-server.ts'

const server = await startRedis()
const { redis, close } = await openRedis(server.url)
afterAll(async () => {
  await close()
  await server.stop()
})

const [here, there] = [parseRegion('here'), parseRegion('there')]

function makeCheck(scheduledAtMs: number, region = here): Check<CheckSpec> {
  const monitorId = parseMonitorId('01a20c30-150a-75c7-8c94-b88887f32e49')
  const spec = websiteSpec('https://example.com/')
  return { monitorId, monitorKey: 1, region, scheduledAtMs, expiresAtMs: scheduledAtMs + 30_000, spec }
}

async function takeAll(backend: Backend, kind: 'checksOf' | 'urgentOf', region = here): Promise<number[]> {
  const stream = backend[kind](region)
  const taken: number[] = []
  const subscription = { group: region, consumer: 'test', batchSize: 100, reclaimAfterMs: 60_000 }
  const reader = run((signal) =>
    stream.consume(subscription, async (batch) => void taken.push(...batch.map((one) => one.scheduledAtMs)), signal),
  )
  await eventually('everything is taken', async () => (await stream.depth(region)).length === 0 && taken.length > 0)
  await reader.stop()
  return taken
}

const backends: [string, () => Backend][] = [
  ['memory', () => createMemoryBackend(() => {})],
  ['redis', () => createRedisBackend(redis, () => {})],
]

describe.each(backends)('a backend (%s)', (_adapter, makeBackend) => {
  test('keeps the urgent checks of a region apart from its others, and from other regions', async () => {
    const backend = makeBackend()
    await backend.checksOf(here).publish([makeCheck(1)])
    await backend.urgentOf(here).publish([makeCheck(2)])
    await backend.urgentOf(there).publish([makeCheck(3, there)])
    expect(await takeAll(backend, 'urgentOf')).toEqual([2])
    expect(await takeAll(backend, 'checksOf')).toEqual([1])
    expect(await takeAll(backend, 'urgentOf', there)).toEqual([3])
  })

  test('tells what was revoked, and counts what is limited', async () => {
    const backend = makeBackend()
    const ending = new AbortController()
    const heard: Revoked[] = []
    await backend.revocations.subscribe((revoked) => heard.push(revoked), ending.signal)
    await backend.revocations.publish({ sessionIds: ['one'], userIds: ['two', 'three'] })
    await eventually('it is heard', () => heard.length > 0)
    ending.abort()
    expect(heard).toEqual([{ sessionIds: ['one'], userIds: ['two', 'three'] }])
    expect(await backend.rateLimits.take('a', { limit: 1, windowMs: 60_000 })).toMatchObject({ allowed: true })
    expect(await backend.rateLimits.take('a', { limit: 1, windowMs: 60_000 })).toMatchObject({ allowed: false })
  })

  test('makes each stream once', () => {
    const backend = makeBackend()
    expect(backend.urgentOf(here)).toBe(backend.urgentOf(here))
    expect(backend.urgentOf(here)).not.toBe(backend.checksOf(here))
  })

  test('hands urgent checks over to the same results', async () => {
    const backend = makeBackend()
    await backend.urgentOf(here).publish([makeCheck(1)])
    const subscription = { group: here, consumer: 'a', batchSize: 10, reclaimAfterMs: 60_000, concurrency: 10 }
    let handled = 0
    const handle = async () => {
      handled += 1
      return []
    }
    const relay = run((signal) =>
      backend.urgentOf(here).relay({ ...subscription, target: backend.results }, handle, signal),
    )
    await eventually('it is handled', () => handled === 1)
    await relay.stop()
  })
})

describe('the keys of a region', () => {
  test('cannot be those of another, whatever that is called', () => {
    expect(names.urgent(here)).toBe('betterstack:website:here:urgent')
    expect(() => parseRegion('here:urgent')).toThrow()
  })
})
