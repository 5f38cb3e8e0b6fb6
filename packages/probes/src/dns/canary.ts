/** How long "the resolver answers other questions" is taken for true without asking again. */
const AGE_MS = 2_000
const LIMIT_MS = 1_000
/** Where a new look is not over in time, the last one counts for so long. */
const LAST_SEEN_MS = 10_000

/** Tells our own failure from the other side's: asks the region's resolver what any resolver can answer. */
export class Canary {
  private underWay: Promise<boolean> | undefined
  private known: { readonly answers: boolean; readonly askedAtMs: number } | undefined

  constructor(private readonly ask: (limitMs: number) => Promise<boolean>) {}

  /** Begins to find out, so that it is known by the time that somebody wants to know. */
  look(leftMs: number): void {
    if (!this.isKnownSince(AGE_MS)) void this.find(leftMs)
  }

  /** Within the time that is left; what cannot be found out by then is taken for our own failure. */
  async answers(leftMs: number): Promise<boolean> {
    if (!this.isKnownSince(AGE_MS)) await within(this.find(leftMs), leftMs)
    return this.isKnownSince(LAST_SEEN_MS) && this.known?.answers === true
  }

  private isKnownSince(ageMs: number): boolean {
    return this.known !== undefined && performance.now() - this.known.askedAtMs < ageMs
  }

  private find(leftMs: number): Promise<boolean> {
    if (this.underWay) return this.underWay
    const askedAtMs = performance.now()
    this.underWay = this.ask(Math.max(1, Math.min(LIMIT_MS, leftMs))).then((answers) => {
      this.underWay = undefined
      this.known = { answers, askedAtMs }
      return answers
    })
    return this.underWay
  }
}

/** Undefined where the time is over first. */
export function within<Value>(promise: Promise<Value>, limitMs: number): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), Math.max(0, limitMs))
    void promise.then((value) => {
      clearTimeout(timer)
      resolve(value)
    })
  })
}
