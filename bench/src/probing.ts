import { type HttpSpec, httpSpecSchema } from '@repo/contracts/specs/http'
import type { Outcome } from '@repo/domain/outcome'
import { createEgressPolicy } from '@repo/probes/egress'
import { createProbes } from '@repo/probes/registry'
import { systemResolve } from '@repo/probes/resolve'

/** A probe that may reach loopback. */
export function createLoopbackProbe(): (spec: HttpSpec) => Promise<Outcome> {
  const probe = createProbes({ egress: createEgressPolicy({ allowLoopback: true }), resolve: systemResolve })
  const { signal } = new AbortController()
  return (spec) => probe(spec, signal)
}

/** What is asked of a target that is given by its port. */
export function specFor(port: number, rest: Partial<HttpSpec> = {}): HttpSpec {
  return httpSpecSchema.parse({ kind: 'http', url: `http://127.0.0.1:${port}/`, ...rest })
}

/** The value below which so many of a hundred lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * share) / 100))] ?? Number.NaN
}
