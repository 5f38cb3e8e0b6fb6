'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { t } from '@repo/ui/words'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { keys, pauseMonitor, resumeMonitor } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { showWish } from '../api/wishes.ts'
import { notify } from '../shell/notices.tsx'

/** Pauses a monitor or lets it go on. The answer is shown before it has come, and taken back if it is a refusal. */
export function usePauseSwitch(): (monitor: Monitor) => void {
  const client = useQueryClient()
  const { mutate } = useMutation({
    // One after the other: a resume that overtakes its pause would leave the monitor paused.
    scope: { id: 'pause' },
    mutationFn: (monitor: Monitor) =>
      monitor.status === 'paused' ? resumeMonitor(monitor.id) : pauseMonitor(monitor.id),
    onMutate: ({ id, status }) =>
      showWish(client, new Set([id]), (shown) => ({
        ...shown,
        status: status === 'paused' ? 'unknown' : 'paused',
        cause: null,
      })),
    onSuccess: (_answer, monitor, wished) => {
      wished.grant()
      notify(
        monitor.status === 'paused'
          ? t('{name} is checked again.', { name: monitor.name })
          : t('{name} is paused.', { name: monitor.name }),
      )
      void client.invalidateQueries({ queryKey: keys.monitor(monitor.id) })
      void client.invalidateQueries({ queryKey: keys.counts })
    },
    onError: (error, _monitor, wished) => {
      wished?.takeBack()
      notify(t('Nothing was changed. {failure}', { failure: failureText(error) }), { failed: true })
    },
  })
  return mutate
}
