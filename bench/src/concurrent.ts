import type { Contender } from './run.ts'

/** How many operations are under way at a time. */
export const CONCURRENCY = 64

/** Keeps a fixed number of operations under way until the deadline, and waits for the last of them. */
export function concurrent(name: string, operation: () => Promise<void>): Contender {
  return {
    name,
    async work(deadlineMs) {
      let count = 0
      const lane = async () => {
        while (performance.now() < deadlineMs) {
          await operation()
          count += 1
        }
      }
      await Promise.all(Array.from({ length: CONCURRENCY }, lane))
      return count
    },
  }
}
