import type { MonitorCounts } from '@repo/contracts/monitors'
import { t } from '@repo/ui/words'

interface Headline {
  readonly truth: string
  readonly rest: string
}

/** The state of everything in a sentence, and in a second one what else asks for attention. */
export function headline(counts: MonitorCounts): Headline {
  if (counts.total === 0) return { truth: t('Nothing is watched yet.'), rest: '' }
  return { truth: truthOf(counts), rest: restOf(counts) }
}

function truthOf({ total, down, degraded, up, maintenance, paused }: MonitorCounts): string {
  if (down > 0)
    return t(
      '{down, number} of {total, plural, one {# monitor} other {# monitors}} {down, plural, one {is} other {are}} down.',
      { down, total },
    )
  if (degraded > 0)
    return t(
      '{degraded, number} of {total, plural, one {# monitor} other {# monitors}} {degraded, plural, one {is} other {are}} degraded.',
      { degraded, total },
    )
  if (up === total) return total === 1 ? t('Your monitor is up.') : t('All {total, number} monitors are up.', { total })
  if (up > 0) return t('Nothing is down.')
  if (paused === total) return total === 1 ? t('Your monitor is paused.') : t('All monitors are paused.')
  if (maintenance === total)
    return total === 1 ? t('Your monitor is under maintenance.') : t('All monitors are under maintenance.')
  return t('No monitor has reported yet.')
}

function restOf({ total, down, degraded, up, unknown, maintenance }: MonitorCounts): string {
  const parts = [
    down > 0 && degraded > 0 ? t('{degraded, number} degraded', { degraded }) : '',
    unknown > 0 && up + down + degraded > 0 ? t('{unknown, number} without a verdict', { unknown }) : '',
    maintenance > 0 && maintenance < total ? t('{maintenance, number} under maintenance', { maintenance }) : '',
  ].filter(Boolean)
  return parts.length > 0 ? `${parts.join(', ')}.` : ''
}
