/** Works until the signal aborts, finishes what is in flight, and resolves. Rejects only when it cannot go on. */
export type Service = (signal: AbortSignal) => Promise<void>

export const stopBudgetMs = 9_000

/**
 * Runs all services until the signal aborts or one of them ends. Then stops them one after the other in the order in
 * which they are listed (upstream first, so that nothing in flight is lost), within `budgetMs` for all together.
 * Rejects with the first failure: one service down means process down.
 */
export async function runAll(
  services: Record<string, Service>,
  signal: AbortSignal,
  { budgetMs = stopBudgetMs } = {},
): Promise<void> {
  const running = Object.entries(services).map(([name, service]) => startService(name, service))
  const stopped = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const firstFailure = await Promise.race([
    stopped,
    ...running.map(({ name, done }) => done.then((failure) => failure ?? new Error(`${name} ended by itself`))),
  ])
  const failures = await stopInOrder(running, budgetMs)
  const failure = firstFailure ?? failures[0]
  if (failure) throw failure
}

interface Running {
  readonly name: string
  readonly controller: AbortController
  /** Settles when the service has ended: with its failure, or undefined after a clean stop. */
  readonly done: Promise<Error | undefined>
}

function startService(name: string, service: Service): Running {
  const controller = new AbortController()
  const done = service(controller.signal).then(
    () => undefined,
    (cause: unknown) => new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }),
  )
  return { name, controller, done }
}

async function stopInOrder(running: readonly Running[], budgetMs: number): Promise<Error[]> {
  const failures: Error[] = []
  const deadline = AbortSignal.timeout(budgetMs)
  for (const { name, controller, done } of running) {
    controller.abort()
    const late = new Promise<Error>((resolve) => {
      const giveUp = () => resolve(new Error(`${name} did not stop in time`))
      if (deadline.aborted) giveUp()
      deadline.addEventListener('abort', giveUp, { once: true })
    })
    const failure = await Promise.race([done, late])
    if (failure) failures.push(failure)
  }
  return failures
}

/** Resolves when the signal aborts, at once where it has. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** A signal that comes again so soon is the same one on another way: a terminal tells the group, a launcher passes it on. */
const sameSignalMs = 1_000

/** Aborts on the first SIGINT, SIGTERM or SIGHUP. A later one ends the process at once. */
export function terminationSignal(): AbortSignal {
  const controller = new AbortController()
  let firstAtMs = 0
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted && performance.now() - firstAtMs > sameSignalMs) process.exit(130)
      firstAtMs ||= performance.now()
      controller.abort(name)
    })
  }
  return controller.signal
}
