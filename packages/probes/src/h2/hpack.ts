import { limits } from '../engine/limits.ts'
import { decodeHuffman } from './huffman.ts'
import { staticTable } from './static-table.ts'

export type Field = readonly [name: string, value: string]

/** Why a block of fields could not be read: it breaks the rules, or the bounds. `bomb`: it unfolds into far more than it holds. */
export type Unreadable = 'broken' | 'too large' | 'too many' | 'bomb'

/** What every side starts with (RFC 9113 section 6.5.2): there are servers that never learnt of any other size. */
export const TABLE_BYTES = 4_096
/** RFC 7541 section 4.1. */
const ENTRY_OVERHEAD_BYTES = 32
/** Huffman's code makes at most 1.6 of one byte; whatever makes more of it refers to the table again and again. */
const BOMB_RATIO = 4

const INDEXED = 0x80
const INCREMENTAL = 0x40
const SIZE_UPDATE = 0x20
const HUFFMAN = 0x80

/** Decodes the blocks of fields of one connection, in their order (RFC 7541). */
export class FieldDecoder {
  private readonly table = new DynamicTable()

  decode(block: Buffer): readonly Field[] | Unreadable {
    const reader = new BlockReader(block)
    const fields: Field[] = []
    let byteCount = 0
    while (!reader.isAtEnd) {
      if (isSizeUpdate(reader.peek())) {
        // Only before the first field (section 4.2).
        if (fields.length > 0 || !this.table.resize(reader.integer(5))) return 'broken'
        continue
      }
      const field = this.readField(reader)
      if (!field) return 'broken'
      byteCount += field[0].length + field[1].length
      if (byteCount > limits.headBytes) return byteCount > block.length * BOMB_RATIO ? 'bomb' : 'too large'
      if (fields.length >= limits.fields) return 'too many'
      fields.push(field)
    }
    return fields
  }

  private readField(reader: BlockReader): Field | undefined {
    const first = reader.peek()
    if (first & INDEXED) return this.at(reader.integer(7))
    const isKept = (first & INCREMENTAL) !== 0
    const index = reader.integer(isKept ? 6 : 4)
    const name = index === 0 ? reader.text() : this.at(index)?.[0]
    const value = reader.text()
    if (name === undefined || value === undefined) return undefined
    const field: Field = [name, value]
    if (isKept) this.table.add(field)
    return field
  }

  /** Counted from one: the static table, and behind it the dynamic one (section 2.3.3). */
  private at(index = 0): Field | undefined {
    return index <= staticTable.length ? staticTable[index - 1] : this.table.at(index - staticTable.length - 1)
  }
}

class DynamicTable {
  /** The newest first. */
  private readonly entries: Field[] = []
  private byteCount = 0
  private limitBytes = TABLE_BYTES

  at(index: number): Field | undefined {
    return this.entries[index]
  }

  add(field: Field): void {
    this.entries.unshift(field)
    this.byteCount += entryBytes(field)
    this.evict()
  }

  /** False for a size that nobody may choose. */
  resize(byteCount: number | undefined): boolean {
    if (byteCount === undefined || byteCount > TABLE_BYTES) return false
    this.limitBytes = byteCount
    this.evict()
    return true
  }

  private evict(): void {
    while (this.byteCount > this.limitBytes) {
      const oldest = this.entries.pop()
      if (!oldest) return
      this.byteCount -= entryBytes(oldest)
    }
  }
}

function entryBytes([name, value]: Field): number {
  return name.length + value.length + ENTRY_OVERHEAD_BYTES
}

function isSizeUpdate(first: number): boolean {
  return (first & (INDEXED | INCREMENTAL | SIZE_UPDATE)) === SIZE_UPDATE
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
