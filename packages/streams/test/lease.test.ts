import { afterAll } from 'bun:test'
import { createLeaseBook, createMemoryLease } from '../src/memory-lease.ts'
import { createRedisLease } from '../src/redis-lease.ts'
import { describeLease } from '../testing/describe-lease.ts'
import { openSharedRedis, uniqueKey } from '../testing/redis-server.ts'

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
