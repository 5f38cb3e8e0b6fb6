'use client'
import type { Tick } from '@repo/contracts/ticks'
import type { LatencyWindow } from '@repo/ui/latency-series'
import { t } from '@repo/ui/words'
import { failureText } from '../api/request.ts'
import { writeCheckAddress } from '../check/check-address.ts'
import { useSearchParam } from '../navigation.ts'
import { notify } from '../shell/notices.tsx'
import { readTicksThrough } from './monitor-queries.ts'

/** Opens the check behind a bucket of a chart: one that failed, or else the slowest. */
export function usePick(id: string, window: LatencyWindow): (index: number) => void {
  const [, look] = useSearchParam('check')
  return (index) => {
    const fromMs = window.fromMs + index * window.bucketMs
    readTicksThrough(id, fromMs + window.bucketMs - 1).then(
      ({ items }) => {
        const tick = tellingOf(items.filter(({ scheduledAt }) => Date.parse(scheduledAt) >= fromMs))
        if (tick) look(writeCheckAddress(tick))
        else notify(t('No check is kept of this time.'))
      },
      (error) => notify(t('The check could not be read. {failure}', { failure: failureText(error) }), { failed: true }),
    )
  }
}

export function tellingOf(ticks: readonly Tick[]): Tick | undefined {
  const failed = ticks.find(({ verdict }) => verdict === 'down')
  return failed ?? ticks.toSorted((a, b) => b.phases.totalMs - a.phases.totalMs)[0]
}
