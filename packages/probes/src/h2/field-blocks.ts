import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { h2Abuse } from './failures.ts'
import { headTooLarge, unreadable } from './head.ts'
import { type Field, FieldDecoder } from './hpack.ts'

/** An honest server needs four pieces for the largest block that we take. */
const PIECES = 200

/** The blocks of fields of one connection, one after the other, in however many frames each of them comes. */
export class FieldBlocks {
  /** True in the middle of a block, when nothing else may come (RFC 9113 section 4.3). */
  isOpen = false
  private readonly decoder = new FieldDecoder()
  private pieces: Buffer[] = []
  private byteCount = 0

  /** The fields once a block is complete; null until then. */
  add(piece: Buffer, isLast: boolean): readonly Field[] | Failure | null {
    if (!this.isOpen) this.begin()
    this.isOpen = !isLast
    this.pieces.push(piece)
    this.byteCount += piece.length
    if (this.byteCount > limits.headBytes) return headTooLarge()
    // Empty pieces without end are a way to keep a client busy (CVE-2024-27316 and its kin).
    if (this.pieces.length > PIECES) return h2Abuse('sends one block of fields in hundreds of pieces')
    if (!isLast) return null
    const fields = this.decoder.decode(Buffer.concat(this.pieces))
    return typeof fields === 'string' ? unreadable(fields, this.byteCount) : fields
  }

  private begin(): void {
    this.pieces = []
    this.byteCount = 0
  }
}
