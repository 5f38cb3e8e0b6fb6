import type { TcpSpec } from '@repo/contracts/specs/socket'
import type { Evidence, Facts, Outcome } from '@repo/domain/outcome'
import { carryOut, type Found } from '../engine/carry-out.ts'
import type { Channel } from '../engine/channel.ts'
import { findEndpoint } from '../engine/endpoint.ts'
import { type Failure, isFailure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, escapedBlock, readableEndpoint } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import type { ProbeDeps } from '../probe-deps.ts'
import { converse } from '../talk/converse.ts'
import { alpnOf, conversations, type Line, openingOf } from '../talk/protocols.ts'
import type { Talk } from '../talk/talk.ts'

/** Connects, and holds whatever conversation the spec asks for: a known protocol's, its own, or none. */
export function probeTcp(spec: TcpSpec, deps: ProbeDeps, signal: AbortSignal): Promise<Outcome> {
  return carryOut(spec, signal, (run) => look(spec, deps, run))
}

async function look(spec: TcpSpec, deps: ProbeDeps, run: ProbeRun): Promise<Found> {
  const passing = `${readableEndpoint(spec.host, spec.port)} ${spec.protocol || spec.script ? 'answered' : 'connected'}`
  const lines = linesOf(spec)
  if (isFailure(lines)) return { passing, finding: lines }
  const endpoint = await findEndpoint(spec, wayOf(spec), { deps, run })
  if (isFailure(endpoint)) return { passing, finding: endpoint }
  const { channel, talk, failure } = await converse(endpoint, lines, run)
  try {
    const finding = failure ?? channel.remark
    if (!finding) say(channel, farewellOf(spec))
    return {
      passing,
      finding,
      address: channel.address,
      certificate: channel.certificate,
      facts: factsOf(talk),
      evidence: finding ? evidenceOf(talk, endpoint.place.addresses, channel) : null,
    }
  } finally {
    channel.close(failure ? 'terminate' : 'end')
  }
}

function wayOf({ protocol, security }: TcpSpec) {
  const isTlsFromStart = security === 'tls'
  const alpn = isTlsFromStart ? alpnOf(protocol) : undefined
  return { protocol: 'tcp:', isTlsFromStart, ...(alpn !== undefined && { alpn }) }
}

function linesOf({ protocol, security, script = [] }: TcpSpec): readonly Line[] | Failure {
  if (!protocol) return script
  const opening = openingOf(protocol, security)
  if (opening) return [...opening, ...script]
  return { code: 'STARTTLS_REFUSED', text: `TLS: ${protocol} has no way to begin TLS later on` }
}

/** Who has a script of its own ends it by itself. */
function farewellOf({ protocol, script }: TcpSpec): string | null {
  return protocol && !script ? conversations[protocol].farewell : null
}

function say(channel: Channel, farewell: string | null): void {
  if (farewell !== null) channel.write(farewell)
}

const SHOWN_CHARACTERS = 200

function factsOf({ heard, answers }: Talk): Facts {
  const banner = heard.split('\n')[0]?.trim() ?? ''
  return {
    ...(banner !== '' && { banner: escaped(banner, SHOWN_CHARACTERS) }),
    ...(answers.length > 0 && { answers: answers.map((answer) => escaped(answer, SHOWN_CHARACTERS)) }),
  }
}

function evidenceOf({ sent, heard }: Talk, addresses: readonly string[], { certificate }: Channel): Evidence {
  return {
    request: sent === '' ? null : escapedBlock(sent, limits.evidenceBodyBytes),
    responseHead: null,
    body: heard === '' ? null : escapedBlock(heard, limits.evidenceBodyBytes),
    addresses,
    chain: certificate ? [certificate.subject] : [],
    curl: null,
  }
}
