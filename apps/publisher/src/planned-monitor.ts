import { type CheckSpec, checkSpecSchema } from '@repo/contracts/check-spec'
import type { ScheduledMonitor } from '@repo/db/queries/schedule'
import { parseRegion } from '@repo/domain/region'
import type { PlannedMonitor } from './schedule.ts'

/** Parts of specifications that are the same for many monitors; beyond this, each has its own. */
const SHARED = 10_000
const shared = new Map<string, unknown>()

/**
 * A row as the schedule holds it, or undefined where it is malformed: one such row is left out and never stops the others.
 * Of a million monitors most have the same headers, statuses and limits: these are kept once.
 */
export function readPlanned(row: ScheduledMonitor): PlannedMonitor | undefined {
  const spec = checkSpecSchema.safeParse(row.spec)
  if (!spec.success) return undefined
  try {
    const regions = share(row.regions).map(parseRegion)
    return { ...row, regions: share(regions), spec: slim(spec.data) }
  } catch {
    return undefined
  }
}

function slim(spec: CheckSpec): CheckSpec {
  const entries = Object.entries(spec).map(([name, value]) => [
    name,
    typeof value === 'object' && value !== null ? share(value) : value,
  ])
  return Object.fromEntries(entries) as CheckSpec
}

function share<Part extends object>(part: Part): Part {
  const text = JSON.stringify(part)
  const known = shared.get(text)
  if (known) return known as Part
  if (shared.size < SHARED && text.length < 1_000) shared.set(text, part)
  return part
}
