import { type ClockWindow, windowAt, windowEdges } from './clock-window.ts'
import { nextCronMs } from './cron.ts'
import { type Period, weekdays } from './maintenance.ts'

/** Who is to be told while they are on call. Layers lie on each other: the topmost that has somebody counts, overrides above all. */
export interface OnCallSchedule {
  readonly id: string
  readonly layers: readonly OnCallLayer[]
  /** Of several at once the one that was made last, which is the last of these, counts. */
  readonly overrides: readonly OnCallOverride[]
}

/** People who take turns. */
export interface OnCallLayer {
  /** Ids of people, in the order of their turns. */
  readonly people: readonly string[]
  /** The day of the first handover, by the clocks of the place: `2026-06-01`. Before it nobody is on call. */
  readonly startsOn: string
  /** A turn lasts for so many days: 1 is daily, 7 is weekly. */
  readonly turnDays: number
  /** `09:00`. */
  readonly handover: string
  readonly timeZone: string
  /** When the layer has anybody at all; always where it is null. */
  readonly only: Omit<ClockWindow, 'timeZone'> | null
}

export interface OnCallOverride extends Period {
  readonly userId: string
}

/** Somebody who is on call without a break; null is nobody. */
export interface OnCallShift extends Period {
  readonly userId: string | null
}

export const onCallLimits = { layers: 10, people: 50, turnDays: 366, overrides: 200, schedules: 100 } as const

const DAY_MS = 86_400_000

/** Who is on call at an instant; undefined where nobody is. */
export function whoIsOnCall({ layers, overrides }: OnCallSchedule, atMs: number): string | undefined {
  const override = overrides.findLast(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
  if (override) return override.userId
  for (const layer of layers.toReversed()) {
    const userId = turnOf(layer, atMs)
    if (userId !== undefined) return userId
  }
  return undefined
}

/** The shifts of a span, in order and without gaps; the first and the last are cut at its ends. */
export function shiftsOf(schedule: OnCallSchedule, span: Period): OnCallShift[] {
  const edges = new Set([span.fromMs, ...schedule.layers.flatMap((layer) => edgesOf(layer, span))])
  for (const { fromMs, toMs } of schedule.overrides) edges.add(fromMs).add(toMs)
  const inside = [...edges].filter((ms) => ms >= span.fromMs && ms < span.toMs).toSorted((a, b) => a - b)
  const shifts: OnCallShift[] = []
  for (const [place, fromMs] of inside.entries()) {
    const userId = whoIsOnCall(schedule, fromMs) ?? null
    const toMs = inside[place + 1] ?? span.toMs
    const last = shifts.at(-1)
    if (last?.userId === userId) shifts[shifts.length - 1] = { ...last, toMs }
    else shifts.push({ userId, fromMs, toMs })
  }
  return shifts
}

function turnOf(layer: OnCallLayer, atMs: number): string | undefined {
  const { people, startsOn, turnDays, timeZone, only } = layer
  if (only && !windowAt({ ...only, timeZone }, atMs)) return undefined
  const handoverMs = lastHandover(layer, atMs)
  if (handoverMs === undefined) return undefined
  const days = Math.round((Date.parse(dayOf(handoverMs, timeZone)) - Date.parse(startsOn)) / DAY_MS)
  return days < 0 ? undefined : people[Math.floor(days / turnDays) % people.length]
}

/** The hour of the handover as it came last: once each day, also where clocks are changed. */
function lastHandover(layer: OnCallLayer, atMs: number): number | undefined {
  const daily = dailyOf(layer)
  let found: number | undefined
  for (let ms = nextCronMs(daily, atMs - 2 * DAY_MS); ms !== undefined && ms <= atMs; ms = nextCronMs(daily, ms))
    found = ms
  return found
}

function edgesOf(layer: OnCallLayer, span: Period): number[] {
  const daily = dailyOf(layer)
  const edges = layer.only ? windowEdges({ ...layer.only, timeZone: layer.timeZone }, span) : []
  for (let ms = nextCronMs(daily, span.fromMs); ms !== undefined && ms < span.toMs; ms = nextCronMs(daily, ms))
    edges.push(ms)
  return edges
}

function dailyOf({ handover, timeZone }: OnCallLayer) {
  const [hour, minute] = handover.split(':').map(Number)
  return { expression: `${minute} ${hour} * * ${weekdays.join(',')}`, timeZone }
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** The date of an instant by the clocks of a place: `2026-06-01`. */
function dayOf(ms: number, timeZone: string): string {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
    formats.set(timeZone, format)
  }
  return format.format(ms)
}
