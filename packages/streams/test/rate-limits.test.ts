import { afterAll, describe, expect, test } from 'bun:test'
import { openRedis } from '../src/connect.ts'
import { createMemoryRateLimits } from '../src/memory-rate-limits.ts'
import { createRedisRateLimits } from '../src/redis-rate-limits.ts'
import { describeRateLimits } from '../testing/describe-rate-limits.ts'
import { eventually } from '../testing/eventually.ts'
import { openSharedRedis, startRedis, uniqueKey } from '../testing/redis-server.ts'

const { redis, close } = await openSharedRedis()
afterAll(close)

const rate = { limit: 3, windowMs: 60_000 }

describeRateLimits('memory', createMemoryRateLimits)
describeRateLimits('redis', () => createRedisRateLimits({ redis, prefix: uniqueKey('rate') }))

describe('rate limits in memory', () => {
  test('keep a bounded number of windows: those that are over go first, then the oldest', async () => {
    let nowMs = 0
    const limits = createMemoryRateLimits({ capacity: 3, nowMs: () => nowMs })
    await limits.take('oldest', rate, 3)
    await limits.take('short', { limit: 3, windowMs: 10 }, 3)
    await limits.take('newest', rate, 3)
    nowMs = 20
    await limits.take('another', rate, 3)
    expect((await limits.take('oldest', rate)).allowed).toBe(false)
    await limits.take('one too many', rate, 3)
    expect((await limits.take('newest', rate)).allowed).toBe(false)
    expect((await limits.take('oldest', rate)).allowed).toBe(true)
  })
})

describe('rate limits in Redis', () => {
  test('hold across processes', async () => {
    await using other = await openSharedRedis()
    const prefix = uniqueKey('rate')
    const [here, there] = [redis, other.redis].map((client) => createRedisRateLimits({ redis: client, prefix }))
    const taken = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? here : there)?.take('a', { ...rate, limit: 20 })),
    )
    expect(taken.filter((one) => one?.allowed)).toHaveLength(20)
  })

  test('leave nothing readable in the server, and nothing at all after the window', async () => {
    await using server = await startRedis()
    await using connection = await openRedis(server.url)
    const limits = createRedisRateLimits({ redis: connection.redis, prefix: 'betterstack:rate' })
    await limits.take('sign-in:alice@example.com', rate)
    const [key = '', ...others] = await connection.redis.keys('*')
    expect(others).toEqual([])
    expect(key).toMatch(/^betterstack:rate:[\w-]{43}$/)
    expect(await connection.redis.pttl(key)).toBeGreaterThan(0)
  })

  test('reject soon while the server is away, and work again when it is back', async () => {
    await using server = await startRedis()
    await using connection = await openRedis(server.url)
    const limits = createRedisRateLimits({ redis: connection.redis, prefix: 'betterstack:rate' })
    await limits.take('a', rate)
    await server.kill()
    const startedAtMs = performance.now()
    await expect(limits.take('a', rate)).rejects.toThrow()
    expect(performance.now() - startedAtMs).toBeLessThan(4_000)
    await server.restart()
    const asked = () => limits.take('a', rate).catch(() => undefined)
    await eventually('it is allowed', async () => (await asked())?.allowed === true)
  })
})
