import type { Window } from '@repo/contracts/maintenance'
import type { AppliesTo, Period } from './maintenance-queries.ts'

export interface Conflict extends Period {
  readonly id: string
  readonly name: string
}

/** Each other window that lasts during one of these times and may be of the same monitors, with the first such time of its own. */
export async function findConflicts(
  periods: readonly Period[],
  appliesTo: AppliesTo,
  others: readonly Window[],
): Promise<Conflict[]> {
  const [{ toPeriodJson, toSchedule }, { occurrences }] = await Promise.all([
    import('@repo/contracts/maintenance'),
    import('@repo/domain/maintenance'),
  ])
  return others
    .filter((other) => mayShareMonitors(appliesTo, other.appliesTo))
    .flatMap(({ id, name, schedule }) => {
      const hit = firstHit(periods, (span) => occurrences(toSchedule(schedule), span)[0])
      return hit ? { id, name, ...toPeriodJson(hit) } : []
    })
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
}

function firstHit(periods: readonly Period[], find: (span: Span) => Span | undefined): Span | undefined {
  for (const { startsAt, endsAt } of periods) {
    const hit = find({ fromMs: Date.parse(startsAt), toMs: Date.parse(endsAt) })
    if (hit) return hit
  }
  return undefined
}

/** Which monitors have a tag is not known here: only those that are named one by one can be told apart. */
function mayShareMonitors(a: AppliesTo, b: AppliesTo): boolean {
  if (a.kind !== 'monitors' || b.kind !== 'monitors') return true
  const named = new Set(a.monitorIds)
  return b.monitorIds.some((id) => named.has(id))
}
