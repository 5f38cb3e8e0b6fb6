import type { PingKind, Silence } from './heartbeat.ts'
import { bareOutcome, noPhases, type Outcome } from './outcome.ts'

/** What a ping tells of the end of a run. */
export interface Told {
  readonly kind: PingKind
  readonly exitCode: number | null
  /** How long the run took, as we measured it, or as the job says; null where nobody knows. */
  readonly durationMs: number | null
  /** Its first words: why it failed. */
  readonly words: string
}

/** What its column and every chart can hold. */
const MOST_US = 2_147_483_647

/** The outcome of a run that ended, or undefined for a ping that says nothing of an end. */
export function pingOutcome({ kind, exitCode, durationMs, words }: Told): Outcome | undefined {
  const phases = { ...noPhases, total: Math.min(Math.round((durationMs ?? 0) * 1_000), MOST_US) }
  if (kind === 'success') return { ...bareOutcome('up', 'OK', passingPingMessage(phases.total)), phases }
  if (kind !== 'fail') return undefined
  const how = exitCode === null ? 'the job says that it failed' : `the job ended with exit code ${exitCode}`
  return { ...bareOutcome('down', 'HEARTBEAT_FAILED', words === '' ? how : `${how}: ${words}`), phases }
}

/** What is said of a ping without a remark, from what is stored of it. */
export function passingPingMessage(totalUs: number): string {
  return totalUs === 0 ? 'the job told of itself' : `the job was done in ${durationText(totalUs / 1_000)}`
}

/** The outcome of a silence, once it is known what it means. */
export function silenceOutcome(
  { code, expectedMs, dueMs }: Silence,
  { isHeard, lastFinishedMs }: { isHeard: boolean; lastFinishedMs: number | null },
): Outcome {
  if (!isHeard)
    return bareOutcome(
      'unknown',
      'HEARTBEAT_UNWATCHED',
      'nothing is known: we could not take pings when one was expected',
    )
  if (code === 'HEARTBEAT_TOO_LONG')
    return bareOutcome(
      'down',
      code,
      `the run that began at ${timeText(expectedMs)} had not ended after ${durationText(dueMs - expectedMs)}`,
    )
  const last = lastFinishedMs === null ? 'no run has ended yet' : `the last run ended at ${timeText(lastFinishedMs)}`
  return bareOutcome(
    'down',
    code,
    `no ping came: it was expected at ${timeText(expectedMs)} and waited for until ${timeText(dueMs)}; ${last}`,
  )
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.max(1, Math.round(ms))} ms`
  const seconds = Math.round(ms / 1_000)
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const
  return parts.flatMap(([count, unit]) => (count > 0 ? [`${count} ${unit}`] : [])).join(' ')
}
