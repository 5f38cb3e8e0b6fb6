'use client'
import type { Monitor } from '@repo/contracts/monitors'
import type { Uptime, UptimeRange } from '@repo/contracts/uptime'
import { Button } from '@repo/ui/button'
import { lastedText } from '@repo/ui/duration'
import { Figure, type FigureColumn } from '@repo/ui/figure'
import { numberText, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { FailureNote } from '../shell/failure-note.tsx'
import { uptimeQuery } from './monitor-queries.ts'
import { rangeText, uptimeRanges } from './ranges.ts'

const UptimeDialog = dynamic(() => import('./uptime-dialog.tsx').then((module) => module.UptimeDialog))

interface Row {
  readonly range: UptimeRange
  readonly uptime: Uptime | undefined
}

/** The share of the time, and the share of single checks, over four ranges. */
export function UptimePanel({ monitor: { id, name } }: { monitor: Monitor }) {
  const queries = [
    useQuery(uptimeQuery(id, '24h')),
    useQuery(uptimeQuery(id, '7d')),
    useQuery(uptimeQuery(id, '30d')),
    useQuery(uptimeQuery(id, '90d')),
  ]
  const [isExplained, setIsExplained] = useState(false)
  const rows = uptimeRanges.map((range, index) => ({ range, uptime: queries[index]?.data }))
  const failed = queries.filter(({ error }) => error)
  const retry = () => {
    for (const query of failed) void query.refetch()
  }
  return (
    <Figure
      title={t('Uptime and reachability')}
      caption={captionOf(rows.at(-1)?.uptime)}
      columns={columns()}
      rows={rows.filter(({ uptime }) => uptime !== undefined)}
      fileName={`uptime-${name}`}
      className="mt-4"
      trouble={failed[0] && <FailureNote error={failed[0].error} onRetry={retry} />}
      legend={
        <Button look="quiet" aria-haspopup="dialog" className="-ml-3" onClick={() => setIsExplained(true)}>
          {t('How is this computed?')}
        </Button>
      }
    >
      <dl className="grid grid-cols-2 gap-x-4 gap-y-4 lg:grid-cols-4">
        {rows.map(({ range, uptime }) => (
          <div key={range} className="min-w-0">
            <dt className="num text-12 text-muted">{t(rangeText[range])}</dt>
            <dd className="num mt-0.5 text-20 tracking-[-0.02em]">
              <span className="sr-only">{t('Uptime')} </span>
              {percentText(uptime?.summary.uptimePercent)}
            </dd>
            <dd className="mt-0.5 text-12 text-muted">
              {t('Reachability {percent}', { percent: percentText(uptime?.summary.reachability.percent) })}
            </dd>
            <dd className="text-12 text-muted">{downText(uptime)}</dd>
          </div>
        ))}
      </dl>
      {isExplained && (
        <UptimeDialog uptimes={rows.flatMap(({ uptime }) => uptime ?? [])} onClose={() => setIsExplained(false)} />
      )}
    </Figure>
  )
}

export function percentText(percent: number | null | undefined): string {
  if (percent == null) return '–'
  const digits = percent === 100 ? 0 : 3
  return `${numberText(percent, { minimumFractionDigits: digits, maximumFractionDigits: digits })} %`
}

function downText(uptime: Uptime | undefined): string {
  if (!uptime) return '–'
  const { seconds, outages } = uptime.summary
  if (outages === 0) return t('never down')
  return t('down {lasted}, {outages, plural, one {# outage} other {# outages}}', {
    lasted: lastedText(seconds.down * 1_000),
    outages,
  })
}

function captionOf(uptime: Uptime | undefined): string {
  if (!uptime) return ''
  const { seconds, outages, uptimePercent } = uptime.summary
  if (uptimePercent === null) return t('Nothing is known of its time yet.')
  if (outages === 0) return t('Never down in 90 days, as far as it was watched.')
  return t('Down for {lasted} in {outages, plural, one {# outage} other {# outages}} of 90 days.', {
    lasted: lastedText(seconds.down * 1_000),
    outages,
  })
}

function columns(): FigureColumn<Row>[] {
  const figure = (name: string, csvName: string, of: (summary: Uptime['summary']) => number | null) => ({
    name,
    csvName,
    csv: ({ uptime }: Row) => (uptime ? of(uptime.summary) : null),
  })
  const number = (name: string, csvName: string, of: (summary: Uptime['summary']) => number) => ({
    ...figure(name, csvName, of),
    text: ({ uptime }: Row) => (uptime ? numberText(of(uptime.summary)) : '–'),
  })
  const percent = (name: string, csvName: string, of: (summary: Uptime['summary']) => number | null) => ({
    ...figure(name, csvName, of),
    text: ({ uptime }: Row) => percentText(uptime && of(uptime.summary)),
  })
  return [
    { name: t('Range'), csvName: 'range', text: ({ range }) => t(rangeText[range]), csv: ({ range }) => range },
    percent(t('Uptime'), 'uptime_percent', (summary) => summary.uptimePercent),
    percent(t('Reachability'), 'reachability_percent', ({ reachability }) => reachability.percent),
    number(t('Checks passed'), 'checks_passed', ({ reachability }) => reachability.passed),
    number(t('Checks'), 'checks', ({ reachability }) => reachability.checks),
    number(t('Seconds down'), 'down_seconds', ({ seconds }) => seconds.down),
    number(t('Outages'), 'outages', ({ outages }) => outages),
  ]
}
