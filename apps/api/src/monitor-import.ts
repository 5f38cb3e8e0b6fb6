import type { CheckSpec } from '@repo/contracts/check-spec'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { isSecretSet, mapSecrets, type ShownSpec } from '@repo/contracts/spec-secrets'
import type { ImportedMonitor, importAnswerSchema } from '@repo/contracts/transfer'
import type { Plans } from '@repo/contracts/transfer-plans'
import type { Sql } from '@repo/db/database'
import { pauseMonitors } from '@repo/db/queries/monitor-moves'
import { createMonitors, type NewMonitor } from '@repo/db/queries/monitors'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import type { Region } from '@repo/domain/region'
import { missingSecret } from '@repo/secrets/sealed-text'
import type { Context } from 'hono'
import type { z } from 'zod'
import { record } from './access/audit.ts'
import type { Asked } from './access/guard.ts'
import { inTenant } from './access/tenant.ts'
import type { ApiDeps } from './deps.ts'
import { withMissing } from './missing-secrets.ts'
import { listAll } from './monitor-export.ts'
import { keepLimits, makeNew } from './monitor-writing.ts'
import { announceChanges, chooseRegions, targetKey } from './monitors.ts'
import { importPlans } from './plan-import.ts'
import { AppError } from './problems.ts'
import { atRest } from './workspace-limits.ts'

export interface ImportAsked {
  readonly monitors: readonly ImportedMonitor[]
  readonly skipExisting: boolean
  readonly isDryRun: boolean
  readonly plans: Plans
}

interface Made {
  readonly monitor: NewMonitor
  readonly isPaused: boolean
  /** Secrets that were not in the document; it is paused until they are set. */
  readonly missing: readonly string[]
}

/** Creates the monitors of a document, or says what it would do. @throws AppError where one of them cannot be. */
export async function importMonitors(
  deps: ApiDeps,
  context: Context<Asked>,
  { monitors, skipExisting, isDryRun, plans }: ImportAsked,
): Promise<z.output<typeof importAnswerSchema>> {
  const { workspaceId } = context.get('principal')
  await chooseRegions(deps, [...new Set(monitors.flatMap(({ regions }) => regions ?? []))])
  const all = monitors.map((monitor, index) => make(deps, monitor, { workspaceId, path: `monitors.${index}.spec` }))
  const { made, planned } = await inTenant(deps, context, async (sql) => {
    const existing = skipExisting ? await findExisting(sql, workspaceId, all) : new Map<Made, MonitorId>()
    const wanted = all.filter((one) => !existing.has(one))
    await keepLimits(deps, sql, { workspaceId, added: wanted.map((one) => (one.isPaused ? atRest : one.monitor)) })
    if (!isDryRun && wanted.length > 0) {
      await save(deps, sql, { workspaceId, made: wanted })
      const ids = wanted.map(({ monitor }) => monitor.id)
      await record(sql, context, { action: 'monitor.bulk_imported', subjectId: null, after: { ids } })
    }
    const places = all.map((one) => existing.get(one) ?? one.monitor.id)
    const planned = await importPlans(deps, context, { sql, plans, places, skipExisting, isDryRun })
    return { made: wanted, planned }
  })
  const ids = made.map(({ monitor }) => monitor.id)
  if (!isDryRun)
    announceChanges(
      deps,
      { workspaceId, ids },
      ids.map((monitorId) => ({ type: 'monitor.changed', monitorId })),
    )
  return {
    dryRun: isDryRun,
    created: made.length,
    skipped: all.length - made.length,
    ...planned,
    incomplete: made
      .filter(({ missing }) => missing.length > 0)
      .map(({ monitor, missing }) => ({ id: monitor.id, name: monitor.name, fields: [...missing] })),
  }
}

async function save(
  { clock }: ApiDeps,
  sql: Sql,
  { workspaceId, made }: { workspaceId: WorkspaceId; made: readonly Made[] },
): Promise<void> {
  const nowMs = clock.nowMs()
  await createMonitors(
    sql,
    made.map(({ monitor }) => monitor),
    nowMs,
  )
  const ids = made.filter(({ isPaused }) => isPaused).map(({ monitor }) => monitor.id)
  if (ids.length > 0) await pauseMonitors(sql, { workspaceId, ids }, nowMs)
}

function make(
  deps: ApiDeps,
  { spec: shown, paused, regions, ...asked }: ImportedMonitor,
  { workspaceId, path }: { workspaceId: WorkspaceId; path: string },
): Made {
  const missing: string[] = []
  const spec = mapSecrets<ShownSpec>(shown, (secret, place) => {
    if (!isSecretSet(secret)) return secret
    missing.push(place.path)
    return missingSecret
  }) as CheckSpec
  const sealed = makeNew(
    deps,
    { ...asked, spec },
    { workspaceId, regions: (regions as Region[] | undefined) ?? deps.regions, path },
  )
  const monitor = { ...sealed, spec: withMissing(sealed.spec as CheckSpec, missing) }
  refuseUnreadable(monitor.spec, path)
  return { monitor, isPaused: paused || missing.length > 0, missing: missing.map((place) => `spec.${place}`) }
}

/** A mark may stand where no secret can be, such as in a harmless header. */
function refuseUnreadable(spec: unknown, path: string): void {
  const parsed = storedSpecSchema.safeParse(spec)
  if (parsed.success) return
  const errors = parsed.error.issues.map((issue) => ({
    field: [path, ...issue.path].join('.'),
    message: issue.message,
  }))
  throw new AppError('invalid_body', `${errors[0]?.field}: ${errors[0]?.message}`, { errors })
}

/** Those that the workspace has already, or that came before in the document, each with the monitor that it is. */
async function findExisting(sql: Sql, workspaceId: WorkspaceId, all: readonly Made[]): Promise<Map<Made, MonitorId>> {
  const known = new Map<string, MonitorId>()
  for (const { id, name, spec } of await listAll(sql, workspaceId)) {
    const parsed = storedSpecSchema.safeParse(spec)
    if (parsed.success) known.set(keyOf(name, targetKey(parsed.data)), id)
  }
  const existing = new Map<Made, MonitorId>()
  for (const one of all) {
    const key = keyOf(one.monitor.name, one.monitor.target)
    const id = known.get(key)
    if (id) existing.set(one, id)
    else known.set(key, one.monitor.id)
  }
  return existing
}

function keyOf(name: string, target: string): string {
  return JSON.stringify([name, target])
}
