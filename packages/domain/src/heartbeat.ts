import { type CronSchedule, nextCronMs } from './cron.ts'

/** What watches for silence: when a job tells of itself, and how late it may be. */
export interface HeartbeatPlan {
  readonly schedule: { readonly kind: 'period'; readonly seconds: number } | ({ readonly kind: 'cron' } & CronSchedule)
  /** How much later than expected a ping may come. */
  readonly graceSeconds: number
  /** How long a run may take, from its start to its end; null where nobody minds. */
  readonly maxRunSeconds: number | null
}

/** A run that has begun and not ended. Runs that overlap are told apart by the ids that they were given. */
export interface Run {
  readonly runId: string | null
  readonly startedAtMs: number
}

/** What is known of a job. */
export interface HeartbeatStand {
  /** Since when the present plan applies. */
  readonly scheduleFromMs: number
  /** When a run last ended, well or badly. */
  readonly lastFinishedMs: number | null
  /** Up to where silence has been judged already. */
  readonly missedMs: number | null
  /** The one that began first stands first. */
  readonly runs: readonly Run[]
}

/** `log` says nothing about the job: it is kept to be read. */
export const pingKinds = ['success', 'start', 'fail', 'log'] as const
export type PingKind = (typeof pingKinds)[number]

export interface Ping {
  readonly kind: PingKind
  readonly atMs: number
  readonly runId: string | null
}

/** Beyond it, the run that began first is forgotten. */
const runsKept = 32

/** What is known after a ping, and how long the run took that it ended: null where nobody said when that began. */
export function applyPing(
  stand: HeartbeatStand,
  { kind, atMs, runId }: Ping,
): { readonly stand: HeartbeatStand; readonly durationMs: number | null } {
  if (kind === 'log') return { stand, durationMs: null }
  const others = stand.runs.filter((run) => run.runId !== runId)
  if (kind === 'start') {
    const runs = [...others, { runId, startedAtMs: atMs }].slice(-runsKept)
    return { stand: { ...stand, runs }, durationMs: null }
  }
  const ended = stand.runs.find((run) => run.runId === runId)
  return {
    stand: { ...stand, lastFinishedMs: atMs, runs: others },
    durationMs: ended ? Math.max(0, atMs - ended.startedAtMs) : null,
  }
}

/** A ping that did not come. It could have come from `expectedMs` on, and was waited for until `dueMs`. */
export interface Silence {
  readonly code: 'HEARTBEAT_OVERDUE' | 'HEARTBEAT_TOO_LONG'
  readonly expectedMs: number
  readonly dueMs: number
}

/**
 * The next silence, unless a ping comes before; undefined where nothing is waited for: a job that never told of itself has not
 * been set up yet. Whoever says how long a run may take is told by that while one is under way, and by the schedule otherwise.
 */
export function nextSilence(plan: HeartbeatPlan, stand: HeartbeatStand): Silence | undefined {
  const { graceSeconds, maxRunSeconds } = plan
  const { runs, lastFinishedMs, missedMs, scheduleFromMs } = stand
  const [oldest] = runs
  if (oldest && maxRunSeconds !== null) {
    const expectedMs = Math.max(oldest.startedAtMs, scheduleFromMs)
    return { code: 'HEARTBEAT_TOO_LONG', expectedMs, dueMs: expectedMs + maxRunSeconds * 1_000 }
  }
  const known = [lastFinishedMs, missedMs].filter((ms) => ms !== null)
  const heardMs = known.length > 0 ? Math.max(...known) : oldest?.startedAtMs
  if (heardMs === undefined) return undefined
  const expectedMs = nextExpectedMs(plan, Math.max(heardMs, scheduleFromMs))
  if (expectedMs === undefined) return undefined
  return { code: 'HEARTBEAT_OVERDUE', expectedMs, dueMs: expectedMs + graceSeconds * 1_000 }
}

/** What is known once a silence was judged at `nowMs`. What was missed meanwhile as well leaves a gap: it is not made up for. */
export function afterSilence(
  { graceSeconds }: Pick<HeartbeatPlan, 'graceSeconds'>,
  stand: HeartbeatStand,
  { silence, nowMs }: { silence: Silence; nowMs: number },
): HeartbeatStand {
  if (silence.code === 'HEARTBEAT_TOO_LONG') return { ...stand, missedMs: silence.dueMs, runs: stand.runs.slice(1) }
  return { ...stand, missedMs: Math.max(silence.expectedMs, nowMs - graceSeconds * 1_000) }
}

/** About how long it is from one ping to the next, for what counts in intervals: a day at most. */
export function usualIntervalMs(schedule: HeartbeatPlan['schedule']): number {
  if (schedule.kind === 'period') return Math.min(schedule.seconds * 1_000, DAY_MS)
  const firstMs = nextCronMs(schedule, 0) ?? 0
  return Math.min((nextCronMs(schedule, firstMs) ?? Number.POSITIVE_INFINITY) - firstMs, DAY_MS)
}

const DAY_MS = 86_400_000

function nextExpectedMs({ schedule }: HeartbeatPlan, afterMs: number): number | undefined {
  return schedule.kind === 'period' ? afterMs + schedule.seconds * 1_000 : nextCronMs(schedule, afterMs)
}
