import { type CheckSpec, checkSpecSchema } from '@repo/contracts/check-spec'
import type { LiveEvent } from '@repo/contracts/live'
import { changedAtOnce } from '@repo/contracts/monitor-changed'
import type { Monitor } from '@repo/contracts/monitors'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { maskSpec } from '@repo/contracts/spec-secrets'
import { targetOf } from '@repo/contracts/spec-target'
import { normalUrl } from '@repo/contracts/specs/http'
import { isoTime, isoTimeOrNull, usToMs } from '@repo/contracts/ticks'
import { isProbed } from '@repo/contracts/watched-by'
import { listConsumers } from '@repo/db/queries/consumers'
import { type StoredMonitor, shownStatus } from '@repo/db/queries/monitors'
import { listRegions } from '@repo/db/queries/regions'
import { recentMarks, type TickMark } from '@repo/db/queries/ticks'
import { gridOf, nextSlotMs } from '@repo/domain/grid'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import { monitorLimits } from '@repo/domain/limits'
import { parseRegion, pingRegion, type Region } from '@repo/domain/region'
import type { ApiDeps } from './deps.ts'
import { AppError } from './problems.ts'

const DAY_MS = 86_400_000

/**
 * Monitors as the API gives them, each with its last ticks, by one further query for all of them: the more are asked for, the
 * dearer.
 */
export async function toMonitorsJson(
  { sql, clock }: Pick<ApiDeps, 'sql' | 'clock'>,
  monitors: readonly StoredMonitor[],
  recent: number,
): Promise<Monitor[]> {
  const nowMs = clock.nowMs()
  // The last one is always shown.
  const marksShown = Math.max(1, recent)
  const windows = monitors.map(({ monitorKey, intervalMs }) => ({
    monitorKey,
    sinceMs: nowMs - intervalMs * marksShown - DAY_MS,
    // The days ahead are made already: they need not be looked into.
    untilMs: nowMs + DAY_MS,
  }))
  const marks = await recentMarks(sql, windows, marksShown)
  return monitors.map((monitor) => {
    const shown = (marks.get(monitor.monitorKey) ?? []).map(toMarkJson)
    const json = toMonitorJson(monitor, nowMs)
    return { ...json, last: shown.at(-1) ?? null, recent: recent === 0 ? [] : shown }
  })
}

function toMonitorJson(monitor: StoredMonitor, nowMs: number): Omit<Monitor, 'last' | 'recent'> {
  const { state, pausedAtMs } = monitor
  const spec = storedSpecSchema.safeParse(monitor.spec)
  const isPaused = pausedAtMs !== null
  const status = shownStatus(monitor)
  const isWatched = status !== 'paused' && status !== 'maintenance'
  const next = nextSlotMs(gridOf(monitor.id, monitor.intervalMs), nowMs)
  return {
    id: monitor.id,
    name: monitor.name,
    spec: maskSpec(spec.data ?? unreadableSpec),
    intervalSeconds: monitor.intervalMs / 1_000,
    regions: [...monitor.regions],
    tags: [...monitor.tags],
    policy: monitor.policy,
    mutedRegions: [...monitor.mutedRegions],
    version: monitor.version,
    status: isWatched && !spec.success ? 'unknown' : status,
    since: isoTimeOrNull(pausedAtMs ?? state.maintenance?.sinceMs ?? state.sinceMs),
    cause: isWatched ? (spec.success ? state.cause : unreadableCause(monitor)) : null,
    agreement: { failing: state.failing, reporting: state.reporting, configured: monitor.regions.length },
    figures: toFiguresJson(monitor.figures),
    nextCheckAt: isPaused || !isProbed(spec.data ?? unreadableSpec) ? null : isoTime(next),
    createdAt: isoTime(monitor.createdAtMs),
  }
}

function toFiguresJson({ p95Us, ...uptimes }: StoredMonitor['figures']): Monitor['figures'] {
  return { ...uptimes, p95Ms: usToMs(p95Us) }
}

