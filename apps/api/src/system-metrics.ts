import type { System, SystemRegion } from '@repo/contracts/system'
import { Gauge, type Metrics } from '@repo/service/metrics'

interface RegionFigure {
  readonly name: string
  readonly help: string
  /** Null where there is no such figure: then it is left out, and is not 0. */
  readonly of: (region: SystemRegion) => number | null
}

const figures: readonly RegionFigure[] = [
  {
    name: 'betteruptime_region_coverage_ratio',
    help: 'Share of the slots of a region in the last five minutes that have a result.',
    of: ({ coveragePercent }) => (coveragePercent === null ? null : coveragePercent / 100),
  },
  {
    name: 'betteruptime_region_checks_per_second',
    help: 'Checks a second, of all consumers of a region.',
    of: ({ checksPerSecond }) => checksPerSecond,
  },
  {
    name: 'betteruptime_region_result_age_seconds',
    help: 'Age of the newest canary check of a region that came the whole way.',
    of: ({ resultAgeSeconds }) => resultAgeSeconds,
  },
  {
    name: 'betteruptime_region_consumers',
    help: 'Consumers of a region that were seen just now.',
    of: ({ consumers }) => consumers,
  },
  {
    name: 'betteruptime_region_consumers_counting',
    help: 'Those of them whose results count.',
    of: ({ consumersCounting }) => consumersCounting,
  },
]

/**
 * The figures that the page of the system shows, from the very reading that it shows: whoever compares the two finds no difference
 * but that of their instants, which is a figure as well. What cannot be read is left out.
 */
export function addSystemMetrics(metrics: Metrics, read: () => Promise<System>): void {
  const whole = () => read().catch(() => undefined)
  for (const { name, help, of } of figures)
    new Gauge({
      name,
      help,
      labelNames: ['region'],
      registers: [metrics],
      async collect() {
        this.reset()
        for (const region of (await whole())?.regions ?? []) {
          const value = of(region)
          if (value !== null) this.set({ region: region.name }, value)
        }
      },
    })
  new Gauge({
    name: 'betteruptime_regions_read_timestamp_seconds',
    help: 'When the figures of the regions were read, as the page of the system says it; 0 where they could not be read.',
    registers: [metrics],
    async collect() {
      const system = await whole()
      this.set(system === undefined ? 0 : Date.parse(system.asOf) / 1_000)
    },
  })
}
