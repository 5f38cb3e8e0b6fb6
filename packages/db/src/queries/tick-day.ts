const DAY_MS = 86_400_000

/** Days are counted from 1970, in UTC. */
export function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The partition of a day. */
export function dayName(day: number): string {
  return `tick_${isoDay(day).replaceAll('-', '')}`
}

/**
 * Charts are read from the index alone, but only where the server knows that everybody sees the rows: that is noted when a table
 * is vacuumed, and by itself a growing one is only after each fifth.
 */
export const dayStorage = 'with (autovacuum_vacuum_insert_scale_factor = 0.02)'
