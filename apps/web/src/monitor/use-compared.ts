'use client'
import type { Monitor } from '@repo/contracts/monitors'
import type { Series } from '@repo/contracts/ticks'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useSearchParam } from '../navigation.ts'
import { MOST_REGIONS } from './latency-lines.ts'
import { othersQuery, seriesQuery } from './monitor-queries.ts'
import { customSpan, type Span } from './span.ts'

/** What the address asks to see side by side: each region by itself, or the stretch before. */
export function useCompared({ id, regions }: Monitor, span: Span, series: Series) {
  const [by, setBy] = useSearchParam('by')
  const [compare, setCompare] = useSearchParam('compare')
  const byRegion = by === 'region' && regions.length > 1
  const isCompared = compare === 'before' && !byRegion
  const asked = byRegion ? regions.slice(0, MOST_REGIONS) : []
  const rest = byRegion ? regions.slice(MOST_REGIONS) : []
  const answers = useQueries({ queries: asked.map((region) => seriesQuery(id, span, region)) })
  const others = useQuery({ ...othersQuery(id, span, rest), enabled: rest.length > 0 })
  const [fromMs, toMs] = [Date.parse(series.from), Date.parse(series.to)]
  const before = customSpan(fromMs - (toMs - fromMs), fromMs)
  const previous = useQuery({ ...seriesQuery(id, before ?? span), enabled: isCompared && before !== undefined })
  const failed = [...answers, others, ...(isCompared ? [previous] : [])].filter(({ error }) => error)
  const data = answers.map((answer) => answer.data)
  return {
    byRegion,
    setByRegion: (isOn: boolean) => setBy(isOn ? 'region' : ''),
    isCompared,
    setIsCompared: (isOn: boolean) => setCompare(isOn ? 'before' : ''),
    // biome-ignore lint/correctness/useExhaustiveDependencies: the answers themselves, and not the array that they come in
    regions: useMemo(
      () => [
        ...asked.map((region, index) => ({ region, series: data[index] })),
        ...rest.map((region, index) => ({ region, series: others.data?.[index] })),
      ],
      [asked.join('\n'), rest.join('\n'), others.data, ...data],
    ),
    previous: isCompared ? previous.data : undefined,
    error: failed[0]?.error,
    retry: () => {
      for (const query of failed) void query.refetch()
    },
  }
}

export type Compared = ReturnType<typeof useCompared>
