/** Resolves after `ms`, or at once when the signal aborts: whoever waits looks at the signal afterwards. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}

/** Tries until it succeeds or the signal aborts, at least once; says whether it succeeded. */
export async function persist(attempt: () => Promise<void>, backoff: Backoff, signal: AbortSignal): Promise<boolean> {
  for (let failures = 0; ; failures += 1) {
    try {
      await attempt()
      return true
    } catch (error) {
      backoff.onFailure?.(error)
      if (signal.aborted) return false
      await pause(delayMs(backoff, failures), signal)
      if (signal.aborted) return false
    }
  }
}

export interface Backoff {
  readonly firstMs: number
  readonly lastMs: number
  readonly onFailure?: (error: unknown) => void
}

export function delayMs({ firstMs, lastMs }: Backoff, failures: number): number {
  return Math.min(firstMs * 2 ** Math.min(failures, 20), lastMs)
}
