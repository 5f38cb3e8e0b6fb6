import type { CheckKind, CheckSpec } from '@repo/contracts/check-spec'
import type { Outcome } from '@repo/domain/outcome'
import { type HttpProbeDeps, probeHttp } from './checks/http.ts'

/** What any probe may need; each check type takes its part of it. */
export type ProbeDeps = HttpProbeDeps

type SpecOf<Kind extends CheckKind> = Extract<CheckSpec, { kind: Kind }>
type Probe<Kind extends CheckKind> = (spec: SpecOf<Kind>, deps: ProbeDeps, signal: AbortSignal) => Promise<Outcome>

/** One line per check type. Nothing anywhere else asks for a spec's kind. */
const checkTypes = {
  http: probeHttp,
} satisfies { [Kind in CheckKind]: Probe<Kind> }

/** Carries out a check of any type. Throws only for being stopped: see the probe of the type. */
export function createProbes(deps: ProbeDeps): (spec: CheckSpec, signal: AbortSignal) => Promise<Outcome> {
  return (spec, signal) => checkTypes[spec.kind](spec, deps, signal)
}
