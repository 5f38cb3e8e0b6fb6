'use client'
import type { Monitor } from '@repo/contracts/monitors'
import type { Outage } from '@repo/contracts/outages'
import type { Series } from '@repo/contracts/ticks'
import { ChartLegend } from '@repo/ui/chart-legend'
import { latencyText } from '@repo/ui/duration'
import { Figure, type FigureColumn } from '@repo/ui/figure'
import type { ChartGround } from '@repo/ui/latency-options'
import { gridOf, type LatencyBucket, type LatencyWindow, latencyCaption } from '@repo/ui/latency-series'
import { numberText, t } from '@repo/ui/words'
import type { UseQueryResult } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useMemo, useState } from 'react'
import { FailureNote } from '../shell/failure-note.tsx'
import { useTheme } from '../shell/theme.ts'
import { momentText } from '../shell/time.tsx'
import {
  limitOf,
  type NamedLine,
  othersBand,
  percentileLines,
  previousLine,
  regionLines,
  regionsCaption,
  toBucket,
} from './latency-lines.ts'
import { LatencyOptions } from './latency-switches.tsx'
import { RangePicker } from './range-picker.tsx'
import { chartWindow } from './ranges.ts'
import type { Span } from './span.ts'
import type { CheckNow } from './use-check-now.ts'
import { useCompared } from './use-compared.ts'
import { usePick } from './use-pick.ts'
import type { Zoom } from './use-span.ts'

const LatencyChart = dynamic(() => import('@repo/ui/latency-chart').then((module) => module.LatencyChart), {
  loading: () => <div className="h-75" />,
})

const regionBands = [othersBand]
const percentileBands = [{ upper: 'p95', lower: 'p50', colour: '--up', opacity: 0.16 }] as const

interface LatencyPanelProps {
  monitor: Monitor
  span: Span
  onSpan: (span: Span) => void
  onZoom: Zoom
  query: UseQueryResult<Series>
  outages: readonly Outage[]
  now: CheckNow
}

/** How quick it was: percentiles of all regions, or the p95 of each, over what was down. */
export function LatencyPanel({ monitor, span, onSpan, onZoom, query, outages, now }: LatencyPanelProps) {
  const { data: series, error, refetch } = query
  return series ? (
    <Known
      {...{ monitor, span, onSpan, onZoom, series, outages, now }}
      trouble={error && <FailureNote error={error} onRetry={() => void refetch()} />}
    />
  ) : (
    <Figure
      title={t('Latency')}
      caption=""
      action={<RangePicker span={span} onSpan={onSpan} />}
      columns={[]}
      rows={[]}
      fileName="latency"
      trouble={error && <FailureNote error={error} onRetry={() => void refetch()} />}
    >
      <div className="h-75" />
    </Figure>
  )
}

interface KnownProps extends Omit<LatencyPanelProps, 'query'> {
  series: Series
  trouble: React.ReactNode
}

function Known({ monitor, span, onSpan, onZoom, series, outages, now, trouble }: KnownProps) {
  const theme = useTheme()
  const [cursor, setCursor] = useState<number | null>(null)
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const { from, to, bucketSeconds, range } = series
  const window = useMemo(
    () => chartWindow({ range, from, to, bucketSeconds }, monitor.createdAt),
    [range, from, to, bucketSeconds, monitor.createdAt],
  )
  const compared = useCompared(monitor, span, series)
  const buckets = useMemo(() => series.buckets.map(toBucket), [series])
  const { byRegion, regions, previous } = compared
  const lines = useMemo(
    () =>
      byRegion
        ? regionLines(regions, window)
        : [...percentileLines(buckets, window), ...(previous ? [previousLine(previous, window)] : [])],
    [byRegion, regions, buckets, previous, window],
  )
  const shown = useMemo(() => lines.filter(({ key, edgeOf }) => !hidden.has(edgeOf ?? key)), [lines, hidden])
  const { answers } = now
  const ground = useMemo(
    () => groundOf(monitor, { buckets, window, outages, answers }),
    [monitor, buckets, window, outages, answers],
  )
  const at = cursor === null ? undefined : window.fromMs + cursor * window.bucketMs
  const pick = usePick(monitor.id, window)
  return (
    <Figure
      title={t('Latency')}
      caption={byRegion ? regionsCaption(regions) : latencyCaption(buckets, momentText)}
      action={<RangePicker span={span} onSpan={onSpan} />}
      columns={columnsOf(shown, byRegion)}
      rows={rowsOf(buckets, window, shown)}
      fileName={`latency-${monitor.name}`}
      trouble={trouble ?? (compared.error && <FailureNote error={compared.error} onRetry={compared.retry} />)}
      reading={
        <ChartLegend
          label={byRegion ? t('Regions in the chart') : t('Percentiles in the chart')}
          lines={lines.filter(({ edgeOf }) => edgeOf === undefined)}
          hidden={hidden}
          onToggle={(key) => setHidden(hidden.symmetricDifference(new Set([key])))}
          index={cursor}
          timeText={at === undefined ? undefined : momentText(at)}
        />
      }
      legend={
        <div className="pl-1.5">
          <LatencyOptions compared={compared} hasRegions={monitor.regions.length > 1} />
        </div>
      }
    >
      <LatencyChart
        lines={shown}
        bands={byRegion ? regionBands : percentileBands}
        {...{ ground, window, theme, onZoom }}
        syncKey={`monitor ${monitor.id}`}
        onCursor={setCursor}
        onPick={pick}
      />
    </Figure>
  )
}

