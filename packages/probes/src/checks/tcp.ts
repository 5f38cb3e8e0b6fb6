import type { TcpSpec } from '@repo/contracts/specs/socket'
import type { Outcome } from '@repo/domain/outcome'
import type { ProbeDeps } from '../probe-deps.ts'

export function probeTcp(_spec: TcpSpec, _deps: ProbeDeps, _signal: AbortSignal): Promise<Outcome> {
  throw new Error('not built yet')
}
