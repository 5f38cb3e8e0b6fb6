import type { System, SystemIncident, SystemRegion } from '@repo/contracts/system'
import type { Status } from '@repo/domain/status'
import { shareText } from '@repo/ui/duration'
import { msg, numberText, spoken, t } from '@repo/ui/words'

/** What each kind of trouble of ours is called; the message says the rest. */
export const kindNames = spoken<SystemIncident['kind']>({
  coverage: msg('Slots without a result'),
  no_consumer: msg('Nobody works in the region'),
  region_offline: msg('The region is offline'),
  canary_failed: msg('Known targets are judged wrongly'),
  path_silent: msg('No canary check comes back'),
  results_waiting: msg('Results wait to be stored'),
  clock_skew: msg('A clock is off'),
  no_publisher: msg('Nobody publishes checks'),
  region_quarantined: msg('The region has no vote'),
})

/** One sentence of truth: what works, and what that means for whoever waits for an alert. */
export function verdictOf({ state, open, regions }: System): { status: Status; text: string } {
  const closed = regions.filter(({ pathOpen }) => !pathOpen).map(({ name }) => name)
  switch (state) {
    case 'working':
      return { status: 'up', text: t('Everything works: checks come back from every region.') }
    case 'degraded':
      return { status: 'degraded', text: degradedText(closed, open) }
    case 'stopped':
      return {
        status: 'down',
        text:
          regions.length === 0
            ? t('Nothing is checked: no consumer works anywhere.')
            : t('No check comes back: an outage of yours would go unnoticed.'),
      }
  }
}

function degradedText(closed: readonly string[], open: System['open']): string {
  if (closed.length > 0)
    return t('No check comes back from {list}: what would be seen from there goes unnoticed.', {
      list: closed.join(', '),
    })
  return open.some(({ stopsAlerts }) => stopsAlerts)
    ? t('Checks come back, but an outage of yours could be noticed late.')
    : t('Something is not as it should be; outages of yours are noticed all the same.')
}

/** How a region is, and why, in a word or two. */
export function regionState({ pathOpen, consumers, consumersCounting, quarantined }: SystemRegion): {
  status: Status
  word: string
} {
  if (consumers === 0) return { status: 'down', word: t('Nobody there') }
  if (consumersCounting === 0) return { status: 'down', word: t('Does not count') }
  if (!pathOpen) return { status: 'unknown', word: t('Silent') }
  if (quarantined) return { status: 'degraded', word: t('No vote') }
  return consumersCounting < consumers
    ? { status: 'degraded', word: t('Partly') }
    : { status: 'up', word: t('Working') }
}

/** `0`, `2.5`, `1,240`: two digits after the point only where they say something. */
export function perSecondText(rate: number): string {
  return numberText(rate, { maximumFractionDigits: rate < 10 ? 2 : 0 })
}

export function percentText(percent: number | null): string {
  if (percent === null) return '–'
  return shareText(percent, 100)
}
