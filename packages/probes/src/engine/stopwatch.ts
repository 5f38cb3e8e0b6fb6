import type { Phases } from '@repo/domain/outcome'

export type Phase = 'dns' | 'connect' | 'tls' | 'firstByte' | 'transfer'

/** Splits the time of one probe into phases. A phase that is entered again, at the next redirect, adds up. */
export class Stopwatch {
  readonly startedAtMs = performance.now()
  private markMs = this.startedAtMs
  private phase: Phase | null = null
  private dns: number | null = null
  private connect: number | null = null
  private tls: number | null = null
  private firstByte: number | null = null
  private transfer: number | null = null

  /** Answers the instant at which the phase began. What lay between it and the one before is part of it, so that all add up. */
  enter(phase: Phase): number {
    if (this.phase !== null) this.leave()
    this.phase = phase
    return this.markMs
  }

  /** Ends the current phase. */
  leave(): void {
    const phase = this.phase
    if (phase === null) return
    const nowMs = performance.now()
    this[phase] = (this[phase] ?? 0) + nowMs - this.markMs
    this.phase = null
    this.markMs = nowMs
  }

  elapsedMs(): number {
    return performance.now() - this.startedAtMs
  }

  /** The total ends with the last phase: what follows it is our own bookkeeping. */
  phases(): Phases {
    this.leave()
    if (this.markMs === this.startedAtMs) this.markMs = performance.now()
    return {
      dns: wholeUs(this.dns),
      connect: wholeUs(this.connect),
      tls: wholeUs(this.tls),
      firstByte: wholeUs(this.firstByte),
      transfer: wholeUs(this.transfer),
      total: Math.round((this.markMs - this.startedAtMs) * 1_000),
    }
  }
}

function wholeUs(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1_000)
}
