import { limits } from '../engine/limits.ts'
import { decodeHuffman } from './huffman.ts'
import { staticTable } from './static-table.ts'

export type Field = readonly [name: string, value: string]

/** Why a block of fields could not be read: it breaks the rules, or the bounds. */
export type Unreadable = 'broken' | 'too large' | 'too many'

const INDEXED = 0x80
const INCREMENTAL = 0x40
const SIZE_UPDATE = 0x20
const HUFFMAN = 0x80

/**
 * Decodes a block of fields (RFC 7541). We announce a dynamic table of no entries, so nothing refers to anything but the
 * static table, and a block cannot unfold into more than it holds.
 */
export function decodeFields(block: Buffer): readonly Field[] | Unreadable {
  const reader = new BlockReader(block)
  const fields: Field[] = []
  let byteCount = 0
  while (!reader.isAtEnd) {
    const field = readField(reader)
    if (field === 'broken') return 'broken'
    if (field === undefined) continue
    byteCount += field[0].length + field[1].length
    if (byteCount > limits.headBytes) return 'too large'
    if (fields.length >= limits.fields) return 'too many'
    fields.push(field)
  }
  return fields
}

/** Undefined for what is no field. */
function readField(reader: BlockReader): Field | undefined | 'broken' {
  const first = reader.peek()
  if (first & INDEXED) return staticTable[(reader.integer(7) ?? 0) - 1] ?? 'broken'
  if (!(first & INCREMENTAL) && first & SIZE_UPDATE) return reader.integer(5) === 0 ? undefined : 'broken'
  const index = reader.integer(first & INCREMENTAL ? 6 : 4)
  const name = index === 0 ? reader.text() : staticTable[(index ?? 0) - 1]?.[0]
  const value = reader.text()
  return name === undefined || value === undefined ? 'broken' : [name, value]
}

class BlockReader {
  private at = 0

  constructor(private readonly block: Buffer) {}

  get isAtEnd(): boolean {
    return this.at >= this.block.length
  }

  peek(): number {
    return this.block[this.at] ?? 0
  }

  /** Section 5.1. Undefined beyond what any length here can be. */
  integer(prefixBits: number): number | undefined {
    const mask = 2 ** prefixBits - 1
    let value = this.peek() & mask
    this.at += 1
    if (value < mask) return value
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.isAtEnd) return undefined
      const byte = this.peek()
      this.at += 1
      value += (byte & 0x7f) * 2 ** shift
      if (!(byte & 0x80)) return value
    }
    return undefined
  }

  /** Section 5.2. Bytes as the characters of a string. */
  text(): string | undefined {
    if (this.isAtEnd) return undefined
    const isHuffman = (this.peek() & HUFFMAN) !== 0
    const length = this.integer(7)
    if (length === undefined || this.at + length > this.block.length) return undefined
    const bytes = this.block.subarray(this.at, this.at + length)
    this.at += length
    return isHuffman ? decodeHuffman(bytes) : bytes.toString('latin1')
  }
}

/** Fields as literals that nobody keeps: a request is sent once. */
export function encodeFields(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.of(0), literal(name), literal(value)]))
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([integer(bytes.length), bytes])
}

function integer(value: number): Buffer {
  if (value < 0x7f) return Buffer.of(value)
  const bytes = [0x7f]
  let rest = value - 0x7f
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}
