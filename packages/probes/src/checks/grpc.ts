import type { GrpcSpec } from '@repo/contracts/specs/socket'
import type { Evidence, Outcome } from '@repo/domain/outcome'
import { carryOut, type Found } from '../engine/carry-out.ts'
import { Channel } from '../engine/channel.ts'
import { findEndpoint } from '../engine/endpoint.ts'
import { type Failure, isFailure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, escapedBlock, readableEndpoint } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { encodeHealthRequest, grpcStatusName, parseHealthResponse, servingStatusName } from '../grpc/health.ts'
import type { Field } from '../h2/hpack.ts'
import { type H2Answer, requestH2 } from '../h2/request.ts'
import { MASK, USER_AGENT } from '../http/request.ts'
import type { ProbeDeps } from '../probe-deps.ts'

const H2 = '\x02h2'
const SERVING = 1
const OK = 0

/** Asks a server about its health by the protocol that gRPC has for it (grpc.health.v1). */
export function probeGrpc(spec: GrpcSpec, deps: ProbeDeps, signal: AbortSignal): Promise<Outcome> {
  return carryOut(spec, signal, (run) => look(spec, deps, run))
}

async function look(spec: GrpcSpec, deps: ProbeDeps, run: ProbeRun): Promise<Found> {
  const passing = `${spec.service || 'the server'} is serving`
  const way = { protocol: 'grpc:', isTlsFromStart: spec.security === 'tls', alpn: H2 }
  const endpoint = await findEndpoint(spec, way, { deps, run })
  if (isFailure(endpoint)) return { passing, finding: endpoint }
  const { channel, failure } = await Channel.open(endpoint.place, run, endpoint.judge)
  try {
    const call = failure ? null : await carryOutCall(spec, channel, run)
    const finding = failure ?? call?.failure ?? channel.remark
    return {
      passing,
      finding,
      address: channel.address,
      certificate: channel.certificate,
      httpVersion: call?.answer.status ? '2' : null,
      status: call?.answer.status ?? null,
      facts: { service: spec.service, ...call?.facts },
      evidence: finding ? evidenceOf(spec, endpoint.place.addresses, call?.answer) : null,
    }
  } finally {
    channel.close()
  }
}

interface Call {
  readonly answer: H2Answer
  readonly failure: Failure | null
  readonly facts: { readonly servingStatus: string | null; readonly grpcStatus: string | null }
}

async function carryOutCall(spec: GrpcSpec, channel: Channel, run: ProbeRun): Promise<Call> {
  const parts: Buffer[] = []
  let kept = 0
  const answer = await requestH2(channel, healthCall(spec), {
    run,
    listener: {
      headed: () => true,
      took: (data) => {
        parts.push(data)
        kept += data.length
        return kept <= limits.answerBytes
      },
    },
  })
  return judge(spec, answer, Buffer.concat(parts))
}

function healthCall({ host, port, service, security, timeoutMs, metadata = [] }: GrpcSpec) {
  const own: Field[] = [
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
    ['user-agent', USER_AGENT],
    ['grpc-timeout', `${timeoutMs}m`],
  ]
  return {
    method: 'POST',
    scheme: security === 'tls' ? ('https' as const) : ('http' as const),
    authority: readableEndpoint(host, port),
    path: '/grpc.health.v1.Health/Check',
    fields: [...own, ...metadata.map(({ name, value }): Field => [name.toLowerCase(), value])],
    body: encodeHealthRequest(service),
  }
}

function judge({ service }: GrpcSpec, answer: H2Answer, body: Buffer): Call {
  // A call that fails at once says so in its head and has no trailers.
  const said = (name: string) => [...answer.trailers, ...answer.fields].find(([own]) => own === name)?.[1]
  const grpcStatus = said('grpc-status')
  const serving = parseHealthResponse(body)
  const facts = {
    servingStatus: serving === undefined ? null : servingStatusName(serving),
    grpcStatus: grpcStatus === undefined ? null : grpcStatusName(Number(grpcStatus)),
  }
  return {
    answer,
    facts,
    failure: answer.failure ?? failureOf({ service, answer, grpcStatus, message: said('grpc-message'), serving }),
  }
}

interface Heard {
  readonly service: string
  readonly answer: H2Answer
  readonly grpcStatus: string | undefined
  readonly message: string | undefined
  readonly serving: number | undefined
}

function failureOf({ service, answer, grpcStatus, message = '', serving }: Heard): Failure | null {
  if (answer.status !== 200)
    return { code: 'GRPC_ERROR', text: `gRPC: answered ${answer.status}, which is no answer to a call` }
  if (grpcStatus === undefined) return { code: 'GRPC_ERROR', text: 'gRPC: the answer ended without a status' }
  const status = Number(grpcStatus)
  if (status !== OK) {
    const why = message === '' ? '' : `: '${escaped(decoded(message), 80)}'`
    return {
      code: 'GRPC_ERROR',
      text: `gRPC: the call failed with ${grpcStatusName(status)}${why}${hint(status, service)}`,
    }
  }
  if (serving === undefined) return { code: 'GRPC_ERROR', text: 'gRPC: the answer about its health could not be read' }
  if (serving === SERVING) return null
  return {
    code: 'GRPC_NOT_SERVING',
    text: `gRPC: ${service === '' ? 'the server' : escaped(service, 80)} is ${servingStatusName(serving)}`,
  }
}

const NOT_FOUND = 5
const UNIMPLEMENTED = 12

function hint(status: number, service: string): string {
  if (status === UNIMPLEMENTED) return ' (the server has no health service)'
  return status === NOT_FOUND ? ` (its health service does not know '${escaped(service, 80)}')` : ''
}

function decoded(message: string): string {
  try {
    return decodeURIComponent(message)
  } catch {
    return message
  }
}

function evidenceOf(
  { host, port, service, security, metadata = [] }: GrpcSpec,
  addresses: readonly string[],
  answer: H2Answer | undefined,
): Evidence {
  const endpoint = readableEndpoint(host, port)
  const plain = security === 'tls' ? '' : '-plaintext '
  const head = [...(answer?.fields ?? []), ...(answer?.trailers ?? [])].map(([name, value]) => `${name}: ${value}`)
  return {
    request: [
      'POST /grpc.health.v1.Health/Check HTTP/2',
      `service: ${service}`,
      ...metadata.map(({ name }) => `${name}: ${MASK}`),
    ].join('\n'),
    responseHead: answer?.status ? escapedBlock([`HTTP/2 ${answer.status}`, ...head].join('\n'), 8_192) : null,
    body: null,
    addresses,
    chain: [],
    curl: `grpcurl ${plain}-d '${JSON.stringify({ service }).replaceAll("'", `'\\''`)}' ${endpoint} grpc.health.v1.Health/Check`,
  }
}
