'use client'
import type { Monitor, MonitorPage } from '@repo/contracts/monitors'
import { t } from '@repo/ui/words'
import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { keys, pauseMonitor, resumeMonitor } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { notify } from '../shell/notices.tsx'

/** Pauses a monitor or lets it go on. The answer is shown before it has come, and taken back if it is a refusal. */
export function usePauseSwitch(): (monitor: Monitor) => void {
  const client = useQueryClient()
  const { mutate } = useMutation({
    // One after the other: a resume that overtakes its pause would leave the monitor paused.
    scope: { id: 'pause' },
    mutationFn: (monitor: Monitor) =>
      monitor.status === 'paused' ? resumeMonitor(monitor.id) : pauseMonitor(monitor.id),
    onMutate: (monitor) => setStatus(client, monitor.id, monitor.status === 'paused' ? 'unknown' : 'paused'),
    onSuccess: (_answer, monitor) => {
      notify(
        monitor.status === 'paused'
          ? t('{name} is checked again.', { name: monitor.name })
          : t('{name} is paused.', { name: monitor.name }),
      )
      void client.invalidateQueries({ queryKey: keys.monitor(monitor.id) })
      void client.invalidateQueries({ queryKey: keys.counts })
    },
    onError: (error, monitor) => {
      setStatus(client, monitor.id, monitor.status)
      notify(t('Nothing was changed. {failure}', { failure: failureText(error) }), { failed: true })
    },
  })
  return mutate
}

function setStatus(client: QueryClient, id: string, status: Monitor['status']): void {
  const set = (monitor: Monitor) => (monitor.id === id ? { ...monitor, status, cause: null } : monitor)
  client.setQueryData<Monitor>(keys.monitor(id), (monitor) => monitor && set(monitor))
  client.setQueriesData<InfiniteData<MonitorPage, string>>({ queryKey: keys.lists }, (data) => {
    if (!data) return data
    return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(set) })) }
  })
}
