import type { System, SystemIncident, SystemRegion } from '@repo/contracts/system'
import type { Status } from '@repo/domain/status'
import { shareText } from '@repo/ui/duration'

/** What each kind of trouble of ours is called; the message says the rest. */
export const kindNames: Record<SystemIncident['kind'], string> = {
  coverage: 'Slots without a result',
  no_consumer: 'Nobody works in the region',
  region_offline: 'The region is offline',
  canary_failed: 'Known targets are judged wrongly',
  path_silent: 'No canary check comes back',
  results_waiting: 'Results wait to be stored',
  clock_skew: 'A clock is off',
  no_publisher: 'Nobody publishes checks',
  region_quarantined: 'The region has no vote',
}

/** One sentence of truth: what works, and what that means for whoever waits for an alert. */
export function verdictOf({ state, open, regions }: System): { status: Status; text: string } {
  const closed = regions.filter(({ pathOpen }) => !pathOpen).map(({ name }) => name)
  switch (state) {
    case 'working':
      return { status: 'up', text: 'Everything works: checks come back from every region.' }
    case 'degraded':
      return { status: 'degraded', text: degradedText(closed, open) }
    case 'stopped':
      return {
        status: 'down',
        text:
          regions.length === 0
            ? 'Nothing is checked: no consumer works anywhere.'
            : 'No check comes back: an outage of yours would go unnoticed.',
      }
  }
}

function degradedText(closed: readonly string[], open: System['open']): string {
  if (closed.length > 0)
    return `No check comes back from ${closed.join(', ')}: what would be seen from there goes unnoticed.`
  return open.some(({ stopsAlerts }) => stopsAlerts)
    ? 'Checks come back, but an outage of yours could be noticed late.'
    : 'Something is not as it should be; outages of yours are noticed all the same.'
}

/** How a region is, and why, in a word or two. */
export function regionState({ pathOpen, consumers, consumersCounting, quarantined }: SystemRegion): {
  status: Status
  word: string
} {
  if (consumers === 0) return { status: 'down', word: 'Nobody there' }
  if (consumersCounting === 0) return { status: 'down', word: 'Does not count' }
  if (!pathOpen) return { status: 'unknown', word: 'Silent' }
  if (quarantined) return { status: 'degraded', word: 'No vote' }
  return consumersCounting < consumers ? { status: 'degraded', word: 'Partly' } : { status: 'up', word: 'Working' }
}

/** `0`, `2.5`, `1,240`: two digits after the point only where they say something. */
export function perSecondText(rate: number): string {
  return rate.toLocaleString('en', { maximumFractionDigits: rate < 10 ? 2 : 0 })
}

export function percentText(percent: number | null): string {
  if (percent === null) return '–'
  return shareText(percent, 100)
}
