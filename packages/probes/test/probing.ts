import { readdirSync } from 'node:fs'
import { type HttpSpec, httpSpecSchema } from '@repo/contracts/specs/http'
import type { Outcome, OutcomeCode, OutcomeVerdict } from '@repo/domain/outcome'
import { probeHttp } from '../src/checks/http.ts'
import { systemResolve } from '../src/dns/resolve.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import type { ProbeDeps } from '../src/probe-deps.ts'
import { type Step, startTarget, type TargetOptions } from '../testing/target.ts'

/** One hostile target: what it sends, and what the probe must say about it. */
export interface Row {
  readonly name: string
  readonly script: readonly Step[]
  readonly code: OutcomeCode
  readonly verdict?: OutcomeVerdict
  readonly message?: RegExp
  readonly target?: TargetOptions
  readonly spec?: Partial<HttpSpec>
  readonly path?: string
  /** When it must be over; without it, well before the deadline. */
  readonly withinMs?: number
}

export const loopback: ProbeDeps = {
  egress: createEgressPolicy({ allowedCidrs: ['private'] }),
  resolve: systemResolve,
}

export const running = new AbortController().signal

/** The URL goes in as it is: a probe has to stand what an older version, or a hand in the database, let through. */
export function specFor(url: string, rest: Partial<HttpSpec> = {}): HttpSpec {
  return { ...httpSpecSchema.parse({ kind: 'http', url: 'http://any.example/', timeoutMs: 3_000, ...rest }), url }
}

export function probe(url: string, rest: Partial<HttpSpec> = {}, deps: ProbeDeps = loopback): Promise<Outcome> {
  return probeHttp(specFor(url, rest), deps, running)
}

export async function probeScript({ script, target, spec, path = '' }: Row, deps = loopback): Promise<Outcome> {
  const server = await startTarget(script, target)
  try {
    return await probe(`${server.url}${path}`, spec, deps)
  } finally {
    await until(() => server.openConnections() === 0, 'the target to see its connection closed')
    await server.stop()
  }
}

/** Waits for a condition, and says what did not come about. */
export async function until(condition: () => boolean, what: string, withinMs = 2_000): Promise<void> {
  const deadlineMs = performance.now() + withinMs
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error(`waited ${withinMs} ms for ${what}`)
    await Bun.sleep(2)
  }
}

export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

export function phaseSumUs({ phases }: Outcome): number {
  const { dns, connect, tls, firstByte, transfer } = phases
  return [dns, connect, tls, firstByte, transfer].reduce<number>((sum, us) => sum + (us ?? 0), 0)
}
