import type { CheckSpec } from '@repo/contracts/check-spec'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import type { ScheduledMonitor } from '@repo/db/queries/schedule'
import type { WorkspaceId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import type { PlannedMonitor } from './schedule.ts'

/** Parts of specifications that are the same for many monitors; beyond this, each has its own. */
const SHARED = 10_000
const shared = new Map<string, unknown>()
const workspaces = new Map<string, WorkspaceId>()

/**
 * A row as the schedule holds it, or undefined where it is malformed: one such row is left out and never stops the others.
 * Of a million monitors most have the same headers, statuses and limits: these are kept once. Secrets stay sealed.
 */
export function readPlanned(row: ScheduledMonitor): PlannedMonitor | undefined {
  const spec = storedSpecSchema.safeParse(row.spec)
  if (!spec.success) return undefined
  try {
    const regions = share(row.regions).map(parseRegion)
    return { ...row, workspaceId: shareText(row.workspaceId), regions: share(regions), spec: slim(spec.data) }
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

function shareText(id: WorkspaceId): WorkspaceId {
  const known = workspaces.get(id)
  if (known !== undefined) return known
  if (workspaces.size < SHARED) workspaces.set(id, id)
  return id
}
