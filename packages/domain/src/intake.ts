import type { Silence } from './heartbeat.ts'

/** From when until when one of our processes took pings and kept them, without a break that it knows of. */
export interface Intake {
  readonly beganAtMs: number
  /** Every ping that came to it before is stored. */
  readonly throughMs: number
  /** Whether it may still have a ping that came before now. */
  readonly isLiving: boolean
}

/** So long before the end one of us must have been there without a break: then pings come that are only just in time. */
const endPartMs = 10_000
/** Breaks of so long altogether are those of a restart: whoever pings tries again. */
const restartsMs = 15_000

/**
 * What a silence means. `wait`: a ping that came in time may not be stored yet. `silent`: it would have been heard.
 * `unwatched`: we were not there to hear it, and nothing is known of the job.
 */
export function judgeSilence(
  { expectedMs, dueMs }: Pick<Silence, 'expectedMs' | 'dueMs'>,
  intakes: readonly Intake[],
): 'wait' | 'silent' | 'unwatched' {
  if (intakes.some(({ isLiving, throughMs }) => isLiving && throughMs < dueMs)) return 'wait'
  const endPartFromMs = Math.max(dueMs - endPartMs, Math.min(expectedMs, dueMs))
  const hasHeardEnd = intakes.some(({ beganAtMs, throughMs }) => beganAtMs <= endPartFromMs && throughMs >= dueMs)
  if (!hasHeardEnd) return 'unwatched'
  return unheardMs(intakes, { fromMs: expectedMs, toMs: dueMs }) <= restartsMs ? 'silent' : 'unwatched'
}

/** How much of a window lies in none of the intakes. */
function unheardMs(intakes: readonly Intake[], { fromMs, toMs }: { fromMs: number; toMs: number }): number {
  let heardToMs = fromMs
  let unheard = 0
  for (const { beganAtMs, throughMs } of intakes.toSorted((a, b) => a.beganAtMs - b.beganAtMs)) {
    if (beganAtMs >= toMs) break
    unheard += Math.max(0, beganAtMs - heardToMs)
    heardToMs = Math.max(heardToMs, throughMs)
  }
  return unheard + Math.max(0, toMs - heardToMs)
}
