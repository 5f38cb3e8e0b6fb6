export interface Stoppable {
  stop(): void
}

/**
 * The probes that end when a signal aborts. One listener per signal serves them all: with thousands of probes at a time,
 * a listener of each would make adding and removing them a linear search.
 */
const stoppables = new WeakMap<AbortSignal, Set<Stoppable>>()

export function stopOnAbort(signal: AbortSignal, probe: Stoppable): void {
  let probes = stoppables.get(signal)
  if (!probes) {
    probes = new Set()
    stoppables.set(signal, probes)
    signal.addEventListener('abort', () => stopAll(signal), { once: true })
  }
  probes.add(probe)
}

export function forgetOnAbort(signal: AbortSignal, probe: Stoppable): void {
  stoppables.get(signal)?.delete(probe)
}

function stopAll(signal: AbortSignal): void {
  for (const probe of [...(stoppables.get(signal) ?? [])]) probe.stop()
}
