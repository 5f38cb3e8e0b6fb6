/** How often a keeper looks at everything. */
export interface Pace {
  /** Does what is to be timed, and rejects where that does. */
  time<Result>(work: () => Promise<Result>): Promise<Result>
  /** `everyMs`, and longer where the last look took long: looking takes a twentieth of the time at most. */
  waitMs(): number
}

const share = 20

/** What a look takes is work, and is measured as such: no clock that is set or shared has to do with it. */
export function createPace(everyMs: number, nowMs = () => performance.now()): Pace {
  let tookMs = 0
  return {
    async time(work) {
      const fromMs = nowMs()
      try {
        return await work()
      } finally {
        tookMs = nowMs() - fromMs
      }
    },
    waitMs: () => Math.max(everyMs, tookMs * share),
  }
}
