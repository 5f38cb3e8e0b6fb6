import type { ShownSpec } from '@repo/contracts/spec-secrets'
import type { Series } from '@repo/contracts/ticks'
import { latencyText } from '@repo/ui/duration'
import type { ChartBand, ChartLine } from '@repo/ui/latency-options'
import { gridOf, type LatencyBucket, type LatencyWindow, onGrid } from '@repo/ui/latency-series'
import { t } from '@repo/ui/words'

/** A line with the name that its entry in the legend and its column in the table have. */
export type NamedLine = ChartLine & {
  readonly name: string
  readonly csvName: string
  /** Of a band: by which line it is named, shown and hidden. */
  readonly edgeOf?: string
}

export function toBucket({ at, checks, down, unknown, p50Ms, p95Ms, p99Ms }: Series['buckets'][number]): LatencyBucket {
  return { atMs: Date.parse(at), checks, down, unknown, p50Ms, p95Ms, p99Ms }
}

/** One hue: p95 thick, p50 thin, p99 dotted. */
export function percentileLines(buckets: readonly LatencyBucket[], window: LatencyWindow): NamedLine[] {
  const line = (key: 'p50' | 'p95' | 'p99', look: Pick<ChartLine, 'widthPx' | 'dash' | 'opacity'>): NamedLine => ({
    key,
    name: key,
    csvName: `${key}_ms`,
    values: onGrid(buckets, window, (bucket) => bucket[`${key}Ms`]),
    colour: '--up',
    ...look,
  })
  return [
    line('p50', { widthPx: 1 }),
    line('p95', { widthPx: 2 }),
    line('p99', { widthPx: 1.5, dash: [2, 4], opacity: 0.75 }),
  ]
}

/** The p95 of the stretch before, laid over this one. */
export function previousLine(previous: Series, window: LatencyWindow): NamedLine {
  const shiftMs = window.toMs - Date.parse(previous.to)
  const buckets = previous.buckets.map(toBucket).map((bucket) => ({ ...bucket, atMs: bucket.atMs + shiftMs }))
  return {
    key: 'previous',
    name: t('p95 before'),
    csvName: 'previous_p95_ms',
    values: onGrid(buckets, window, (bucket) => bucket.p95Ms),
    colour: '--muted',
    widthPx: 1.5,
    dash: [6, 4],
  }
}

/** So many can be told from each other. */
export const MOST_REGIONS = 6
const colours = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'] as const
const dashes: readonly (readonly number[] | undefined)[] = [undefined, [8, 3], [2, 3], [8, 3, 2, 3], [4, 4], [12, 4]]

interface RegionSeries {
  readonly region: string
  readonly series: Series | undefined
}

/** The p95 of each region, told apart by colour, by dashes and by its name at the end; beyond the sixth, between what the others lie. */
export function regionLines(regions: readonly RegionSeries[], window: LatencyWindow): NamedLine[] {
  return [...firstLines(regions, window), ...otherLines(regions.slice(MOST_REGIONS), window)]
}

const OTHERS = 'others'
const OTHERS_LEAST = 'others-least'

/** Between the quickest and the slowest of the others. */
export const othersBand: ChartBand = { upper: OTHERS, lower: OTHERS_LEAST, colour: '--muted', opacity: 0.22 }

/** The edges of the band of those that are too many to be told apart. */
function otherLines(regions: readonly RegionSeries[], window: LatencyWindow): NamedLine[] {
  if (regions.length === 0) return []
  const columns = regions.map(({ series }) =>
    onGrid(series?.buckets.map(toBucket) ?? [], window, (bucket) => bucket.p95Ms),
  )
  const edge = (pick: (...values: number[]) => number) =>
    gridOf(window).map((_at, index) => {
      const values = columns.flatMap((column) => column[index] ?? [])
      return values.length === 0 ? null : pick(...values)
    })
  const look = { colour: '--muted', widthPx: 1, opacity: 0.6 } as const
  const [most, least] = [edge(Math.max), edge(Math.min)]
  const text = (index: number) => {
    const [from, to] = [latencyText(least[index] ?? null), latencyText(most[index] ?? null)]
    return from === to ? to : t('{from} to {to}', { from, to })
  }
  const name = t('{count, plural, one {# other} other {# others}}', { count: regions.length })
  return [
    {
      key: OTHERS,
      name,
      csvName: 'others_highest_p95_ms',
      label: t('others'),
      values: most,
      told: most,
      text,
      ...look,
    },
    {
      key: OTHERS_LEAST,
      name: t('lowest of them'),
      csvName: 'others_lowest_p95_ms',
      values: least,
      edgeOf: OTHERS,
      ...look,
    },
  ]
}

function firstLines(regions: readonly RegionSeries[], window: LatencyWindow): NamedLine[] {
  return regions.slice(0, MOST_REGIONS).map(({ region, series }, index) => {
    const dash = dashes[index]
    return {
      key: region,
      name: region,
      csvName: `${region}_p95_ms`,
      label: region,
      values: onGrid(series?.buckets.map(toBucket) ?? [], window, (bucket) => bucket.p95Ms),
      colour: colours[index] ?? '--muted',
      widthPx: 1.75,
      ...(dash && { dash }),
    }
  })
}

/** Which region is quickest and which slowest, where there is something to compare. */
export function regionsCaption(regions: readonly RegionSeries[]): string {
  const measured = regions
    .flatMap(({ region, series }) => (series?.summary.p95Ms == null ? [] : { region, ms: series.summary.p95Ms }))
    .sort((a, b) => a.ms - b.ms)
  const [quickest, slowest] = [measured[0], measured.at(-1)]
  if (!quickest || !slowest) return t('No check has passed in this range.')
  if (quickest === slowest)
    return t('p95 is {latency} in {region}.', { latency: latencyText(quickest.ms), region: quickest.region })
  return t('p95 is lowest in {quickest} ({least}) and highest in {slowest} ({most}).', {
    quickest: quickest.region,
    least: latencyText(quickest.ms),
    slowest: slowest.region,
    most: latencyText(slowest.ms),
  })
}

/** From how many milliseconds on a check counts as degraded; undefined where there is no such limit. */
export function limitOf(spec: ShownSpec): number | undefined {
  if ('slowMs' in spec) return spec.slowMs?.total
  return 'slowAfterMs' in spec ? spec.slowAfterMs : undefined
}
