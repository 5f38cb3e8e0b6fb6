import { locale } from '@repo/ui/words'

/** Times in the zone of a place, which is often not that of whoever looks. */

export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** `Sun 29 Mar 2026, 03:00`. */
export function zonedMoment(iso: string, timeZone: string): string {
  const parts = partsOf(iso, timeZone)
  return `${parts.weekday} ${parts.day} ${parts.month} ${parts.year}, ${parts.hour}:${parts.minute}`
}

/** `Sun 29 Mar 2026, 03:00–05:00`, with the other day named where it ends on one. */
export function zonedSpan({ startsAt, endsAt }: { startsAt: string; endsAt: string }, timeZone: string): string {
  const [start, end] = [zonedMoment(startsAt, timeZone), zonedMoment(endsAt, timeZone)]
  const [startDay, endDay] = [start.split(',')[0], end.split(',')[0]]
  return startDay === endDay ? `${start}–${end.split(', ')[1]}` : `${start} – ${end}`
}

/** `UTC+2`, as it is at that instant. */
export function offsetText(iso: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(
    Date.parse(iso),
  )
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  return name.replace('GMT', 'UTC').replace('-', '−')
}

/** What a `datetime-local` field shows for an instant. */
export function localInput(ms: number): string {
  const date = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}

function partsOf(iso: string, timeZone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat(locale(), {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return Object.fromEntries(format.formatToParts(Date.parse(iso)).map(({ type, value }) => [type, value]))
}
