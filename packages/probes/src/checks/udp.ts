import type { UdpSpec } from '@repo/contracts/specs/socket'
import type { Outcome } from '@repo/domain/outcome'
import type { ProbeDeps } from '../probe-deps.ts'

export function probeUdp(_spec: UdpSpec, _deps: ProbeDeps, _signal: AbortSignal): Promise<Outcome> {
  throw new Error('not built yet')
}
