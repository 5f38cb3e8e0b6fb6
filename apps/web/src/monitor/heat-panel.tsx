'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { latencyText } from '@repo/ui/duration'
import { Figure, type FigureColumn } from '@repo/ui/figure'
import { HeatMap, heatBounds, heatStep, steps } from '@repo/ui/heat-map'
import { dateText, numberText, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { FailureNote } from '../shell/failure-note.tsx'
import { momentText } from '../shell/time.tsx'
import { type Hour, hoursOf, slowestHour } from './hours.ts'
import { seriesQuery } from './monitor-queries.ts'

const HOUR_SECONDS = 3_600
const week = { kind: 'range', range: '7d' } as const

/** The hours of the last days: at what time of day it is slow. */
export function HeatPanel({ monitor: { id, name } }: { monitor: Monitor }) {
  const { data, error, refetch } = useQuery(seriesQuery(id, week))
  const isHourly = data === undefined || data.bucketSeconds === HOUR_SECONDS
  const hours = data && isHourly ? hoursOf(data) : []
  const bounds = heatBounds(hours.flatMap(({ p95Ms }) => p95Ms ?? []))
  return (
    <Figure
      title={t('Hour by hour')}
      caption={data ? captionOf(hours, isHourly) : ''}
      columns={columns()}
      rows={hours.toReversed()}
      fileName={`hours-${name}`}
      trouble={error && <FailureNote error={error} onRetry={() => void refetch()} />}
      legend={bounds.length > 0 && <Legend bounds={bounds} />}
      className="mt-4"
    >
      {hours.length > 0 ? <HeatMap rows={rowsOf(hours, bounds)} /> : <div className="min-h-6" />}
    </Figure>
  )
}

function rowsOf(hours: readonly Hour[], bounds: readonly number[]) {
  const dates = [...new Set(hours.map(({ date }) => date))]
  return dates.map((date) => {
    const ofDay = hours.filter((hour) => hour.date === date)
    return {
      key: date,
      name: dateText(ofDay[0]?.atMs ?? 0, { weekday: 'short', day: 'numeric' }),
      cells: Array.from({ length: 24 }, (_, n) => {
        const hour = ofDay.find((one) => one.hour === n)
        return (
          hour && {
            step: hour.p95Ms === null ? null : heatStep(hour.p95Ms, bounds),
            isFailing: hour.down > 0,
            label: hourText(hour),
          }
        )
      }),
    }
  })
}

function hourText({ atMs, p95Ms, down }: Hour): string {
  const values = { time: momentText(atMs), latency: latencyText(p95Ms), down }
  return down > 0
    ? t('{time}: p95 {latency}, {down, plural, one {# check} other {# checks}} failed', values)
    : t('{time}: p95 {latency}', values)
}

function captionOf(hours: readonly Hour[], isHourly: boolean): string {
  if (!isHourly) return t('It is checked too seldom to tell its hours apart.')
  const slowest = slowestHour(hours)
  if (!slowest) return t('No check has passed in this range.')
  return t('Over 7 days the slowest hour began at {time}, with a p95 of {latency}.', {
    time: momentText(slowest.atMs),
    latency: latencyText(slowest.p95Ms),
  })
}

function Legend({ bounds }: { bounds: readonly number[] }) {
  const last = bounds.at(-1) ?? 0
  return (
    <p className="num flex flex-wrap items-center gap-x-3 gap-y-1 text-12 text-muted">
      {steps.map((step, index) => (
        <span key={step} className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className={`size-3 ${step}`} />
          {index < bounds.length ? `≤ ${latencyText(bounds[index] ?? 0)}` : `> ${latencyText(last)}`}
        </span>
      ))}
      <span className="inline-flex items-center gap-1.5">
        <span aria-hidden="true" className="pattern-down size-3" />
        <span className="font-sans">{t('a check failed')}</span>
      </span>
    </p>
  )
}

function columns(): FigureColumn<Hour>[] {
  return [
    {
      name: t('From'),
      csvName: 'from',
      text: ({ atMs }) => momentText(atMs),
      csv: ({ atMs }) => new Date(atMs).toISOString(),
    },
    { name: 'p95', csvName: 'p95_ms', text: ({ p95Ms }) => latencyText(p95Ms), csv: ({ p95Ms }) => p95Ms },
    { name: t('Checks'), csvName: 'checks', text: ({ checks }) => numberText(checks), csv: ({ checks }) => checks },
    { name: t('Failed'), csvName: 'failed', text: ({ down }) => numberText(down), csv: ({ down }) => down },
  ]
}