interface Grounded {
  readonly buckets: readonly LatencyBucket[]
  readonly window: LatencyWindow
  readonly outages: readonly Outage[]
  readonly answers: CheckNow['answers']
}

function groundOf({ spec }: Monitor, { buckets, window, outages, answers }: Grounded): ChartGround {
  const failing = gridOf(window).map(() => false)
  for (const { atMs, down } of buckets) {
    const place = Math.round((atMs - window.fromMs) / window.bucketMs)
    if (down > 0 && place >= 0 && place < failing.length) failing[place] = true
  }
  const ms = limitOf(spec)
  return {
    failing,
    spans: outages.map(({ beganAt, endedAt }) => ({
      fromMs: Date.parse(beganAt),
      toMs: endedAt === null ? window.toMs : Date.parse(endedAt),
    })),
    points: [...answers.values()]
      .map(({ scheduledAt, phases, verdict }) => ({
        ...{ atMs: Date.parse(scheduledAt), ms: phases.totalMs, isDown: verdict === 'down' },
      }))
      .filter(({ atMs }) => atMs >= window.fromMs && atMs <= window.toMs),
    limit: ms === undefined ? undefined : { ms, text: t('degraded above {latency}', { latency: latencyText(ms) }) },
  }
}

interface Row {
  readonly atMs: number
  readonly bucket: LatencyBucket | undefined
  readonly values: readonly (number | null)[]
}

/** Newest first; what was not checked at all is left out. */
function rowsOf(buckets: readonly LatencyBucket[], window: LatencyWindow, lines: readonly NamedLine[]): Row[] {
  const byAt = new Map(buckets.map((bucket) => [bucket.atMs, bucket]))
  return gridOf(window)
    .map((atMs, index) => ({ atMs, bucket: byAt.get(atMs), values: lines.map(({ values }) => values[index] ?? null) }))
    .filter(({ bucket, values }) => bucket !== undefined || values.some((value) => value !== null))
    .toReversed()
}

function columnsOf(lines: readonly NamedLine[], byRegion: boolean): FigureColumn<Row>[] {
  const count = (name: string, csvName: string, of: (bucket: LatencyBucket) => number): FigureColumn<Row> => ({
    name,
    csvName,
    text: ({ bucket }) => (bucket ? numberText(of(bucket)) : '–'),
    csv: ({ bucket }) => (bucket ? of(bucket) : null),
  })
  return [
    { name: t('From'), csvName: 'from', text: ({ atMs }) => momentText(atMs), csv: ({ atMs }) => isoText(atMs) },
    ...(byRegion
      ? []
      : [count(t('Checks'), 'checks', ({ checks }) => checks), count(t('Failed'), 'failed', ({ down }) => down)]),
    ...lines.map(({ name, csvName }, index) => ({
      name,
      csvName,
      text: ({ values }: Row) => latencyText(values[index] ?? null),
      csv: ({ values }: Row) => values[index] ?? null,
    })),
  ]
}

function isoText(ms: number): string {
  return new Date(ms).toISOString()
}
