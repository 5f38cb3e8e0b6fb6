import type { CheckSpec } from '@repo/contracts/check-spec'
import { websiteSpec } from '@repo/contracts/specs/http'
import type { Check } from '@repo/domain/check'
import { pathCanary } from '@repo/domain/path-canary'
import type { Region } from '@repo/domain/region'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Stream } from '@repo/streams/stream'

export interface PathCanaryDeps {
  /** Whether this publisher leads: the others have nothing to show. */
  readonly leads: () => boolean
  /** Where somebody works. */
  readonly regions: () => Promise<readonly Region[]>
  readonly checksOf: (region: Region) => Stream<Check<CheckSpec>>
  readonly clock: Clock
  readonly log: Log
}

/** A consumer looks at a target of its own in place of this one, which does not exist. */
const spec = websiteSpec('http://canary.invalid/')

/**
 * Publishes a check of no monitor to each region every few seconds, on the stream of all checks. That its result is stored
 * shows that the whole way is open, also while nothing is watched. Two that lead at once publish the very same.
 */
export function createPathCanary({ leads, regions, checksOf, clock, log }: PathCanaryDeps): Service {
  return async function pathCanaryService(signal) {
    while (!signal.aborted) {
      const scheduledAtMs = nextAtMs(clock.nowMs())
      await clock.sleep(scheduledAtMs - clock.nowMs(), signal)
      if (signal.aborted || !leads()) continue
      await publishAll(scheduledAtMs).catch((err: unknown) => log.warn({ err }, 'canary checks could not be published'))
    }
  }

  async function publishAll(scheduledAtMs: number): Promise<void> {
    const { monitorId, monitorKey, startWithinMs } = pathCanary
    const expiresAtMs = scheduledAtMs + startWithinMs
    for (const region of await regions())
      await checksOf(region).publish([{ monitorId, monitorKey, region, scheduledAtMs, expiresAtMs, spec }])
  }
}

function nextAtMs(nowMs: number): number {
  return (Math.floor(nowMs / pathCanary.everyMs) + 1) * pathCanary.everyMs
}
