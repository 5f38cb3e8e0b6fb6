import type { Rig } from '../src/fault-rig.ts'
import { runSql } from './servers.ts'

/** When the targets that come and go fall next, not within the next three seconds: they are well in every other stretch of time. */
export function nextFallMs(flipMs: number, nowMs: number): number {
  return Math.ceil((nowMs + 3_000 - flipMs) / (2 * flipMs)) * 2 * flipMs + flipMs
}

/** What each channel took of all that began with one fall, in the order in which it came: `hook-0: storm, recovered`. */
export async function takenOfFall(rig: Rig, fallsAtMs: number): Promise<string[]> {
  const ofFall = `between to_timestamp(${fallsAtMs / 1_000}) and to_timestamp(${(fallsAtMs + 2 * rig.flipMs) / 1_000})`
  const rows = await runSql(
    rig,
    `select id from storm where created_at ${ofFall} union select id from incident where opened_at ${ofFall}`,
  )
  const keys = new Set(rows.map(({ id }) => id))
  const taken = rig.receiver?.heard.filter(({ dedupKey, isAccepted }) => isAccepted && keys.has(dedupKey)) ?? []
  return rig.channels.map(({ name }) => {
    const events = taken.filter(({ channel }) => channel === name).map(({ event }) => event)
    return `${name}: ${events.join(', ')}`
  })
}

/** A sentence for each channel that took something else than it was to. */
export async function toldOtherwise(rig: Rig, fallsAtMs: number, expected: readonly string[]): Promise<string[]> {
  const taken = await takenOfFall(rig, fallsAtMs)
  return taken.flatMap((one, place) => (one === expected[place] ? [] : [`${one} where ${expected[place]} was to be`]))
}
