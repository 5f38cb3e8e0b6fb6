/** Works until the signal aborts, finishes what is in flight, and resolves. Rejects only when it cannot go on. */
export type Service = (signal: AbortSignal) => Promise<void>

export const stopBudgetMs = 9_000

/**
 * Runs all services until the signal aborts or one of them ends. Then stops them one after the other in the order in
 * which they are listed (upstream first, so that nothing in flight is lost), within `stopBudgetMs` for all together.
 * Rejects with the first failure: one service down means process down.
 */
export async function runAll(services: Record<string, Service>, signal: AbortSignal): Promise<void> {
  const running = Object.entries(services).map(([name, service]) => startService(name, service))
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const failures: Error[] = []
  const failed = Promise.race(running.map(({ name, done }) => done.then((failure) => ended(name, failure))))
  await Promise.race([stopped, failed.then((failure) => failures.push(failure))])
  failures.push(...(await stopInOrder(running)))
  if (failures[0]) throw failures[0]
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

function ended(name: string, failure: Error | undefined): Error {
  return failure ?? new Error(`${name} ended by itself`)
}

async function stopInOrder(running: readonly Running[]): Promise<Error[]> {
  const failures: Error[] = []
  const deadline = AbortSignal.timeout(stopBudgetMs)
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

/** Aborts on the first SIGINT, SIGTERM or SIGHUP. A second one ends the process at once. */
export function terminationSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted && name !== 'SIGHUP') process.exit(130)
      controller.abort(name)
    })
  }
  return controller.signal
}
