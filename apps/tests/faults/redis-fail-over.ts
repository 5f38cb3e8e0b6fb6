import { connectionsTo, type RedisFailOver } from '../src/fault-fail-over.ts'
import { troubleOf } from '../src/fault-findings.ts'
import type { Ledger } from '../src/fault-ledger.ts'
import type { Rig } from '../src/fault-rig.ts'

export function theFailOver({ failOver }: Rig): RedisFailOver {
  if (!failOver) throw new Error('this instance has no Sentinels')
  return failOver
}

/** Whoever is still connected to the server that is not the master any more. */
export function stillAtTheFormer({ programs, redis }: Rig): string[] {
  return programs
    .filter(({ program, hasEnded }) => !hasEnded && connectionsTo(redis.port, program.pid) > 0)
    .map(({ name }) => `${name} is still connected to the former master`)
}

/** What the master answered while nobody followed may be gone, and what it held of the second ahead; no more. */
export function lostBeyond(ledger: Ledger): string[] {
  const { beganAtMs } = ledger.fault
  const beyond = ledger.records.filter(
    ({ code, scheduledAtMs }) =>
      code === 'LOST' && (scheduledAtMs < beganAtMs - lostBeforeMs || scheduledAtMs > beganAtMs + lostAfterMs),
  )
  const { gapMs } = troubleOf(ledger)
  return [
    ...(beyond.length > 0
      ? [`${beyond.length} slots are lost that were due long before or after the master went`]
      : []),
    ...(gapMs > leaveWithinMs ? [`checks came to a stand for ${Math.round(gapMs / 1_000)} s`] : []),
  ]
}

/** How long the master goes on answering before it is gone, while its replica hears nothing of it. */
export const unheardMs = 1_000
const lostBeforeMs = 4_000
const lostAfterMs = unheardMs + 1_500
const leaveWithinMs = 15_000
