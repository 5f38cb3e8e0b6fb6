/** What each side starts with (RFC 9113 section 6.9.2). */
const FIRST_WINDOW_BYTES = 65_535
const LARGEST_WINDOW_BYTES = 0x7fffffff
/** Room enough that a far server need not wait for us. */
export const OUR_WINDOW_BYTES = 1_048_576

/** How much may be sent to the other side: over the connection, and on its one stream (RFC 9113 section 5.2). */
export class SendWindows {
  private connectionBytes = FIRST_WINDOW_BYTES
  private streamBytes = FIRST_WINDOW_BYTES
  private initialBytes = FIRST_WINDOW_BYTES

  get roomBytes(): number {
    return Math.max(0, Math.min(this.connectionBytes, this.streamBytes))
  }

  sent(byteCount: number): void {
    this.connectionBytes -= byteCount
    this.streamBytes -= byteCount
  }

  /** False for an opening that is none, or that goes too far. */
  open(stream: number, byteCount: number): boolean {
    if (stream === 0) this.connectionBytes += byteCount
    else this.streamBytes += byteCount
    return byteCount > 0 && this.fits()
  }

  /** A new initial size moves the window of the open stream by the difference, below zero if need be. */
  setInitial(byteCount: number): boolean {
    this.streamBytes += byteCount - this.initialBytes
    this.initialBytes = byteCount
    return byteCount <= LARGEST_WINDOW_BYTES && this.fits()
  }

  private fits(): boolean {
    return Math.max(this.connectionBytes, this.streamBytes) <= LARGEST_WINDOW_BYTES
  }
}

/** How much the other side may still send. What was received is taken in at once, so there is always room to give back. */
export class ReceiveWindow {
  private takenBytes = 0

  /** How much room to give back now: none until half of it is gone, for each time costs a frame. */
  received(byteCount: number): number {
    this.takenBytes += byteCount
    if (this.takenBytes < OUR_WINDOW_BYTES / 2) return 0
    const roomBytes = this.takenBytes
    this.takenBytes = 0
    return roomBytes
  }
}
