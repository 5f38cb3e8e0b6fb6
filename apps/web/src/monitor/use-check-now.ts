'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { useMutation } from '@tanstack/react-query'
import { checkMonitorNow } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { notify } from '../shell/notices.tsx'

/** Has a monitor checked at once from all its regions; the ticks come by the live channel, like any other. */
export function useCheckNow(): { check: (monitor: Monitor) => void; isAsking: boolean } {
  const { mutate, isPending } = useMutation({
    mutationFn: ({ id }: Monitor) => checkMonitorNow(id),
    onSuccess: (_answer, { name, regions }) =>
      notify(`${name} is checked now from ${regions.length === 1 ? regions[0] : `${regions.length} regions`}.`),
    onError: (error, { name }) => notify(`${name} was not checked. ${failureText(error)}`, { failed: true }),
  })
  return { check: mutate, isAsking: isPending }
}
