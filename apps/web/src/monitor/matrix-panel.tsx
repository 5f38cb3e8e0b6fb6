'use client'
import type { Monitor } from '@repo/contracts/monitors'
import type { Tick } from '@repo/contracts/ticks'
import { latencyText } from '@repo/ui/duration'
import { Figure, type FigureColumn } from '@repo/ui/figure'
import { RegionMatrix } from '@repo/ui/region-matrix'
import { statusWord } from '@repo/ui/status'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { writeCheckAddress } from '../check/check-address.ts'
import { useSearchParam } from '../navigation.ts'
import { FailureNote } from '../shell/failure-note.tsx'
import { clockText } from '../shell/time.tsx'
import { disagreeing, latestSlots, type Slot } from './matrix.ts'
import { slotsQuery } from './monitor-queries.ts'

/** The last checks of all regions beside each other: which one disagrees is seen at a glance. */
export function MatrixPanel({ monitor, live }: { monitor: Monitor; live: readonly Tick[] }) {
  const { id, name, regions } = monitor
  const { data, error, refetch } = useQuery(slotsQuery(id, regions.length))
  const [, look] = useSearchParam('check')
  const slots = latestSlots([...live, ...(data?.items ?? [])], regions)
  const tickOf = (region: string, key: string) => slots.find((slot) => slot.at === key)?.ticks.get(region)
  return (
    <Figure
      title={t('Regions')}
      caption={data ? captionOf(slots, regions) : ''}
      columns={columnsOf(regions)}
      rows={slots.toReversed()}
      fileName={`regions-${name}`}
      trouble={error && <FailureNote error={error} onRetry={() => void refetch()} />}
      className="mt-4"
    >
      {slots.length > 0 ? (
        <RegionMatrix
          label={t('Checks of each region')}
          regions={regions}
          slots={slots.map(({ at }) => ({ key: at, text: clockText(Date.parse(at)) }))}
          verdictOf={(region, at) => tickOf(region, at)?.verdict}
          cellLabel={(region, at) => cellText(tickOf(region, at), { region, at })}
          onOpen={(region, scheduledAt) => look(writeCheckAddress({ region, scheduledAt }))}
        />
      ) : (
        <p className="min-h-12 text-muted">{data && t('No check yet.')}</p>
      )}
    </Figure>
  )
}

function cellText(tick: Tick | undefined, { region, at }: { region: string; at: string }): string {
  const values = { region, time: clockText(Date.parse(at)) }
  if (!tick) return t('{region} at {time}: no check', values)
  return t('{region} at {time}: {verdict}', { ...values, verdict: statusWord[tick.verdict] })
}

function captionOf(slots: readonly Slot[], regions: readonly string[]): string {
  const count = slots.length
  if (count === 0) return ''
  if (regions.length === 1) return t('The last {count, plural, one {# check} other {# checks}}.', { count })
  const found = disagreeing(slots, regions)
  const [first] = found
  if (!first) return t('All regions agree in the last {count, plural, one {# check} other {# checks}}.', { count })
  return t('{region} disagrees in {times} of the last {count, plural, one {# check} other {# checks}}.', {
    region: first.region,
    times: first.times,
    count,
  })
}

function columnsOf(regions: readonly string[]): FigureColumn<Slot>[] {
  return [
    {
      name: t('Scheduled'),
      csvName: 'scheduled_at',
      text: ({ at }) => clockText(Date.parse(at)),
      csv: ({ at }) => at,
    },
    ...regions.map((region) => ({
      name: region,
      csvName: region,
      text: ({ ticks }: Slot) => {
        const tick = ticks.get(region)
        return tick ? `${statusWord[tick.verdict]} ${latencyText(tick.phases.totalMs)}` : '–'
      },
      csv: ({ ticks }: Slot) => ticks.get(region)?.verdict ?? null,
    })),
  ]
}
