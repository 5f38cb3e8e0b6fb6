import type { IpVersion, SlowMs, TlsWishes } from '@repo/contracts/specs/fields'
import type { TLSOptions } from 'bun'
import { literalAddress } from '../egress/egress.ts'
import { nowMs, type ProbeDeps } from '../probe-deps.ts'
import { type HandshakeJudge, judgeHandshake, tlsOptions } from '../tls/handshake.ts'
import { type Failure, isFailure } from './failure.ts'
import { findAddresses, type Place } from './place.ts'
import type { ProbeRun } from './run.ts'

/** What the specs of all checks of one host and port have in common. */
export interface EndpointSpec {
  readonly host: string
  readonly port: number
  readonly ipVersion?: IpVersion | undefined
  readonly nameServers?: readonly string[] | undefined
  readonly slowMs?: SlowMs | undefined
  readonly tls?: TlsWishes | undefined
}

export interface Endpoint {
  readonly place: Place
  /** How TLS is spoken there, from the first byte or later. */
  readonly tls: TLSOptions
  readonly judge: HandshakeJudge
}

export interface EndpointWay {
  readonly protocol: string
  readonly isTlsFromStart: boolean
  /** Names of protocols in the wire format of ALPN. */
  readonly alpn?: string
}

/** Looks up where a host's port is, lets the egress policy judge it, and says how its handshake is judged. */
export async function findEndpoint(
  spec: EndpointSpec,
  { protocol, isTlsFromStart, alpn }: EndpointWay,
  { deps, run }: { deps: ProbeDeps; run: ProbeRun },
): Promise<Endpoint | Failure> {
  const { host, port } = spec
  const addresses = await findAddresses({ protocol, hostname: host, port: String(port) }, spec, { deps, run })
  if (isFailure(addresses)) return addresses
  const name = literalAddress(host) === undefined ? host : null
  const tls = tlsOptions(name, spec.tls, { ca: deps.ca, ...(alpn !== undefined && { alpn }) })
  return {
    place: { host, port, addresses, tls: isTlsFromStart ? tls : null },
    tls,
    judge: (connection, error) => judgeHandshake(connection, error, { wishes: spec.tls, host, nowMs: nowMs(deps) }),
  }
}
