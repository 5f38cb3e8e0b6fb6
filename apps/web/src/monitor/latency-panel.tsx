'use client'
import type { Series, SeriesRange } from '@repo/contracts/ticks'
import { Button } from '@repo/ui/button'
import { latencyText } from '@repo/ui/duration'
import { type LatencyBucket, latencyCaption } from '@repo/ui/latency-series'
import { Panel } from '@repo/ui/panel'
import { RadioGroup } from '@repo/ui/radio-group'
import { ScrollRegion } from '@repo/ui/scroll-region'
import dynamic from 'next/dynamic'
import { useMemo, useState } from 'react'
import { useTheme } from '../shell/theme.ts'
import { momentText } from '../shell/time.tsx'
import { chartWindow, rangeOptions } from './ranges.ts'

const LatencyChart = dynamic(() => import('@repo/ui/latency-chart').then((module) => module.LatencyChart), {
  loading: () => <div className="h-80" />,
})

interface LatencyPanelProps {
  createdAt: string
  range: SeriesRange
  onRange: (range: SeriesRange) => void
  series: Series | undefined
  failure: string | undefined
  onRetry: () => void
}

export function LatencyPanel({ createdAt, range, onRange, series, failure, onRetry }: LatencyPanelProps) {
  const [asTable, setAsTable] = useState(false)
  const theme = useTheme()
  const buckets = useMemo(() => series?.buckets.map(toBucket) ?? [], [series])
  return (
    <Panel
      title="Latency"
      note={series && latencyCaption(buckets, momentText)}
      action={<RadioGroup legend="Range" value={range} options={rangeOptions} onChange={onRange} />}
    >
      {failure && (
        <p role="alert" className="mb-2 flex items-center justify-between gap-3 text-13 text-down-fg">
          {failure} <Button onClick={onRetry}>Retry</Button>
        </p>
      )}
      <figure
        aria-label={`Latency. ${series ? latencyCaption(buckets, momentText) : ''}`}
        className="relative min-h-80"
      >
        {series && !asTable && (
          <LatencyChart buckets={buckets} window={chartWindow(series, createdAt)} theme={theme} timeText={momentText} />
        )}
        {asTable && <BucketTable buckets={buckets} />}
      </figure>
      <div className="-mt-6 flex justify-end">
        <button
          type="button"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
          className="relative min-h-6 rounded-control text-13 text-accent underline-offset-2 hover:underline"
        >
          {asTable ? 'View as chart' : 'View as table'}
        </button>
      </div>
    </Panel>
  )
}

function toBucket({ at, checks, down, unknown, p50Ms, p95Ms, p99Ms }: Series['buckets'][number]): LatencyBucket {
  return { atMs: Date.parse(at), checks, down, unknown, p50Ms, p95Ms, p99Ms }
}

function BucketTable({ buckets }: { buckets: readonly LatencyBucket[] }) {
  return (
    <ScrollRegion label="Latency as a table" className="max-h-80 rounded-control border border-line">
      <table className="w-full text-13">
        <thead className="sticky top-0 bg-surface text-12 text-muted">
          <tr className="*:px-3 *:py-2 *:text-right *:font-normal *:first:text-left">
            {['From', 'Checks', 'Failed', 'p50', 'p95', 'p99'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="num">
          {buckets.toReversed().map((bucket) => (
            <tr key={bucket.atMs} className="border-line border-t *:px-3 *:py-1.5 *:text-right *:first:text-left">
              <td>{momentText(bucket.atMs)}</td>
              <td>{bucket.checks}</td>
              <td>{bucket.down}</td>
              <td>{latencyText(bucket.p50Ms)}</td>
              <td>{latencyText(bucket.p95Ms)}</td>
              <td>{latencyText(bucket.p99Ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
