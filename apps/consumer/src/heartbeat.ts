import { type ConsumerSeen, consumerSeenLimits } from '@repo/contracts/consumer-seen'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { LiveBus } from '@repo/streams/live-bus'

export interface HeartbeatDeps {
  readonly consumers: LiveBus<ConsumerSeen>
  /** What there is to tell just now. */
  readonly look: () => ConsumerSeen
  readonly clock: Clock
  readonly log: Log
}

/** Tells every few seconds that this consumer is there: so a region is known as soon as one joins it. */
export function createHeartbeat({ consumers, look, clock, log }: HeartbeatDeps): Service {
  return async function heartbeat(signal) {
    while (!signal.aborted) {
      await consumers.publish(look()).catch((err: unknown) => log.warn({ err }, 'the heartbeat could not be sent'))
      await clock.sleep(consumerSeenLimits.everyMs, signal)
    }
  }
}
