const DEADLINE_MS = 10_000

/** Waits for a condition, and fails with its name when it does not come to hold. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs: number = DEADLINE_MS,
): Promise<void> {
  const deadlineMs = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`did not come to be within ${withinMs} ms: ${what}`)
    await Bun.sleep(5)
  }
}

/** Something that runs until it is told to stop, as services do. */
export interface Running {
  readonly ended: Promise<void>
  stop(): Promise<void>
}

export function run(service: (signal: AbortSignal) => Promise<void>): Running {
  const ending = new AbortController()
  const ended = service(ending.signal)
  return {
    ended,
    stop() {
      ending.abort()
      return ended
    },
  }
}
