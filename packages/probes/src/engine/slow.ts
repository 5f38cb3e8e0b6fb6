import type { SlowMs } from '@repo/contracts/specs/fields'
import type { OutcomeCode, Phases } from '@repo/domain/outcome'
import type { Failure } from './failure.ts'
import { limits } from './limits.ts'
import { readableMs } from './readable.ts'

const questions: readonly (readonly [keyof SlowMs, OutcomeCode, string])[] = [
  ['dns', 'SLOW_DNS', 'DNS took'],
  ['connect', 'SLOW_CONNECT', 'TCP: connecting took'],
  ['tls', 'SLOW_TLS', 'TLS: the handshake took'],
  ['firstByte', 'SLOW_FIRST_BYTE', 'Response: the first byte took'],
  ['total', 'SLOW_RESPONSE', 'The whole check took'],
]

/** What a check that passed took too long for. The first phase that was too slow speaks: what follows it had to wait. */
export function slowRemark(phases: Phases, slowMs: SlowMs | undefined): Failure | null {
  for (const [phase, code, text] of questions) {
    const limitMs = slowMs?.[phase] ?? (phase === 'connect' ? limits.slowConnectMs : undefined)
    const tookMs = (phases[phase] ?? 0) / 1_000
    if (limitMs === undefined || tookMs <= limitMs) continue
    return { code, text: `${text} ${readableMs(tookMs)}, more than ${readableMs(limitMs)}` }
  }
  return null
}
