import type { TestRunSeen } from '@repo/contracts/test-run'
import type { LiveBus } from '@repo/streams/live-bus'

export type HearTestRun = (seen: TestRunSeen) => void | Promise<void>

/** Who of this process waits for a test run: they share one subscription, which lasts as long as somebody does. */
export interface TestRunListeners {
  /** Resolves when nothing can be missed any more. @returns what ends it. */
  open(testRunId: string, hear: HearTestRun): Promise<() => void>
}

export function createTestRunListeners(bus: LiveBus<TestRunSeen>): TestRunListeners {
  const hearing = new Map<string, HearTestRun>()
  let subscription: { readonly ending: AbortController; readonly ready: Promise<void> } | undefined

  function subscribe() {
    const ending = new AbortController()
    return { ending, ready: bus.subscribe((seen) => void hearing.get(seen.testRunId)?.(seen), ending.signal) }
  }

  function close(testRunId: string): void {
    hearing.delete(testRunId)
    if (hearing.size > 0) return
    subscription?.ending.abort()
    subscription = undefined
  }

  return {
    async open(testRunId, hear) {
      hearing.set(testRunId, hear)
      subscription ??= subscribe()
      try {
        await subscription.ready
      } catch (error) {
        close(testRunId)
        throw error
      }
      return () => close(testRunId)
    },
  }
}
