'use client'
import type { Monitor } from '@repo/contracts/monitors'
import type { Uptime } from '@repo/contracts/uptime'
import { DayBars } from '@repo/ui/day-bars'
import { lastedText } from '@repo/ui/duration'
import { Figure, type FigureColumn } from '@repo/ui/figure'
import { dateText, numberText, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { FailureNote } from '../shell/failure-note.tsx'
import { type Day, daysOf, knownDays } from './days.ts'
import { uptimeQuery } from './monitor-queries.ts'
import { percentText } from './uptime-panel.tsx'

/** The last 90 days, a bar each. */
export function DaysPanel({ monitor: { id, name } }: { monitor: Monitor }) {
  const { data, error, refetch } = useQuery(uptimeQuery(id, '90d'))
  const days = data ? daysOf(data) : []
  const byDate = new Map(days.map((day) => [day.date, day]))
  return (
    <Figure
      title={t('90 days')}
      caption={data ? captionOf(data, days) : ''}
      columns={columns()}
      rows={knownDays(days).toReversed()}
      fileName={`days-${name}`}
      trouble={error && <FailureNote error={error} onRetry={() => void refetch()} />}
      legend={<p className="text-12 text-muted">{t('Days are those of UTC. An outline is a day without data.')}</p>}
      className="mt-4"
    >
      {data ? (
        <DayBars
          label={t('Uptime day by day')}
          days={days.map((day) => ({
            key: day.date,
            parts: day.figures?.seconds,
            passed: day.passed,
            label: `${dayText(day)}: ${storyOf(day)}`,
          }))}
          card={(date) => <Card day={byDate.get(date)} />}
        />
      ) : (
        <div className="h-12" />
      )}
    </Figure>
  )
}

function Card({ day }: { day: Day | undefined }) {
  if (!day) return null
  return (
    <>
      <p className="font-bold">{dayText(day)}</p>
      {day.figures && <p className="num text-14">{percentText(day.figures.uptimePercent)}</p>}
      <p className="text-muted">{downText(day)}</p>
    </>
  )
}

function dayText({ atMs }: Day): string {
  return dateText(atMs, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' })
}

/** What a screen reader says of a day. */
function storyOf(day: Day): string {
  if (!day.figures || day.figures.uptimePercent === null) return downText(day)
  return `${percentText(day.figures.uptimePercent)}, ${downText(day)}`
}

function downText({ figures }: Day): string {
  if (!figures || figures.uptimePercent === null) return t('no data')
  const { seconds, outages } = figures
  if (outages === 0) return t('never down')
  return t('down {lasted}, {outages, plural, one {# outage} other {# outages}}', {
    lasted: lastedText(seconds.down * 1_000),
    outages,
  })
}

function captionOf({ summary }: Uptime, days: readonly Day[]): string {
  const percent = percentText(summary.uptimePercent)
  const bad = days.filter(({ figures }) => (figures?.outages ?? 0) > 0).length
  if (summary.uptimePercent === null) return t('Nothing is known of its time yet.')
  if (bad === 0) return t('{percent}, no day with an outage.', { percent })
  return t('{percent}, {bad, plural, one {# day} other {# days}} with an outage.', { percent, bad })
}

function columns(): FigureColumn<Day>[] {
  const seconds = (name: string, csvName: string, of: (day: Day) => number | undefined): FigureColumn<Day> => ({
    name,
    csvName,
    text: (day) => numberText(of(day) ?? 0, { maximumFractionDigits: 0 }),
    csv: (day) => of(day) ?? null,
  })
  return [
    { name: t('Day'), csvName: 'date', text: ({ date }) => date, csv: ({ date }) => date },
    {
      name: t('Uptime'),
      csvName: 'uptime_percent',
      text: ({ figures }) => percentText(figures?.uptimePercent),
      csv: ({ figures }) => figures?.uptimePercent ?? null,
    },
    seconds(t('Seconds down'), 'down_seconds', ({ figures }) => figures?.seconds.down),
    seconds(t('Seconds in maintenance'), 'maintenance_seconds', ({ figures }) => figures?.seconds.maintenance),
    seconds(t('Outages'), 'outages', ({ figures }) => figures?.outages),
  ]
}
