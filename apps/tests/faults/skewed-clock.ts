/**
 * Loaded before a program by `bun --preload`: its clock of the day is then wrong by CLOCK_SKEW_MS, as on a machine that nobody
 * keeps in time. Timers and the monotonic clock are right, as they are there.
 */
const skewMs = Number(process.env.CLOCK_SKEW_MS ?? 0)
const RightDate = globalThis.Date

class SkewedDate extends RightDate {
  constructor(...words: unknown[]) {
    if (words.length === 0) super(RightDate.now() + skewMs)
    else super(...(words as [number]))
  }
  static override now(): number {
    return RightDate.now() + skewMs
  }
}

globalThis.Date = SkewedDate as DateConstructor

export {}
