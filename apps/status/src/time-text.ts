import { keptFormat } from './formats.ts'

/** How the server and the script in the browser write a time; the kind stands in `data-time` of its element. */
const kinds = {
  /** `14:02` */
  time: { hour: '2-digit', minute: '2-digit' },
  /** `27 Nov, 14:02` */
  moment: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  /** `Sunday 29 November` */
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  /** `Sun 29 Nov` */
  shortDay: { weekday: 'short', day: 'numeric', month: 'short' },
  /** `November 2026` */
  month: { month: 'long', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>
export type TimeKind = keyof typeof kinds

function formatOf(kind: TimeKind, { locale, timeZone }: Where): Intl.DateTimeFormat {
  return keptFormat(
    `${kind} ${locale} ${timeZone}`,
    () => new Intl.DateTimeFormat(locale, { ...kinds[kind], timeZone, hourCycle: 'h23' }),
  )
}

export interface Where {
  readonly locale: string
  /** The IANA name; undefined for that of whoever reads. */
  readonly timeZone: string | undefined
}

export function timeText(ms: number, kind: TimeKind, where: Where): string {
  return formatOf(kind, where).format(ms)
}

/** What the zone is called at an instant: `UTC`, `CET`, `GMT+9`. */
export function zoneName(ms: number, { locale, timeZone }: Where): string {
  const format = keptFormat(
    `zone ${locale} ${timeZone}`,
    () => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short', hour: 'numeric' }),
  )
  return format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

/** The day by the midnights of a zone: `2026-11-29`. */
export function dateOf(ms: number, timeZone: string): string {
  // Sweden writes a date as ISO 8601 does.
  const format = keptFormat(
    `date ${timeZone}`,
    () => new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }),
  )
  return format.format(ms)
}
