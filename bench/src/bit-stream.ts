/** Bits one after the other, the most significant first. */
export interface BitWriter {
  write(value: number, bits: number): void
  finish(): Uint8Array
}

export function createBitWriter(): BitWriter {
  let bytes = new Uint8Array(16_384)
  let length = 0
  let pending = 0
  let held = 0

  function put(byte: number): void {
    if (length === bytes.length) {
      const larger = new Uint8Array(bytes.length * 2)
      larger.set(bytes)
      bytes = larger
    }
    bytes[length] = byte
    length += 1
  }

  return {
    write(value, bits) {
      for (let left = bits; left > 0; ) {
        const take = Math.min(8 - held, left)
        left -= take
        pending = (pending << take) | ((value >>> left) & ((1 << take) - 1))
        held += take
        if (held < 8) continue
        put(pending)
        pending = 0
        held = 0
      }
    },
    finish() {
      if (held > 0) put(pending << (8 - held))
      held = 0
      return bytes.slice(0, length)
    },
  }
}

export interface BitReader {
  read(bits: number): number
}

export function createBitReader(bytes: Uint8Array): BitReader {
  let at = 0
  return {
    read(bits) {
      let value = 0
      for (let left = bits; left > 0; ) {
        const offset = at & 7
        const take = Math.min(8 - offset, left)
        const part = ((bytes[at >>> 3] ?? 0) >>> (8 - offset - take)) & ((1 << take) - 1)
        value = value * 2 ** take + part
        at += take
        left -= take
      }
      return value
    },
  }
}

/** More ones in a row than this, and the number stands there as it is. */
const MOST_ONES = 24

/** The divisor (a power of two) with which these numbers take the fewest bits. */
export function riceBits(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const guess = Math.floor(Math.log2(mean + 1))
  // A long tail moves the mean far from most of the numbers.
  const candidates = [guess - 3, guess - 2, guess - 1, guess, guess + 1].filter((bits) => bits >= 0 && bits <= 30)
  const cost = (bits: number) => values.reduce((sum, value) => sum + costOf(value, bits), 0)
  return candidates.map((bits) => ({ bits, cost: cost(bits) })).reduce((a, b) => (b.cost < a.cost ? b : a)).bits
}

function costOf(value: number, bits: number): number {
  const quotient = Math.floor(value / 2 ** bits)
  return quotient >= MOST_ONES ? MOST_ONES + 32 : quotient + 1 + bits
}

/** Golomb-Rice: the quotient in ones, a zero, the remainder. */
export function writeRice(writer: BitWriter, value: number, bits: number): void {
  const quotient = Math.floor(value / 2 ** bits)
  if (quotient >= MOST_ONES) {
    writer.write(2 ** MOST_ONES - 1, MOST_ONES)
    writer.write(value, 32)
    return
  }
  writer.write(2 ** (quotient + 1) - 2, quotient + 1)
  writer.write(value, bits)
}

export function readRice(reader: BitReader, bits: number): number {
  let quotient = 0
  while (quotient < MOST_ONES && reader.read(1) === 1) quotient += 1
  return quotient === MOST_ONES ? reader.read(32) : quotient * 2 ** bits + reader.read(bits)
}
