/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'
import { durationText } from '../day-text.ts'
import { dateOf, type TimeKind, timeText, zoneName } from '../time-text.ts'
import type { PageView } from '../view.ts'

interface TimeProps {
  readonly view: PageView
  readonly ms: number
  readonly kind?: TimeKind
}

/** A time by the page's own zone; a script writes it by that of whoever reads. Without a kind: the hour, and the day where it is another. */
export function Time({ view, ms, kind }: TimeProps) {
  const { page, words } = view
  const where = { locale: words.locale, timeZone: page.timeZone }
  const shown = kind ?? (dateOf(ms, page.timeZone) === page.today ? 'time' : 'moment')
  return (
    <time class={shown === 'day' ? undefined : 'num'} datetime={new Date(ms).toISOString()} data-time={shown}>
      {timeText(ms, shown, where)}
    </time>
  )
}

/** How long something that lasts has lasted when the page was last found to be true. A script counts on. */
export function Lasting({ view, sinceMs }: { view: PageView; sinceMs: number }): Child {
  const seconds = wholeMinutes(view.updatedAtMs - sinceMs)
  return (
    <span class="num" data-since={new Date(sinceMs).toISOString()}>
      {durationText(seconds, view.words.days.units)}
    </span>
  )
}

/** What lasts is told by minutes: seconds would be wrong before they are read. */
export function wholeMinutes(ms: number): number {
  return Math.max(1, Math.floor(ms / 60_000)) * 60
}

/** What the zone of the times is called. */
export function Zone({ view, ms }: { view: PageView; ms: number }) {
  const { page, words } = view
  return (
    <span data-zone={new Date(ms).toISOString()}>
      {zoneName(ms, { locale: words.locale, timeZone: page.timeZone })}
    </span>
  )
}
