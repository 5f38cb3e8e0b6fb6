const HEADER_BYTES = 5
const ALERT = 21
const APPLICATION_DATA = 23
/** An alert of two bytes, its content type and the tag of any cipher of TLS 1.3 (RFC 8446 section 5.2). */
const SEALED_ALERT_BYTES = 19

/**
 * Follows the records of a TLS connection from outside and remembers the last one. The library does not tell an end that
 * was announced (close_notify, RFC 8446 section 6.1) from one that was not; an alert can be told from data by its record.
 */
export class RecordTail {
  private type = 0
  private length = 0
  private headerBytes = 0
  private bodyBytesLeft = 0

  /** True when the last record was whole and looked like an alert. */
  get endsWithAlert(): boolean {
    if (this.headerBytes !== 0 || this.bodyBytesLeft !== 0) return false
    return this.type === ALERT || (this.type === APPLICATION_DATA && this.length === SEALED_ALERT_BYTES)
  }

  take(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      if (this.bodyBytesLeft > 0) {
        const taken = Math.min(this.bodyBytesLeft, chunk.length - at)
        this.bodyBytesLeft -= taken
        at += taken
      } else {
        this.takeHeaderByte(chunk[at] ?? 0)
        at += 1
      }
    }
  }

  private takeHeaderByte(byte: number): void {
    if (this.headerBytes === 0) this.type = byte
    if (this.headerBytes === 3) this.length = byte << 8
    if (this.headerBytes === 4) this.length |= byte
    this.headerBytes += 1
    if (this.headerBytes < HEADER_BYTES) return
    this.headerBytes = 0
    this.bodyBytesLeft = this.length
  }
}
