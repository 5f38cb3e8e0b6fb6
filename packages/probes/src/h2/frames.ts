/** RFC 9113 section 6. */
export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

export const flags = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
export const HEAD_BYTES = 9
/** The largest frame that may be sent to us, for we ask for no larger ones. */
export const FRAME_BYTES = 16_384

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

export function encodeFrame({ type, flags: own, stream, payload }: Frame): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = own
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** Splits what is received into frames. */
export class FrameReader {
  private unread: Buffer = Buffer.alloc(0)

  /** The beginning of what is not split yet, for saying what came instead of a frame. */
  get beginning(): string {
    return this.unread.toString('latin1', 0, 41).replace(/[\r\n].*$/s, '')
  }

  add(chunk: Buffer): void {
    this.unread = this.unread.length === 0 ? chunk : Buffer.concat([this.unread, chunk])
  }

  /** Undefined until more has come; `too large` for a frame that nobody may send. */
  next(): Frame | 'too large' | undefined {
    const { unread } = this
    if (unread.length < HEAD_BYTES) return undefined
    const length = unread.readUIntBE(0, 3)
    if (length > FRAME_BYTES) return 'too large'
    if (unread.length < HEAD_BYTES + length) return undefined
    this.unread = unread.subarray(HEAD_BYTES + length)
    return {
      type: unread[3] ?? 0,
      flags: unread[4] ?? 0,
      stream: unread.readUInt32BE(5) & 0x7fffffff,
      payload: unread.subarray(HEAD_BYTES, HEAD_BYTES + length),
    }
  }
}

/** Where a frame belongs, and which lengths it may have. */
interface FrameRule {
  readonly place: 'connection' | 'stream' | 'any'
  readonly fits: (byteCount: number, isAck: boolean) => boolean
}

const anyLength = () => true
const settingsFit = (byteCount: number, isAck: boolean) => (isAck ? byteCount === 0 : byteCount % 6 === 0)

const rules: Readonly<Record<number, FrameRule>> = {
  [frameTypes.data]: { place: 'stream', fits: anyLength },
  [frameTypes.headers]: { place: 'stream', fits: anyLength },
  [frameTypes.continuation]: { place: 'stream', fits: anyLength },
  [frameTypes.pushPromise]: { place: 'stream', fits: anyLength },
  [frameTypes.rstStream]: { place: 'stream', fits: (byteCount) => byteCount === 4 },
  [frameTypes.settings]: { place: 'connection', fits: settingsFit },
  [frameTypes.ping]: { place: 'connection', fits: (byteCount) => byteCount === 8 },
  [frameTypes.goAway]: { place: 'connection', fits: (byteCount) => byteCount >= 8 },
  [frameTypes.windowUpdate]: { place: 'any', fits: (byteCount) => byteCount === 4 },
}

/** What is wrong with a frame by itself, as the end of a sentence. What nobody knows, and priorities, may be anywhere. */
export function frameFault({ type, flags: own, stream, payload }: Frame, ownStream: number): string | null {
  const rule = rules[type]
  if (!rule) return null
  const name = frameName(type)
  if (stream !== 0 && stream !== ownStream) return `speaks of the stream ${stream}, which there is not`
  if (rule.place === 'connection' && stream !== 0) return `sends ${name} on a stream`
  if (rule.place === 'stream' && stream === 0) return `sends ${name} outside of any stream`
  return rule.fits(payload.length, (own & flags.ack) !== 0)
    ? null
    : `sends ${name} of ${payload.length} bytes (FRAME_SIZE_ERROR)`
}

function frameName(type: number): string {
  const [name = 'frame'] = Object.entries(frameTypes).find(([, own]) => own === type) ?? []
  return name.replace(/[A-Z]/g, '_$&').toUpperCase()
}

const errorNames = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
]

export function errorName(code: number): string {
  return errorNames[code] ?? `error ${code}`
}
