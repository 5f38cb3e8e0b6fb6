import type { ConsumerSeen } from '@repo/contracts/consumer-seen'
import type { Sql } from '@repo/db/database'
import { saveConsumer } from '@repo/db/queries/consumers'
import type { Clock } from '@repo/service/clock'
import { aborted, type Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { LiveBus } from '@repo/streams/live-bus'

export interface ConsumerRosterDeps {
  readonly sql: Sql
  readonly consumers: LiveBus<ConsumerSeen>
  readonly clock: Clock
  readonly log: Log
}

/** Writes down what consumers tell of themselves: they have no database of their own to register in. */
export function createConsumerRoster({ sql, consumers, clock, log }: ConsumerRosterDeps): Service {
  return async function consumerRoster(signal) {
    await consumers.subscribe((seen) => void note(seen), signal)
    await aborted(signal)
  }

  async function note(seen: ConsumerSeen): Promise<void> {
    await saveConsumer(sql, { ...seen, seenAtMs: clock.nowMs() }).catch((err: unknown) =>
      log.warn({ err }, 'a consumer could not be noted'),
    )
  }
}
