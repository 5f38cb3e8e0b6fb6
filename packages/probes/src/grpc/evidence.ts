import type { GrpcSpec } from '@repo/contracts/specs/socket'
import type { Evidence } from '@repo/domain/outcome'
import type { Channel } from '../engine/channel.ts'
import { shellWord } from '../engine/command.ts'
import { limits } from '../engine/limits.ts'
import { maskFor } from '../engine/masking.ts'
import { escapedBlock, readableEndpoint } from '../engine/readable.ts'
import type { H2Answer } from '../h2/request.ts'
import { MASK } from '../http/request.ts'
import { isOpenField } from '../http/shown-request.ts'

export const HEALTH_PATH = '/grpc.health.v1.Health/Check'

export interface Answered {
  readonly answer: H2Answer
  readonly body: Buffer
}

/** What a person needs to see a failed call for themselves; nothing of it is a secret of the monitor's. */
export function grpcEvidence(
  spec: GrpcSpec,
  answered: Answered | null,
  { addresses, channel }: { addresses: readonly string[]; channel: Channel },
): Evidence {
  const mask = maskFor({ headers: spec.metadata })
  const safe = (text: string, limit: number) => (text === '' ? null : escapedBlock(mask(text), limit))
  const { certificate } = channel
  return {
    request: escapedBlock(requestShown(spec), HEAD_CHARACTERS),
    responseHead: safe(answered ? headShown(answered.answer) : '', HEAD_CHARACTERS),
    body: safe(answered ? bodyShown(answered) : '', limits.evidenceBodyBytes),
    addresses,
    chain: certificate ? [certificate.subject, ...certificate.chain.slice(1).map(({ subject }) => subject)] : [],
    curl: command(spec),
  }
}

const HEAD_CHARACTERS = 8_192

function requestShown({ host, port, service, metadata = [] }: GrpcSpec): string {
  return [
    `POST ${HEALTH_PATH} HTTP/2`,
    `:authority: ${readableEndpoint(host, port)}`,
    ...metadata.map(({ name, value }) => `${name}: ${isOpenField(name) ? value : MASK}`),
    '',
    `service: ${JSON.stringify(service)}`,
  ].join('\n')
}

function headShown({ status, fields, trailers }: H2Answer): string {
  if (status === null) return ''
  return [`HTTP/2 ${status}`, ...[...fields, ...trailers].map(([name, value]) => `${name}: ${value}`)].join('\n')
}

/** A message of gRPC says nothing to the eye, and what it holds is told elsewhere. */
function bodyShown({ answer, body }: Answered): string {
  const isMessage = answer.fields.some(
    ([name, value]) => name === 'content-type' && value.startsWith('application/grpc'),
  )
  return isMessage ? '' : body.toString('utf8', 0, limits.evidenceBodyBytes)
}

function command({ host, port, service, security, timeoutMs, metadata = [], tls }: GrpcSpec): string {
  const words = [
    'grpcurl',
    ...(security === 'tls' ? [] : ['-plaintext']),
    ...(security === 'tls' && tls?.verify === false ? ['-insecure'] : []),
    ...(tls?.serverName ? [`-servername ${shellWord(tls.serverName)}`] : []),
    `-max-time ${Math.ceil(timeoutMs / 1_000)}`,
    ...metadata.map(({ name, value }) => `-H ${shellWord(`${name}: ${isOpenField(name) ? value : MASK}`)}`),
    `-d ${shellWord(JSON.stringify({ service }))}`,
    shellWord(readableEndpoint(host, port)),
    HEALTH_PATH.slice(1),
  ]
  return words.join(' ')
}
