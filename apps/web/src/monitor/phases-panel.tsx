'use client'
import type { Monitor } from '@repo/contracts/monitors'
import type { PhaseSeries, Series } from '@repo/contracts/ticks'
import { ChartLegend } from '@repo/ui/chart-legend'
import { latencyText } from '@repo/ui/duration'
import { Figure, type FigureColumn } from '@repo/ui/figure'
import { gridOf } from '@repo/ui/latency-series'
import { numberText, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useMemo, useState } from 'react'
import { FailureNote } from '../shell/failure-note.tsx'
import { useTheme } from '../shell/theme.ts'
import { momentText } from '../shell/time.tsx'
import { phasesQuery } from './monitor-queries.ts'
import { floorLine, longestPhase, type PhaseLine, phaseBands, phaseLines } from './phase-lines.ts'
import { chartWindow } from './ranges.ts'
import type { Span } from './span.ts'
import { usePick } from './use-pick.ts'
import type { Zoom } from './use-span.ts'

const LatencyChart = dynamic(() => import('@repo/ui/latency-chart').then((module) => module.LatencyChart), {
  loading: () => <div className="h-45" />,
})

const HEIGHT_PX = 180

interface PhasesPanelProps {
  monitor: Monitor
  span: Span
  onZoom: Zoom
}

/** Where the time went over the same stretch as the latency, its cursor beside that of the latency. */
export function PhasesPanel({ monitor, span, onZoom }: PhasesPanelProps) {
  const { data, error, refetch } = useQuery(phasesQuery(monitor.id, span))
  const trouble = error && <FailureNote error={error} onRetry={() => void refetch()} />
  if (data)
    return <Known series={data} range={span.kind === 'range' ? span.range : null} {...{ monitor, onZoom, trouble }} />
  return (
    <Figure title={t('Phases')} caption="" columns={[]} rows={[]} fileName="phases" trouble={trouble} className="mt-4">
      <div className="h-45" />
    </Figure>
  )
}

interface KnownProps extends Omit<PhasesPanelProps, 'span'> {
  series: PhaseSeries
  range: Series['range']
  trouble: React.ReactNode
}

function Known({ monitor, series, range, onZoom, trouble }: KnownProps) {
  const theme = useTheme()
  const [cursor, setCursor] = useState<number | null>(null)
  const { from, to, bucketSeconds, buckets } = series
  const window = useMemo(
    () => chartWindow({ range, from, to, bucketSeconds }, monitor.createdAt),
    [range, from, to, bucketSeconds, monitor.createdAt],
  )
  const lines = useMemo(() => phaseLines(buckets, window), [buckets, window])
  const drawn = useMemo(() => [floorLine(lines), ...lines], [lines])
  const ground = useMemo(() => ({ spans: [], failing: [], limit: undefined }), [])
  const at = cursor === null ? undefined : window.fromMs + cursor * window.bucketMs
  const whole = cursor === null ? undefined : lines.at(-1)?.values[cursor]
  return (
    <Figure
      title={t('Phases')}
      caption={captionOf(lines)}
      columns={columnsOf(lines)}
      rows={gridOf(window)
        .map((atMs, index) => ({ atMs, index }))
        .filter(({ index }) => lines[0]?.values[index] != null)
        .toReversed()}
      fileName={`phases-${monitor.name}`}
      trouble={trouble}
      className="mt-4"
      reading={
        <ChartLegend
          label={t('Phases in the chart')}
          lines={lines}
          index={cursor}
          timeText={
            at === undefined
              ? undefined
              : t('{latency} in all, {time}', { latency: latencyText(whole ?? null), time: momentText(at) })
          }
        />
      }
    >
      <LatencyChart
        lines={drawn}
        bands={phaseBands(lines)}
        {...{ ground, window, theme, onZoom }}
        syncKey={`monitor ${monitor.id}`}
        onCursor={setCursor}
        onPick={usePick(monitor.id, window)}
        heightPx={HEIGHT_PX}
        testId="phase-chart"
      />
    </Figure>
  )
}

function captionOf(lines: readonly PhaseLine[]): string {
  const longest = longestPhase(lines)
  if (!longest) return t('No check has passed in this range.')
  return t('Most of the time goes into {phase}: {share} of it.', {
    phase: longest.name,
    share: numberText(longest.share, { style: 'percent' }),
  })
}

interface Row {
  readonly atMs: number
  readonly index: number
}

function columnsOf(lines: readonly PhaseLine[]): FigureColumn<Row>[] {
  const column = ({ name, csvName, told = [] }: Pick<PhaseLine, 'name' | 'csvName' | 'told'>): FigureColumn<Row> => ({
    name,
    csvName,
    text: ({ index }) => latencyText(told[index] ?? null),
    csv: ({ index }) => told[index] ?? null,
  })
  return [
    {
      name: t('From'),
      csvName: 'from',
      text: ({ atMs }) => momentText(atMs),
      csv: ({ atMs }) => new Date(atMs).toISOString(),
    },
    ...lines.map(column),
    column({ name: t('Total'), csvName: 'total_ms', told: lines.at(-1)?.values ?? [] }),
  ]
}
