import { afterAll, describe, expect, test } from 'bun:test'
import { openRedis } from '../src/connect.ts'
import { createMemoryStream } from '../src/memory.ts'
import { createLeaseBook, createMemoryLease } from '../src/memory-lease.ts'
import { createRedisStream } from '../src/redis.ts'
import { createRedisLease } from '../src/redis-lease.ts'
import { Fenced } from '../src/stream.ts'
import { describeFence } from '../testing/describe-fence.ts'
import { describeLease } from '../testing/describe-lease.ts'
import { letterCodec, makeLetters } from '../testing/letter.ts'
import { openSharedRedis, startRedis, uniqueKey } from '../testing/redis-server.ts'

const { redis, close } = await openSharedRedis()
afterAll(close)

describeLease('memory', async () => {
  const book = createLeaseBook()
  return (holder, ttlMs) => createMemoryLease(book, { name: 'leader', holder, ttlMs })
})

describeLease('redis', async () => {
  const name = uniqueKey('leader')
  return (holder, ttlMs) => createRedisLease(redis, { name, holder, ttlMs })
})

describeFence('memory', async () => {
  const book = createLeaseBook()
  return {
    stream: createMemoryStream({ codec: letterCodec, capacity: 10_000 }),
    leaseOf: (holder, ttlMs) => createMemoryLease(book, { name: 'leader', holder, ttlMs }),
  }
})

describeFence('redis', async () => {
  const name = uniqueKey('leader')
  return {
    stream: createRedisStream({ redis, name: uniqueKey('letters'), codec: letterCodec }),
    leaseOf: (holder, ttlMs) => createRedisLease(redis, { name, holder, ttlMs }),
  }
})

describe('a server that has forgotten everything', () => {
  test('gives larger tokens than before, and lets nobody publish with an older one', async () => {
    await using server = await startRedis()
    await using connection = await openRedis(server.url)
    const leaseOf = (holder: string) => createRedisLease(connection.redis, { name: 'leader', holder, ttlMs: 60_000 })
    const stream = createRedisStream({ redis: connection.redis, name: 'letters', codec: letterCodec })
    const before = await leaseOf('a').hold()
    if (!before.held) throw new Error('nobody else wants it')
    await connection.redis.flushall()

    const fence = leaseOf('a').fence(before.token)
    await expect(stream.publish(makeLetters(1), { fence })).rejects.toThrow(Fenced)
    const after = await leaseOf('b').hold()
    expect(after).toMatchObject({ held: true })
    expect(after.held && after.token).toBeGreaterThan(before.token)
    await expect(stream.publish(makeLetters(1), { fence })).rejects.toThrow(Fenced)
    expect((await stream.depth('readers')).length).toBe(0)
  })

  test('knows the scripts again after it was restarted', async () => {
    await using server = await startRedis()
    await using connection = await openRedis(server.url)
    const lease = createRedisLease(connection.redis, { name: 'leader', holder: 'a', ttlMs: 60_000 })
    await lease.hold()
    await server.restart()
    expect(await lease.hold()).toMatchObject({ held: true })
    await connection.redis.script('FLUSH')
    expect(await lease.hold()).toMatchObject({ held: true })
  })
})
