import { createResolver } from '../src/dns/resolve.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import type { ProbeDeps } from '../src/probe-deps.ts'
import { makeAuthority } from '../testing/certificates.ts'
import { rcodes, startDnsServer } from '../testing/dns-server.ts'
import { startSilentTarget } from '../testing/silent-target.ts'
import type { FarmTools } from './row.ts'

export async function openTools(): Promise<FarmTools & AsyncDisposable> {
  const [authority, silent] = await Promise.all([makeAuthority(), startSilentTarget(), openQuerySockets()])
  return { authority, silent, [Symbol.asyncDispose]: () => silent.stop() }
}

/** Questions are sent from a few sockets that are kept for the next ones: they are no leak, and so they are opened first. */
async function openQuerySockets(): Promise<void> {
  const server = await startDnsServer(() => ({ rcode: rcodes.nxDomain }))
  const resolve = createResolver({ servers: [server.address] })
  const names = Array.from({ length: 200 }, (_, index) => `warm${index}.example`)
  await Promise.all(names.map((name) => resolve(name, { limitMs: 2_000 })))
  await server.stop()
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
