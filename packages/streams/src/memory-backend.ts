import { consumerSeenCodec } from '@repo/contracts/consumer-seen'
import { liveBatchCodec } from '@repo/contracts/live'
import { monitorChangedCodec } from '@repo/contracts/monitor-changed'
import { revokedCodec } from '@repo/contracts/revoked'
import { testRunSeenCodec } from '@repo/contracts/test-run'
import { watchingCodec } from '@repo/contracts/watching'
import { type Backend, oncePerRegion } from './backend.ts'
import { createMemoryStream, trustedCodec } from './memory.ts'
import { createLeaseBook, createMemoryLease } from './memory-lease.ts'
import { createMemoryLiveBus } from './memory-live-bus.ts'
import { createMemoryRateLimits } from './memory-rate-limits.ts'
import type { Alarm } from './stream.ts'

const capacity = 100_000

/** Everything within this process: for an instance that is one process. */
export function createMemoryBackend(onAlarm: Alarm): Backend {
  const leases = createLeaseBook()
  return {
    checksOf: oncePerRegion(() => createMemoryStream({ codec: trustedCodec(), capacity, onAlarm })),
    urgentOf: oncePerRegion(() => createMemoryStream({ codec: trustedCodec(), capacity, onAlarm })),
    results: createMemoryStream({ codec: trustedCodec(), capacity, onAlarm }),
    openLease: (options) => createMemoryLease(leases, options),
    changes: createMemoryLiveBus({ codec: monitorChangedCodec, onAlarm }),
    live: createMemoryLiveBus({ codec: liveBatchCodec, onAlarm }),
    watching: createMemoryLiveBus({ codec: watchingCodec, onAlarm }),
    consumers: createMemoryLiveBus({ codec: consumerSeenCodec, onAlarm }),
    revocations: createMemoryLiveBus({ codec: revokedCodec, onAlarm }),
    testRuns: createMemoryLiveBus({ codec: testRunSeenCodec, onAlarm }),
    rateLimits: createMemoryRateLimits(),
  }
}
