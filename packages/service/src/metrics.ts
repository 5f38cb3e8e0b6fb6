import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export { Counter, Gauge, Histogram } from 'prom-client'

/** What a process counts and measures of itself, for Prometheus. */
export type Metrics = Registry

/** The metrics of one process: those of the runtime (memory, processor, event loop lag, descriptors) and those its roles add. */
export function createMetrics(): Metrics {
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics, prefix: 'betteruptime_' })
  return metrics
}

export interface Reading {
  readonly name: string
  readonly help: string
  /** Read whenever the metrics are asked for. */
  readonly read: () => number | Promise<number>
}

export function addReading(metrics: Metrics, { name, help, read }: Reading): void {
  new Gauge({
    name,
    help,
    registers: [metrics],
    async collect() {
      this.set(await read())
    },
  })
}

/** What a stream says of its fill; see `Depth` of the streams. */
export interface StreamFill {
  readonly length: number
  readonly pending: number
  readonly oldestAgeMs: number
  readonly dead: number
  readonly lost: number
}

const fillHelp = {
  length: 'Entries that are not acknowledged yet.',
  pending: 'Entries that some consumer has taken and not acknowledged yet.',
  oldestAgeMs: 'Age of the oldest entry that is not acknowledged yet.',
  dead: 'Messages that were set aside because nobody could handle them.',
  lost: 'Entries that vanished from the stream while they were pending.',
} as const

/** Gauges of a stream, read at one look; several streams of a process share the gauges, told apart by the label `stream`. */
export function addStreamFill(metrics: Metrics, stream: string, read: () => Promise<StreamFill>): void {
  let look: Promise<StreamFill> | undefined
  // All five are asked for in one turn.
  const once = () => {
    look ??= read().finally(() => {
      look = undefined
    })
    return look
  }
  for (const [field, help] of Object.entries(fillHelp) as [keyof StreamFill, string][]) {
    const name = `betteruptime_stream_${field === 'oldestAgeMs' ? 'oldest_age_seconds' : field}`
    const readings = fillReadings(metrics, name, help)
    readings.set(stream, async () => (await once())[field] / (field === 'oldestAgeMs' ? 1_000 : 1))
  }
}

const readingsOf = new WeakMap<object, Map<string, () => Promise<number>>>()

function fillReadings(metrics: Metrics, name: string, help: string): Map<string, () => Promise<number>> {
  const known = metrics.getSingleMetric(name)
  if (known) return readingsOf.get(known) ?? new Map()
  const readings = new Map<string, () => Promise<number>>()
  const gauge = new Gauge({
    name,
    help,
    labelNames: ['stream'],
    registers: [metrics],
    async collect() {
      // A backend that is away must not take all other figures with it.
      for (const [stream, read] of readings) {
        const value = await read().catch(() => undefined)
        if (value === undefined) this.remove({ stream })
        else this.set({ stream }, value)
      }
    },
  })
  readingsOf.set(gauge, readings)
  return readings
}

/** Bounds of histograms, in seconds. */
export const secondsBuckets = {
  /** From a millisecond to half a minute. */
  lag: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
  /** From a millisecond to a minute, for what waits for a disk or a network. */
  work: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60],
} as const

/** Bounds of a histogram of how many there were at once. */
export const countBuckets: readonly number[] = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000]
