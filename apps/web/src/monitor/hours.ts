import type { Series } from '@repo/contracts/ticks'

/** An hour on the clock of the person who looks. */
export interface Hour {
  readonly date: string
  readonly hour: number
  readonly atMs: number
  readonly checks: number
  readonly down: number
  readonly p95Ms: number | null
}

/** Oldest first. The hour that comes twice where clocks are set back is one, with the slower of both. */
export function hoursOf({ buckets }: Pick<Series, 'buckets'>): Hour[] {
  const hours = new Map<string, Hour>()
  for (const { at, checks, down, p95Ms } of buckets) {
    const time = new Date(at)
    const date = `${time.getFullYear()}-${time.getMonth() + 1}-${time.getDate()}`
    const key = `${date} ${time.getHours()}`
    const known = hours.get(key)
    hours.set(key, {
      date,
      hour: time.getHours(),
      atMs: known?.atMs ?? time.getTime(),
      checks: checks + (known?.checks ?? 0),
      down: down + (known?.down ?? 0),
      p95Ms: slower(p95Ms, known?.p95Ms ?? null),
    })
  }
  return [...hours.values()]
}

function slower(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

export function slowestHour(hours: readonly Hour[]): Hour | undefined {
  return hours.filter(({ p95Ms }) => p95Ms !== null).toSorted((a, b) => (b.p95Ms ?? 0) - (a.p95Ms ?? 0))[0]
}
