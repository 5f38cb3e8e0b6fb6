import type { Redis } from 'ioredis'
import type { Hold, Lease, LeaseOptions } from './lease.ts'

// The token lives beside the lease and without an end: it must go on growing when nobody has held the lease for long.
const HOLD = `
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return tonumber(redis.call('GET', KEYS[2]) or redis.call('INCR', KEYS[2]))
end
if holder then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return redis.call('INCR', KEYS[2])`

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`

export function createRedisLease(redis: Redis, { name, holder, ttlMs }: LeaseOptions): Lease {
  const tokenKey = `${name}:token`
  return {
    async hold(): Promise<Hold> {
      const token = Number(await redis.eval(HOLD, 2, name, tokenKey, holder, ttlMs))
      return token === 0 ? { held: false } : { held: true, token }
    },
    async release() {
      await redis.eval(RELEASE, 1, name, holder)
    },
  }
}
