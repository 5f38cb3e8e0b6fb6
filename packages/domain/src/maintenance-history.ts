import { mergePeriods, type Period } from './maintenance.ts'
import type { Status } from './status.ts'

/** What was said of a monitor from an instant on, until the next of them. */
export interface Piece {
  readonly status: Status
  readonly beganAtMs: number
}

export interface Maintained {
  readonly sinceMs: number
  readonly untilMs: number
}

/** The last part of what was said of a monitor, and, of one under maintenance, what would have been said since that began. */
export interface History {
  readonly shown: readonly Piece[]
  readonly beneath: readonly Piece[]
  /** Null where it is not under maintenance. */
  readonly maintained: Maintained | null
}

/**
 * Carries out what was planned up to now: each maintenance begins and ends at its very instant, however late this is done, and what
 * was said of that time is told anew. Where one that goes on is not planned any more it ends now. A monitor that is paused stays so.
 */
export function keepMaintenance(history: History, planned: readonly Period[], nowMs: number): History {
  const { maintained } = history
  const lasting = maintained && { fromMs: maintained.sinceMs, toMs: Math.min(maintained.untilMs, nowMs) }
  let kept = history
  for (const period of mergePeriods(lasting ? [lasting, ...planned] : planned)) {
    if (period.fromMs > nowMs) break
    if (!kept.maintained) kept = enter(kept, period)
    if (kept.maintained)
      kept =
        period.toMs <= nowMs
          ? leave(kept, period.toMs)
          : { ...kept, maintained: { ...kept.maintained, untilMs: period.toMs } }
  }
  return kept
}

/** Nothing is said of the time before there was a monitor. */
function enter({ shown }: History, { fromMs, toMs }: Period): History {
  const sinceMs = Math.max(fromMs, shown[0]?.beganAtMs ?? fromMs)
  if (sinceMs >= toMs) return { shown, beneath: [], maintained: null }
  const beneath = onFrom(shown, sinceMs)
  const covered = beneath.map(
    (piece): Piece => (piece.status === 'paused' ? piece : { ...piece, status: 'maintenance' }),
  )
  return { shown: joined([...before(shown, sinceMs), ...covered]), beneath, maintained: { sinceMs, untilMs: toMs } }
}

function leave({ shown, beneath }: History, atMs: number): History {
  return { shown: joined([...before(shown, atMs), ...onFrom(beneath, atMs)]), beneath: [], maintained: null }
}

function before(pieces: readonly Piece[], ms: number): Piece[] {
  return pieces.filter(({ beganAtMs }) => beganAtMs < ms)
}

/** From an instant on, beginning with what was being said then. */
function onFrom(pieces: readonly Piece[], ms: number): Piece[] {
  const current = pieces.findLast(({ beganAtMs }) => beganAtMs <= ms)
  const later = pieces.filter(({ beganAtMs }) => beganAtMs > ms)
  return current ? [{ ...current, beganAtMs: ms }, ...later] : later
}

/** Two of which the later says the same are one. */
function joined(pieces: readonly Piece[]): Piece[] {
  return pieces.filter(({ status }, place) => status !== pieces[place - 1]?.status)
}
