import type { CheckKind, CheckSpec } from './check-spec.ts'

/** How we come to know of a monitor: a probe asks it, or it tells us by pings. One line per check type. */
export const watchedBy = {
  http: 'probe',
  tcp: 'probe',
  tls: 'probe',
  dns: 'probe',
  ping: 'probe',
  websocket: 'probe',
  grpc: 'probe',
  domain: 'probe',
  udp: 'probe',
  heartbeat: 'pings',
} as const satisfies Record<CheckKind, 'probe' | 'pings'>

type KindsWatchedBy<Way> = {
  [Kind in CheckKind]: (typeof watchedBy)[Kind] extends Way ? Kind : never
}[CheckKind]

/** What probes carry out: the checks of these travel to regions. */
export type ProbedKind = KindsWatchedBy<'probe'>
export type ProbedSpec = Extract<CheckSpec, { kind: ProbedKind }>
/** What tells us of itself. */
export type PingedSpec = Extract<CheckSpec, { kind: KindsWatchedBy<'pings'> }>

export function isProbed<Spec extends { readonly kind: CheckKind }>(
  spec: Spec,
): spec is Extract<Spec, { kind: ProbedKind }> {
  return watchedBy[spec.kind] === 'probe'
}

export function isPinged(spec: CheckSpec): spec is PingedSpec {
  return watchedBy[spec.kind] === 'pings'
}
