import { encodeVarint, readVarintField } from './protobuf.ts'

const STRING_FIELD_1 = 0x0a
const STATUS_FIELD = 1
const PREFIX_BYTES = 5

/** A HealthCheckRequest with its length before it, as gRPC sends messages over HTTP/2. */
export function encodeHealthRequest(service: string): Buffer {
  const name = Buffer.from(service)
  const message = name.length === 0 ? name : Buffer.concat([Buffer.of(STRING_FIELD_1), encodeVarint(name.length), name])
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

/** The serving status of a HealthCheckResponse; undefined for what is none, or is compressed, which nobody asked for. */
export function parseHealthResponse(body: Buffer): number | undefined {
  if (body.length < PREFIX_BYTES || body[0] !== 0) return undefined
  if (body.length !== PREFIX_BYTES + body.readUInt32BE(1)) return undefined
  return readVarintField(body.subarray(PREFIX_BYTES), STATUS_FIELD)
}

const servingStatuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

export function servingStatusName(status: number): string {
  return servingStatuses[status] ?? `status ${status}`
}

const grpcStatuses = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

export function grpcStatusName(status: number): string {
  return grpcStatuses[status] ?? `status ${status}`
}

/** The number of a status as it stands in the trailers; undefined for what is none. */
export function parseGrpcStatus(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) ? Number(text) : undefined
}
