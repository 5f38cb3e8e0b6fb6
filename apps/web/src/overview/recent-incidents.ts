import type { Incident } from '@repo/contracts/incidents'
import { useInfiniteQuery } from '@tanstack/react-query'
import { incidentsQuery } from '../api/incident-queries.ts'

/** For so long a monitor that came back is named as such. */
export const RECOVERED_MS = 5 * 60_000

const newest = { limit: '50' }

/** The newest incidents of the workspace; several panels read them, and they are asked for once. */
export function useRecentIncidents() {
  return useInfiniteQuery({ ...incidentsQuery(newest), select: ({ pages }) => pages.flatMap((page) => page.items) })
}

/** Those whose monitor came back by itself within the last minutes, one of each monitor, the latest first. */
export function recoveredLately(incidents: readonly Incident[], nowMs: number): Incident[] {
  const ended = incidents
    .filter(({ endedAt, resolution, mergedInto }) => endedAt !== null && resolution === 'recovered' && !mergedInto)
    .filter(({ endedAt }) => nowMs - endMs(endedAt) < RECOVERED_MS)
    .toSorted((a, b) => endMs(b.endedAt) - endMs(a.endedAt))
  const open = new Set(incidents.filter(({ endedAt }) => endedAt === null).map(({ monitor }) => monitor.id))
  const seen = new Set<string>()
  return ended.filter(({ monitor }) => {
    const isNew = !seen.has(monitor.id) && !open.has(monitor.id)
    seen.add(monitor.id)
    return isNew
  })
}

/** Those that lasted at some time since then. */
export function lastedSince(incidents: readonly Incident[], sinceMs: number): Incident[] {
  return incidents.filter(({ endedAt }) => endedAt === null || endMs(endedAt) >= sinceMs)
}

/** When the last of them ended; undefined where one lasts, or there is none. */
export function lastEnd(incidents: readonly Incident[]): string | undefined {
  if (incidents.some(({ endedAt }) => endedAt === null)) return undefined
  return incidents.map(({ endedAt }) => endedAt ?? '').toSorted((a, b) => endMs(b) - endMs(a))[0]
}

function endMs(endedAt: string | null): number {
  return endedAt === null ? Number.POSITIVE_INFINITY : Date.parse(endedAt)
}
