import { labelText } from './wire-name.ts'

/** Thrown for bytes that are no message, and caught where the message is read. */
export class Malformed extends Error {}

const NAME_BYTES = 255
/** A name has no more labels, and each of them needs one pointer at most. */
const POINTERS = 127
const POINTER = 0xc0
const POINTER_OFFSET = 0x3f

/** Reads a message of a hostile server: never beyond its end, and a name in a bounded number of steps. */
export class WireReader {
  private end: number

  constructor(
    private readonly bytes: Buffer,
    public at = 0,
  ) {
    this.end = bytes.length
  }

  u8(): number {
    if (this.at >= this.end) throw new Malformed('a byte is missing')
    const byte = this.bytes[this.at] ?? 0
    this.at += 1
    return byte
  }

  u16(): number {
    return (this.u8() << 8) | this.u8()
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16()
  }

  get leftBytes(): number {
    return this.end - this.at
  }

  take(length: number): Buffer {
    if (length > this.leftBytes) throw new Malformed('ends too early')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  /** What is read of the next bytes has to end with them. */
  within<Read>(length: number, read: () => Read): Read {
    if (length > this.leftBytes) throw new Malformed('is longer than its message')
    const outerEnd = this.end
    this.end = this.at + length
    const value = read()
    if (this.at !== this.end) throw new Malformed('is longer than what it holds')
    this.end = outerEnd
    return value
  }

  /** In small letters, without the final dot; empty for the root. */
  name(): string {
    let text = ''
    let lengthBytes = 1
    let pointers = 0
    let after = -1
    let lowest = this.at
    for (let size = this.u8(); size !== 0; size = this.u8()) {
      if (size >= POINTER) {
        const target = ((size & POINTER_OFFSET) << 8) | this.u8()
        pointers += 1
        // Only what was there before may be pointed to, so that no circle comes about.
        if (target >= lowest || pointers > POINTERS) throw new Malformed('points in a circle')
        if (after === -1) after = this.at
        lowest = target
        this.at = target
        continue
      }
      lengthBytes += size + 1
      if (size > POINTER_OFFSET || size > this.leftBytes || lengthBytes > NAME_BYTES) throw new Malformed('is no name')
      const label = labelText(this.bytes, this.at, this.at + size)
      text = text === '' ? label : `${text}.${label}`
      this.at += size
    }
    if (after !== -1) this.at = after
    return text
  }
}
