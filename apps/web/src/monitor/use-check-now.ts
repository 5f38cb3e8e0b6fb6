'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { t } from '@repo/ui/words'
import { useMutation } from '@tanstack/react-query'
import { checkMonitorNow } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { notify } from '../shell/notices.tsx'

/** Has a monitor checked at once from all its regions; the ticks come by the live channel, like any other. */
export function useCheckNow(): { check: (monitor: Monitor) => void; isAsking: boolean } {
  const { mutate, isPending } = useMutation({
    mutationFn: ({ id }: Monitor) => checkMonitorNow(id),
    onSuccess: (_answer, { name, regions }) =>
      notify(
        regions.length === 1
          ? t('{name} is checked now from {region}.', { name, region: regions[0] ?? '' })
          : t('{name} is checked now from {count} regions.', { name, count: regions.length }),
      ),
    onError: (error, { name }) =>
      notify(t('{name} was not checked. {failure}', { name, failure: failureText(error) }), { failed: true }),
  })
  return { check: mutate, isAsking: isPending }
}
