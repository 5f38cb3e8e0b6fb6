import type { MonitorCounts } from '@repo/contracts/monitors'
import { numberText } from '@repo/ui/words'

interface Headline {
  readonly truth: string
  readonly rest: string
}

/** The state of everything in a sentence, and in a second one what else asks for attention. */
export function headline(counts: MonitorCounts): Headline {
  if (counts.total === 0) return { truth: 'Nothing is watched yet.', rest: '' }
  return { truth: truthOf(counts), rest: restOf(counts) }
}

function truthOf({ total, down, degraded, up, maintenance, paused }: MonitorCounts): string {
  if (down > 0) return `${number(down)} of ${monitors(total)} ${down === 1 ? 'is' : 'are'} down.`
  if (degraded > 0) return `${number(degraded)} of ${monitors(total)} ${degraded === 1 ? 'is' : 'are'} degraded.`
  if (up === total) return total === 1 ? 'Your monitor is up.' : `All ${number(total)} monitors are up.`
  if (up > 0) return 'Nothing is down.'
  if (paused === total) return total === 1 ? 'Your monitor is paused.' : 'All monitors are paused.'
  if (maintenance === total)
    return total === 1 ? 'Your monitor is under maintenance.' : 'All monitors are under maintenance.'
  return 'No monitor has reported yet.'
}

function restOf({ total, down, degraded, up, unknown, maintenance }: MonitorCounts): string {
  const parts = [
    down > 0 && degraded > 0 ? `${number(degraded)} degraded` : '',
    unknown > 0 && up + down + degraded > 0 ? `${number(unknown)} without a verdict` : '',
    maintenance > 0 && maintenance < total ? `${number(maintenance)} under maintenance` : '',
  ].filter(Boolean)
  return parts.length > 0 ? `${parts.join(', ')}.` : ''
}

function monitors(count: number): string {
  return `${number(count)} ${count === 1 ? 'monitor' : 'monitors'}`
}

function number(value: number): string {
  return numberText(value)
}
