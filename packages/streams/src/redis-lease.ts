import type { Redis } from 'ioredis'
import type { Fence, Hold, Lease, LeaseOptions } from './lease.ts'
import type { RedisTokens } from './redis/append.ts'
import { defineScript, runScript } from './redis/script.ts'

// The token lives beside the lease and without an end: it must go on growing when nobody has held the lease for long.
// The server's clock is its floor, in microseconds, so that it also grows when the server has forgotten everything.
const HOLD = defineScript(`
local function newToken()
  local time = redis.call('TIME')
  local floor = time[1] * 1000000 + time[2]
  local token = math.max(tonumber(redis.call('GET', KEYS[2]) or 0) + 1, floor)
  redis.call('SET', KEYS[2], string.format('%.0f', token))
  return token
end
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return tonumber(redis.call('GET', KEYS[2])) or newToken()
end
if holder then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return newToken()`)

const RELEASE = defineScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`)

export function createRedisLease(redis: Redis, { name, holder, ttlMs }: LeaseOptions): Lease {
  const tokenKey = `${name}:token`
  return {
    async hold(): Promise<Hold> {
      const token = Number(await runScript(redis, HOLD, { keys: [name, tokenKey], args: [holder, ttlMs] }))
      return token === 0 ? { held: false } : { held: true, token }
    },
    async release() {
      await runScript(redis, RELEASE, { keys: [name], args: [holder] })
    },
    fence: (token) => new RedisFence(tokenKey, token),
  }
}

export class RedisFence implements Fence, RedisTokens {
  readonly tokenKey: string
  readonly token: number

  constructor(tokenKey: string, token: number) {
    this.tokenKey = tokenKey
    this.token = token
  }
}
