const STRING_FIELD_1 = 0x0a
const VARINT_FIELD_1 = 0x08
const PREFIX_BYTES = 5

/** A HealthCheckRequest with its length before it, as gRPC sends messages over HTTP/2. */
export function encodeHealthRequest(service: string): Buffer {
  const name = Buffer.from(service)
  const message = name.length === 0 ? name : Buffer.concat([Buffer.of(STRING_FIELD_1), varint(name.length), name])
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

/** The serving status of a HealthCheckResponse; undefined for what is none, or is compressed, which nobody asked for. */
export function parseHealthResponse(body: Buffer): number | undefined {
  if (body.length < PREFIX_BYTES || body[0] !== 0) return undefined
  const message = body.subarray(PREFIX_BYTES, PREFIX_BYTES + body.readUInt32BE(1))
  if (body.length !== PREFIX_BYTES + body.readUInt32BE(1)) return undefined
  // A field with its default value is not sent.
  if (message.length === 0) return 0
  return message[0] === VARINT_FIELD_1 && message.length === 2 ? message[1] : undefined
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
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
