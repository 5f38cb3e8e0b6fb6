import type { DnsSpec } from '@repo/contracts/specs/names'
import type { Outcome } from '@repo/domain/outcome'
import type { ProbeDeps } from '../probe-deps.ts'

export function probeDns(_spec: DnsSpec, _deps: ProbeDeps, _signal: AbortSignal): Promise<Outcome> {
  throw new Error('not built yet')
}
