import { redisOptions } from '@repo/config/redis'
import type { readStandaloneConfig } from '@repo/config/standalone'
import { systemClock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import { createSharedClock, type SharedClock } from '@repo/service/shared-clock'
import type { Backend } from '@repo/streams/backend'
import { openRedis } from '@repo/streams/connect'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { serverTimeMs } from '@repo/streams/server-time'

interface Transport extends AsyncDisposable {
  readonly backend: Backend
  /** Over Redis other processes may take part: then all go by its clock. */
  readonly sharedClock: SharedClock | undefined
}

/** What the services pass to each other: within the process, or over the Redis of the configuration. */
export async function openTransport(config: ReturnType<typeof readStandaloneConfig>, log: Log): Promise<Transport> {
  const onAlarm = (alarm: string) => log.error({ alarm }, 'stream alarm')
  if (!config.REDIS_URL)
    return { backend: createMemoryBackend(onAlarm), sharedClock: undefined, [Symbol.asyncDispose]: async () => {} }
  const connection = await openRedis(config.REDIS_URL, {
    ...redisOptions(config),
    onError: (err) => log.warn({ err }, 'redis'),
  })
  const { redis } = connection
  const sharedClock = createSharedClock({ own: systemClock, askMs: () => serverTimeMs(redis), log })
  await sharedClock.ask()
  return {
    backend: createRedisBackend(redis, onAlarm),
    sharedClock,
    [Symbol.asyncDispose]: async () => connection[Symbol.asyncDispose](),
  }
}
