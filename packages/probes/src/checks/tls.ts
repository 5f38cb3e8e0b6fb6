import type { TlsSpec } from '@repo/contracts/specs/socket'
import type { Certificate, Evidence, Outcome } from '@repo/domain/outcome'
import { carryOut, type Found } from '../engine/carry-out.ts'
import type { Channel } from '../engine/channel.ts'
import { type Endpoint, findEndpoint } from '../engine/endpoint.ts'
import { probeEveryAddress } from '../engine/every-address.ts'
import { type Failure, isFailure, worse } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, escapedBlock, readableEndpoint } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { nowMs, type ProbeDeps } from '../probe-deps.ts'
import { converse } from '../talk/converse.ts'
import { type Line, openingOf } from '../talk/protocols.ts'
import { Talk } from '../talk/talk.ts'
import { type ChainTarget, examine, revocationRemark } from '../tls/chain.ts'
import { type HostNames, isFor } from '../tls/host-names.ts'

/** Shakes hands and looks closely at what is shown: the names, the issuer, the key, the end, the whole chain. */
export function probeTls(spec: TlsSpec, deps: ProbeDeps, signal: AbortSignal): Promise<Outcome> {
  if (spec.everyAddress) {
    return probeEveryAddress(spec, { deps, signal }, (pinned, timeoutMs) =>
      probeTls({ ...spec, everyAddress: false, timeoutMs }, pinned, signal),
    )
  }
  return carryOut(spec, signal, (run) => look(spec, deps, run))
}

interface Looking {
  readonly endpoint: Endpoint
  readonly lines: readonly Line[]
  readonly deps: ProbeDeps
  readonly run: ProbeRun
}

async function look(spec: TlsSpec, deps: ProbeDeps, run: ProbeRun): Promise<Found> {
  const passing = `${readableEndpoint(spec.host, spec.port)} showed a valid certificate`
  const lines = spec.startTls ? (openingOf(spec.startTls, 'starttls') ?? []) : []
  const way = { protocol: 'tls:', isTlsFromStart: spec.startTls === undefined }
  const endpoint = await findEndpoint(spec, way, { deps, run })
  if (isFailure(endpoint)) return { passing, finding: endpoint }
  const { channel, talk, failure } = await converse(endpoint, lines, run)
  // Some servers talk to one client at a time, and there may be more to ask.
  channel.close(failure ? 'terminate' : 'end')
  const found = await described(spec, { channel, refused: failure }, { endpoint, lines, deps, run })
  const { finding, certificate = null } = found
  return {
    passing,
    address: channel.address,
    ...found,
    evidence: finding ? evidenceOf(talk, endpoint.place.addresses, certificate) : null,
  }
}

async function described(
  spec: TlsSpec,
  { channel, refused }: { channel: Channel; refused: Failure | null },
  looking: Looking,
): Promise<Pick<Found, 'finding' | 'certificate' | 'facts'>> {
  const now = nowMs(looking.deps)
  const seen = channel.certificate
  if (!seen) return { finding: refused, certificate: null }
  const examined = await examine(seen, chainTarget(spec, channel, looking), { run: looking.run, nowMs: now })
  const { certificate } = examined
  const judged = judge(spec, certificate, channel.hostNames)
  const remark = worse(revocationRemark(examined, spec.tls), worse(judged, channel.remark))
  return { finding: refused ?? remark, certificate, facts: factsOf(certificate, now) }
}

function chainTarget({ port, startTls }: TlsSpec, { address }: Channel, { endpoint, lines }: Looking): ChainTarget {
  const target = { address: address ?? '', port, tls: endpoint.tls, isDirect: startTls === undefined }
  if (!startTls) return target
  const agreeing = lines.filter((line) => !('startTls' in line))
  return { ...target, greet: (channel) => new Talk(channel, endpoint.tls).hold(agreeing) }
}

const DAY_MS = 86_400_000

function factsOf({ notAfter, key, signature, protocol }: Certificate, now: number) {
  const daysLeft = notAfter ? Math.floor((Date.parse(notAfter) - now) / DAY_MS) : null
  return { daysLeft, key, signature, protocol }
}

function judge(
  { names = [], issuer, fingerprints }: TlsSpec,
  certificate: Certificate,
  hostNames: HostNames | null,
): Failure | null {
  const missing = names.find((name) => !hostNames || !isFor(hostNames, name))
  if (missing) return { code: 'TLS_NAME', text: `TLS: the certificate is not for ${escaped(missing, 253)}` }
  if (issuer && !certificate.issuer.includes(escaped(issuer, 256))) {
    return {
      code: 'TLS_UNTRUSTED',
      text: `TLS: the certificate comes from ${escaped(certificate.issuer, 80)}, not from ${escaped(issuer)}`,
    }
  }
  const pinned = fingerprints?.map((one) => one.replaceAll(':', '').toLowerCase())
  if (!pinned || pinned.includes(certificate.fingerprint)) return null
  return {
    code: 'TLS_PIN',
    text: `TLS: the certificate has the fingerprint ${certificate.fingerprint.slice(0, 16)}…, which nobody expects`,
  }
}

function evidenceOf({ sent, heard }: Talk, addresses: readonly string[], certificate: Certificate | null): Evidence {
  const chain = certificate ? [certificate.subject, ...certificate.chain.slice(1).map(({ subject }) => subject)] : []
  return {
    request: sent === '' ? null : escapedBlock(sent, limits.evidenceBodyBytes),
    responseHead: null,
    body: heard === '' ? null : escapedBlock(heard, limits.evidenceBodyBytes),
    addresses,
    chain,
    curl: null,
  }
}
