import type { TlsSpec } from '@repo/contracts/specs/socket'
import type { Certificate, Outcome } from '@repo/domain/outcome'
import { carryOut, type Found } from '../engine/carry-out.ts'
import { Channel } from '../engine/channel.ts'
import { type Endpoint, findEndpoint } from '../engine/endpoint.ts'
import { probeEveryAddress } from '../engine/every-address.ts'
import { type Failure, isFailure, worse } from '../engine/failure.ts'
import { escaped, readableEndpoint } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { nowMs, type ProbeDeps } from '../probe-deps.ts'
import { openingOf } from '../talk/protocols.ts'
import { Talk } from '../talk/talk.ts'
import { examine, revocationRemark } from '../tls/chain.ts'

/** Shakes hands and looks closely at what is shown: the names, the issuer, the key, the end, the whole chain. */
export function probeTls(spec: TlsSpec, deps: ProbeDeps, signal: AbortSignal): Promise<Outcome> {
  if (spec.everyAddress) {
    return probeEveryAddress(spec, { deps, signal }, (pinned, timeoutMs) =>
      probeTls({ ...spec, timeoutMs, everyAddress: false }, pinned, signal),
    )
  }
  return carryOut(spec, signal, (run) => look(spec, deps, run))
}

async function look(spec: TlsSpec, deps: ProbeDeps, run: ProbeRun): Promise<Found> {
  const passing = `${readableEndpoint(spec.host, spec.port)} showed a valid certificate`
  const lines = spec.startTls ? openingOf(spec.startTls, true) : []
  if (!lines)
    return { passing, finding: { code: 'STARTTLS_REFUSED', text: `TLS: ${spec.startTls} has no way to begin TLS` } }
  const way = { protocol: 'tls:', isTlsFromStart: spec.startTls === undefined }
  const endpoint = await findEndpoint(spec, way, { deps, run })
  if (isFailure(endpoint)) return { passing, finding: endpoint }
  const { channel, failure } = await Channel.open(endpoint.place, run, endpoint.judge)
  try {
    const refused = failure ?? (await new Talk(channel, endpoint.tls).hold(lines))
    return {
      passing,
      address: channel.address,
      ...(await described(spec, { channel, endpoint, refused }, { deps, run })),
    }
  } finally {
    channel.close()
  }
}

async function described(
  spec: TlsSpec,
  { channel, endpoint, refused }: { channel: Channel; endpoint: Endpoint; refused: Failure | null },
  { deps, run }: { deps: ProbeDeps; run: ProbeRun },
): Promise<Pick<Found, 'finding' | 'certificate' | 'facts' | 'evidence'>> {
  const seen = channel.certificate
  const target = {
    address: channel.address ?? '',
    port: spec.port,
    tls: endpoint.tls,
    isDirect: spec.startTls === undefined,
  }
  const examined = seen && (await examine(seen, target, { run, nowMs: nowMs(deps) }))
  const certificate = examined?.certificate ?? null
  const finding =
    refused ??
    (examined && worse(revocationRemark(examined, spec.tls), worse(judge(spec, examined.certificate), channel.remark)))
  return {
    finding,
    certificate,
    facts: certificate ? factsOf(certificate, nowMs(deps)) : {},
    evidence: finding ? evidenceOf(endpoint.place.addresses, certificate) : null,
  }
}

const DAY_MS = 86_400_000

function factsOf({ notAfter, key, protocol }: Certificate, now: number) {
  const daysLeft = notAfter ? Math.floor((Date.parse(notAfter) - now) / DAY_MS) : null
  return { daysLeft, key, protocol }
}

function judge({ names = [], issuer, fingerprints }: TlsSpec, certificate: Certificate): Failure | null {
  const held = certificate.names.map((name) => name.toLowerCase())
  const missing = names.find((name) => !held.some((one) => covers(one, name.toLowerCase())))
  if (missing) return { code: 'TLS_NAME', text: `TLS: the certificate is not for ${escaped(missing)}` }
  if (issuer && !certificate.issuer.includes(issuer)) {
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

/** A wildcard stands for one label (RFC 6125 section 6.4.3). */
function covers(held: string, name: string): boolean {
  if (held === name) return true
  return held.startsWith('*.') && name.includes('.') && name.slice(name.indexOf('.')) === held.slice(1)
}

function evidenceOf(addresses: readonly string[], certificate: Certificate | null) {
  const chain = certificate ? [certificate.subject, ...certificate.chain.slice(1).map(({ subject }) => subject)] : []
  return { request: null, responseHead: null, body: null, addresses, chain, curl: null }
}