function toMarkJson(mark: TickMark): Monitor['recent'][number] {
  return {
    region: mark.region,
    scheduledAt: isoTime(mark.scheduledAtMs),
    verdict: mark.verdict,
    responseTimeMs: usToMs(mark.total),
  }
}

/** One row that somebody has spoilt must not hide all others: it is shown with what is to be done about it. */
const unreadableSpec: CheckSpec = checkSpecSchema.parse({ kind: 'http', url: 'https://unreadable.invalid/' })

function unreadableCause({ regions }: StoredMonitor): Monitor['cause'] {
  const message = 'its specification cannot be read, so it is not checked: set what it checks anew'
  return { code: 'PROBE_ERROR', message, region: regions[0] ?? '' }
}

/** What a check looks at, in the one spelling by which two monitors are the same. */
export function targetKey(spec: CheckSpec): string {
  return spec.kind === 'http' ? normalUrl(spec.url) : `${spec.kind} ${targetOf(spec)}`
}

/** A monitor that nobody named is called by its host and path, or by whatever it looks at. */
export function defaultName(spec: CheckSpec): string {
  const target = targetOf(spec)
  if (spec.kind !== 'http') return target.slice(0, monitorLimits.nameLength)
  const { host, pathname } = new URL(target)
  return `${host}${pathname}`.replace(/\/$/, '').slice(0, monitorLimits.nameLength)
}

/** The regions that were asked for, or all of the instance's. @throws AppError `invalid_body` for one that is not known. */
export async function chooseRegions(
  { sql, regions }: Pick<ApiDeps, 'sql' | 'regions'>,
  asked: readonly string[] | undefined,
): Promise<readonly Region[]> {
  if (!asked) return regions
  const known = new Set(await knownRegions({ sql, regions }))
  // What tells of itself has this one, and whoever wants another monitor checked from there is told so later.
  const unknown = asked.find((name) => name !== pingRegion && !known.has(parseRegion(name)))
  if (unknown !== undefined) {
    const message = `there is no region "${unknown}"; there are: ${[...known].join(', ')}`
    throw new AppError('invalid_body', message, { errors: [{ field: 'regions', message }] })
  }
  return asked.map(parseRegion)
}

/** The configured regions, every other where a consumer works, and every other that ticks ever came from. */
export async function knownRegions({ sql, regions }: Pick<ApiDeps, 'sql' | 'regions'>): Promise<Region[]> {
  const [ticked, seen] = await Promise.all([listRegions(sql), listConsumers(sql, 0)])
  const all = new Set([...regions, ...seen.map(({ region }) => region), ...ticked])
  // Pings come from no place of ours.
  all.delete(pingRegion)
  return [...all]
}

/**
 * Tells the publishers and those who watch of changes that are committed, and waits for neither: whoever made them is not
 * held up while Redis is away. Both find it out by themselves if this fails. What was kept of the list is of the past before
 * this returns.
 */
export function announceChanges(
  { changes, live, log, answers }: Pick<ApiDeps, 'changes' | 'live' | 'log' | 'answers'>,
  { workspaceId, ids }: { workspaceId: WorkspaceId; ids: readonly MonitorId[] },
  events: readonly LiveEvent[],
): void {
  answers.forget(workspaceId)
  if (ids.length === 0) return
  const parts = partsOf(ids, changedAtOnce).map((monitorIds) => changes.publish({ monitorIds }))
  Promise.all([...parts, live.publish({ workspaceId, events })]).catch((err: unknown) =>
    log.warn({ err, monitorId: ids[0] }, 'a change could not be announced'),
  )
}

function partsOf<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  )
}

export function announceChange(
  deps: Pick<ApiDeps, 'changes' | 'live' | 'log' | 'answers'>,
  { id, workspaceId }: { id: MonitorId; workspaceId: WorkspaceId },
  events: readonly LiveEvent[],
): void {
  announceChanges(deps, { workspaceId, ids: [id] }, events)
}
