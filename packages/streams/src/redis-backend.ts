import { checkCodec, checkResultCodec } from '@repo/contracts/check-message'
import { consumerSeenCodec } from '@repo/contracts/consumer-seen'
import { liveBatchCodec } from '@repo/contracts/live'
import { monitorChangedCodec } from '@repo/contracts/monitor-changed'
import { revokedCodec } from '@repo/contracts/revoked'
import { testRunSeenCodec } from '@repo/contracts/test-run'
import { watchingCodec } from '@repo/contracts/watching'
import type { Redis } from 'ioredis'
import { type Backend, names, oncePerRegion } from './backend.ts'
import { createRedisStream } from './redis.ts'
import { createRedisLease } from './redis-lease.ts'
import { createRedisLiveBus } from './redis-live-bus.ts'
import { createRedisRateLimits } from './redis-rate-limits.ts'
import type { Alarm } from './stream.ts'

/** Everything through one Redis: for an instance of many processes. */
export function createRedisBackend(redis: Redis, onAlarm: Alarm): Backend {
  return {
    checksOf: oncePerRegion((region) =>
      createRedisStream({ redis, name: names.checks(region), codec: checkCodec, onAlarm }),
    ),
    urgentOf: oncePerRegion((region) =>
      createRedisStream({ redis, name: names.urgent(region), codec: checkCodec, onAlarm }),
    ),
    results: createRedisStream({ redis, name: names.results, codec: checkResultCodec, onAlarm }),
    openLease: (options) => createRedisLease(redis, options),
    changes: createRedisLiveBus({ redis, channel: names.changes, codec: monitorChangedCodec, onAlarm }),
    live: createRedisLiveBus({ redis, channel: names.live, codec: liveBatchCodec, onAlarm }),
    watching: createRedisLiveBus({ redis, channel: names.watching, codec: watchingCodec, onAlarm }),
    consumers: createRedisLiveBus({ redis, channel: names.consumers, codec: consumerSeenCodec, onAlarm }),
    revocations: createRedisLiveBus({ redis, channel: names.revocations, codec: revokedCodec, onAlarm }),
    testRuns: createRedisLiveBus({ redis, channel: names.testRuns, codec: testRunSeenCodec, onAlarm }),
    rateLimits: createRedisRateLimits({ redis, prefix: names.rateLimits }),
  }
}
