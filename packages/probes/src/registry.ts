import type { CheckSpec } from '@repo/contracts/check-spec'
import { isProbed, type ProbedKind, type ProbedSpec } from '@repo/contracts/watched-by'
import { notCarriedOut, type Outcome } from '@repo/domain/outcome'
import { probeDns } from './checks/dns.ts'
import { probeDomain } from './checks/domain.ts'
import { probeGrpc } from './checks/grpc.ts'
import { probeHttp } from './checks/http.ts'
import { probePing } from './checks/ping.ts'
import { probeTcp } from './checks/tcp.ts'
import { probeTls } from './checks/tls.ts'
import { probeUdp } from './checks/udp.ts'
import { probeWebsocket } from './checks/websocket.ts'
import { avoiding } from './dns/avoiding.ts'
import type { ProbeDeps } from './probe-deps.ts'

type SpecOf<Kind extends ProbedKind> = Extract<ProbedSpec, { kind: Kind }>
type Probe<Kind extends ProbedKind> = (spec: SpecOf<Kind>, deps: ProbeDeps, signal: AbortSignal) => Promise<Outcome>

/** One line per check type. Nothing anywhere else asks for a spec's kind. */
const checkTypes: { readonly [Kind in ProbedKind]: Probe<Kind> } = {
  http: probeHttp,
  tcp: probeTcp,
  tls: probeTls,
  dns: probeDns,
  ping: probePing,
  websocket: probeWebsocket,
  grpc: probeGrpc,
  domain: probeDomain,
  udp: probeUdp,
}

export interface ProbeWishes {
  /** This address just failed: another is tried first where there are several. */
  readonly avoid?: string | undefined
}

/** Carries out a check of any type. Throws only for being stopped: see the probe of the type. */
export function createProbes(
  deps: ProbeDeps,
): (spec: CheckSpec, signal: AbortSignal, wishes?: ProbeWishes) => Promise<Outcome> {
  return async (spec, signal, { avoid } = {}) => {
    if (!isProbed(spec)) return notCarriedOut('PROBE_ERROR', nobodyToAsk)
    const own = avoid === undefined ? deps : { ...deps, resolve: avoiding(deps.resolve, avoid) }
    return runAs(spec.kind, spec, { deps: own, signal })
  }
}

const nobodyToAsk = 'there is nobody to ask: what this monitor watches tells of itself'

/** The kind of a spec chooses its probe; that the two belong together is more than a union can say to the compiler. */
function runAs<Kind extends ProbedKind>(
  kind: Kind,
  spec: ProbedSpec,
  { deps, signal }: { deps: ProbeDeps; signal: AbortSignal },
): Promise<Outcome> {
  return checkTypes[kind](spec as SpecOf<Kind>, deps, signal)
}
