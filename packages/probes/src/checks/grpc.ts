import { domainToASCII } from 'node:url'
import type { GrpcSpec } from '@repo/contracts/specs/socket'
import type { Outcome } from '@repo/domain/outcome'
import { carryOut, type Found } from '../engine/carry-out.ts'
import { Channel } from '../engine/channel.ts'
import { findEndpoint } from '../engine/endpoint.ts'
import { type Failure, isFailure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { maskedFailure, maskFor } from '../engine/masking.ts'
import { escaped, readableCount, readableEndpoint } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { type Answered, grpcEvidence, HEALTH_PATH } from '../grpc/evidence.ts'
import {
  encodeHealthRequest,
  grpcStatusName,
  parseGrpcStatus,
  parseHealthResponse,
  servingStatusName,
} from '../grpc/health.ts'
import type { Field } from '../h2/hpack.ts'
import { type H2Answer, requestH2 } from '../h2/request.ts'
import { USER_AGENT } from '../http/request.ts'
import type { ProbeDeps } from '../probe-deps.ts'

const H2 = '\x02h2'
const SERVING = 1
const OK = 0

/** Asks a server about its health by the protocol that gRPC has for it (grpc.health.v1). */
export function probeGrpc(spec: GrpcSpec, deps: ProbeDeps, signal: AbortSignal): Promise<Outcome> {
  return carryOut(spec, signal, (run) => look(spec, deps, run))
}

async function look(spec: GrpcSpec, deps: ProbeDeps, run: ProbeRun): Promise<Found> {
  const passing = `${named(spec)} is serving`
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
      bodyBytes: call?.answer.status ? call.answer.bodyBytes : null,
      facts: { service: escaped(spec.service, 256), ...call?.facts },
      evidence: finding ? grpcEvidence(spec, call, { addresses: endpoint.place.addresses, channel }) : null,
    }
  } finally {
    channel.close()
  }
}

interface Call extends Answered {
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

function healthCall(spec: GrpcSpec) {
  const metadata = (spec.metadata ?? []).map(({ name, value }): Field => [name.toLowerCase(), value])
  const named = new Set(metadata.map(([name]) => name))
  const own: Field[] = [
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
    ['user-agent', USER_AGENT],
    ['grpc-timeout', `${spec.timeoutMs}m`],
  ]
  return {
    method: 'POST',
    scheme: spec.security === 'tls' ? ('https' as const) : ('http' as const),
    authority: readableEndpoint(domainToASCII(spec.host) || spec.host, spec.port),
    path: HEALTH_PATH,
    fields: [...own.filter(([name]) => !named.has(name)), ...metadata],
    body: encodeHealthRequest(spec.service),
  }
}

function judge(spec: GrpcSpec, answer: H2Answer, body: Buffer): Call {
  // A call that fails at once says so in its head and has no trailers.
  const said = (name: string) => [...answer.trailers, ...answer.fields].find(([own]) => own === name)?.[1]
  const status = said('grpc-status')
  const grpcStatus = status === undefined ? undefined : (parseGrpcStatus(status) ?? Number.NaN)
  const serving = parseHealthResponse(body)
  const facts = {
    servingStatus: serving === undefined ? null : servingStatusName(serving),
    grpcStatus: grpcStatus === undefined || Number.isNaN(grpcStatus) ? null : grpcStatusName(grpcStatus),
  }
  const heard = { spec, answer, grpcStatus, serving, said }
  return {
    answer,
    body,
    facts,
    failure: maskedFailure(answer.failure ?? failureOf(heard, body), maskFor({ headers: spec.metadata })),
  }
}

interface Heard {
  readonly spec: GrpcSpec
  readonly answer: H2Answer
  /** Undefined where none was sent, not a number where it was none. */
  readonly grpcStatus: number | undefined
  readonly serving: number | undefined
  /** A field of the trailers, or of the head. */
  readonly said: (name: string) => string | undefined
}

function failureOf({ spec, answer, grpcStatus, serving, said }: Heard, body: Buffer): Failure | null {
  if (answer.status !== 200) return grpcError(`answered ${answer.status}, which is no answer to a call`)
  const type = said('content-type') ?? ''
  if (grpcStatus === undefined && !type.startsWith('application/grpc'))
    return grpcError(`answered '${escaped(type)}' instead of a message of gRPC`)
  if (body.length > limits.answerBytes)
    return grpcError(`answered with more than ${readableCount(limits.answerBytes)} bytes`)
  if (grpcStatus === undefined) return grpcError('the answer ended without a status')
  if (Number.isNaN(grpcStatus)) return grpcError(`'${escaped(said('grpc-status') ?? '')}' is no status of a call`)
  if (grpcStatus !== OK) return callFailure(spec, grpcStatus, said('grpc-message') ?? '')
  if (serving === undefined) return grpcError('the answer about its health could not be read')
  if (serving === SERVING) return null
  return { code: 'GRPC_NOT_SERVING', text: `gRPC: ${named(spec)} is ${servingStatusName(serving)}` }
}

function callFailure(spec: GrpcSpec, status: number, message: string): Failure {
  const why = message === '' ? '' : `: '${escaped(maskFor({ headers: spec.metadata })(decoded(message)), 80)}'`
  return grpcError(`the call failed with ${grpcStatusName(status)}${why}${hint(status, spec.service)}`)
}

function grpcError(what: string): Failure {
  return { code: 'GRPC_ERROR', text: `gRPC: ${what}` }
}

function named({ service }: GrpcSpec): string {
  return service === '' ? 'the server' : escaped(service, 80)
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
