import { encodeFrame, FRAME_BYTES, flags, frameTypes, PREFACE } from './frames.ts'
import { encodeFields, type Field, TABLE_BYTES } from './hpack.ts'
import { OUR_WINDOW_BYTES } from './windows.ts'

/** The one stream of a connection that carries one request. */
export const STREAM = 1

export interface H2Request {
  readonly method: string
  readonly scheme: 'http' | 'https'
  readonly authority: string
  readonly path: string
  /** Names in small letters; nothing of the connection. */
  readonly fields: readonly Field[]
  readonly body: Uint8Array | null
}

/** All that is said before the body of a request. */
export function opening(request: H2Request): Buffer {
  return Buffer.concat([PREFACE, ourSettings(), windowUpdate(0, OUR_WINDOW_BYTES), head(request)])
}

export const settingsAck = encodeFrame({
  type: frameTypes.settings,
  flags: flags.ack,
  stream: 0,
  payload: Buffer.alloc(0),
})

export function pong(payload: Buffer): Buffer {
  return encodeFrame({ type: frameTypes.ping, flags: flags.ack, stream: 0, payload })
}

/** Room for so many bytes more, over the connection and on its stream. */
export function moreRoom(byteCount: number): Buffer {
  return Buffer.concat([windowUpdate(0, byteCount), windowUpdate(STREAM, byteCount)])
}

function head({ method, scheme, authority, path, fields, body }: H2Request): Buffer {
  const block = encodeFields([
    [':method', method],
    [':scheme', scheme],
    [':authority', authority],
    [':path', path],
    ...fields,
  ])
  const endsStream = body?.length ? 0 : flags.endStream
  const frames: Buffer[] = []
  for (let at = 0; at === 0 || at < block.length; at += FRAME_BYTES) {
    const endsHead = at + FRAME_BYTES >= block.length ? flags.endHeaders : 0
    const type = at === 0 ? frameTypes.headers : frameTypes.continuation
    const own = endsHead | (at === 0 ? endsStream : 0)
    frames.push(encodeFrame({ type, flags: own, stream: STREAM, payload: block.subarray(at, at + FRAME_BYTES) }))
  }
  return Buffer.concat(frames)
}

const HEADER_TABLE_SIZE = 1
const ENABLE_PUSH = 2
export const INITIAL_WINDOW_SIZE = 4

/** A small table, no pushes, room for a body. */
function ourSettings(): Buffer {
  const settings: readonly (readonly [id: number, value: number])[] = [
    [HEADER_TABLE_SIZE, TABLE_BYTES],
    [ENABLE_PUSH, 0],
    [INITIAL_WINDOW_SIZE, OUR_WINDOW_BYTES],
  ]
  const payload = Buffer.alloc(6 * settings.length)
  settings.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, index * 6)
    payload.writeUInt32BE(value, index * 6 + 2)
  })
  return encodeFrame({ type: frameTypes.settings, flags: 0, stream: 0, payload })
}

function windowUpdate(stream: number, byteCount: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(byteCount)
  return encodeFrame({ type: frameTypes.windowUpdate, flags: 0, stream, payload })
}
