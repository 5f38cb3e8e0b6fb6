import { createEgressPolicy } from '../src/egress/egress.ts'
import type { ProbeDeps } from '../src/probe-deps.ts'
import { makeAuthority } from '../testing/certificates.ts'
import { startSilentTarget } from '../testing/silent-target.ts'
import type { FarmTools } from './row.ts'

export async function openTools(): Promise<FarmTools & AsyncDisposable> {
  const [authority, silent] = await Promise.all([makeAuthority(), startSilentTarget()])
  return { authority, silent, [Symbol.asyncDispose]: () => silent.stop() }
}

/** Probes of the farm may reach loopback, and find every name there unless a row says otherwise. */
export function farmDeps({ authority }: FarmTools): ProbeDeps {
  return {
    egress: createEgressPolicy({ allowLoopback: true }),
    ca: authority.cert,
    resolve: leadingTo('127.0.0.1'),
  }
}

/** A look-up that always finds these addresses. */
export function leadingTo(...addresses: string[]): ProbeDeps['resolve'] {
  return () => Promise.resolve({ kind: 'addresses', addresses })
}
