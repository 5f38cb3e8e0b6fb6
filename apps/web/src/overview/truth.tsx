'use client'
import type { MonitorCounts } from '@repo/contracts/monitors'
import { rich, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { systemQuery } from '../api/system-query.ts'
import { headline } from '../monitors/headline.ts'
import { Ago } from '../shell/time.tsx'
import { lastEnd, useRecentIncidents } from './recent-incidents.ts'
import { unreliableRegions } from './regions.ts'

/** What is so just now, in a sentence; and in what follows it, what else asks for attention or how long all has been well. */
export function Truth({ counts }: { counts: MonitorCounts | undefined }) {
  const { data: system } = useQuery(systemQuery)
  const unreliable = system ? unreliableRegions(system) : []
  const { truth, rest } = counts ? headline(counts) : { truth: '', rest: '' }
  return (
    <h1 className="min-h-7 text-20 font-bold tracking-[-0.02em] text-pretty md:min-h-8.5 md:text-28">
      {truth || <span className="sr-only">{t('Overview')}</span>}{' '}
      <span className="text-muted">
        {rest}{' '}
        {unreliable.length > 0 && (
          <span title={unreliable.join(', ')}>
            {t('{count, plural, one {# region is unreliable.} other {# regions are unreliable.}}', {
              count: unreliable.length,
            })}
          </span>
        )}
        {counts && counts.up > 0 && counts.down + counts.degraded === 0 && <Calm />}
      </span>
    </h1>
  )
}

/** How long all has been well. */
function Calm() {
  const { data: incidents } = useRecentIncidents()
  if (!incidents) return null
  const end = lastEnd(incidents)
  if (end) return <> {rich('The last incident ended {ago}.', { ago: <Ago at={end} /> })}</>
  return incidents.length === 0 ? <> {t('There was no incident yet.')}</> : null
}
