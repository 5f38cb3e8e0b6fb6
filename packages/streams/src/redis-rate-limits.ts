import type { Redis } from 'ioredis'
import { streamLimits } from './limits.ts'
import { hashOfKey, type RateLimits, refuseSenselessRate, takenOf } from './rate-limits.ts'
import { redact } from './redis/redact.ts'
import { defineScript, runScript } from './redis/script.ts'

export interface RedisRateLimitsOptions {
  readonly redis: Redis
  /** What the keys begin with. */
  readonly prefix: string
}

// The key ends with its window, by the server's own clock: nothing has to be cleaned up, and no process's clock counts.
const TAKE = defineScript(`
local limit, window, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local used = tonumber(redis.call('GET', KEYS[1]) or 0)
local left = redis.call('PTTL', KEYS[1])
if left < 0 then used, left = 0, window end
if used + cost > limit then return {0, used, left} end
if used == 0 then redis.call('SET', KEYS[1], cost, 'PX', window)
else redis.call('INCRBY', KEYS[1], cost) end
return {1, used + cost, left}`)

export function createRedisRateLimits({ redis, prefix }: RedisRateLimitsOptions): RateLimits {
  const keyOf = (key: string) => `${prefix}:${hashOfKey(key)}`
  return {
    async take(key, rate, cost = 1) {
      refuseSenselessRate(rate, cost)
      const args = [rate.limit, rate.windowMs, cost]
      const answer = await answeredInTime(runScript(redis, TAKE, { keys: [keyOf(key)], args }))
      const [allowed, used, resetMs] = answer as [number, number, number]
      return takenOf(rate, { allowed: allowed === 1, used, resetMs })
    },
    async forgive(key) {
      await answeredInTime(redis.del(keyOf(key)))
    },
  }
}

/** Somebody waits for an answer to their sign-in meanwhile, and the client itself tries for much longer. */
async function answeredInTime<Answer>(asked: Promise<Answer>): Promise<Answer> {
  const overdue = Promise.withResolvers<never>()
  const { rateLimitAnswerMs } = streamLimits
  const timer = setTimeout(
    () => overdue.reject(new Error(`Redis did not answer within ${rateLimitAnswerMs} ms`)),
    rateLimitAnswerMs,
  )
  try {
    return await Promise.race([asked, overdue.promise])
  } catch (error) {
    throw redact(error)
  } finally {
    clearTimeout(timer)
  }
}
