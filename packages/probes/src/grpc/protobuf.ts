/** The varint at a place, and where it ends; undefined where there is none, or one of more than 64 bits. */
interface Varint {
  readonly value: number
  readonly end: number
}

const LONGEST_VARINT = 10

/**
 * The last value of a numeric field; undefined for a message that is none. Fields that nobody knows are passed over, as the
 * format wants it, and a field with its default value is not sent.
 */
export function readVarintField(message: Buffer, wanted: number): number | undefined {
  let found = 0
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at)
    if (!tag || tag.value < 8) return undefined
    const isWanted = tag.value === wanted * 8
    const value = isWanted ? readVarint(message, tag.end) : undefined
    if (value) found = value.value
    const end = value?.end ?? fieldEnd(message, tag)
    if (end === undefined || end > message.length) return undefined
    at = end
  }
  return found
}

function fieldEnd(message: Buffer, tag: Varint): number | undefined {
  switch (tag.value % 8) {
    case 0:
      return readVarint(message, tag.end)?.end
    case 1:
      return tag.end + 8
    case 2: {
      const length = readVarint(message, tag.end)
      return length && length.end + length.value
    }
    case 5:
      return tag.end + 4
    default:
      return undefined
  }
}

function readVarint(message: Buffer, at: number): Varint | undefined {
  let value = 0
  for (let index = 0; index < LONGEST_VARINT; index += 1) {
    const byte = message[at + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, end: at + index + 1 }
  }
  return undefined
}

export function encodeVarint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}
