'use client'
import type { Window } from '@repo/contracts/maintenance'
import { t } from '@repo/ui/words'
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { failureText } from '../api/request.ts'
import { notify } from '../shell/notices.tsx'
import {
  changeWindow,
  createWindow,
  deleteWindow,
  maintenanceKey,
  type WindowChange,
  windowsQuery,
} from './maintenance-queries.ts'

/** What can be done with a window in one click. */
export function useWindowDeeds(window: Window) {
  const client = useQueryClient()
  const failed = (error: unknown) =>
    notify(t('Nothing was changed. {reason}', { reason: failureText(error) }), { failed: true })
  const end = useMutation({
    mutationFn: () => changeWindow(window.id, endingNow(window, Date.now())),
    onSuccess: () => notify(t('{name} has ended.', { name: window.name })),
    onError: failed,
    onSettled: () => readAnew(client),
  })
  const remove = useMutation({
    mutationFn: () => deleteWindow(window.id),
    onMutate: () => {
      const before = client.getQueryData(windowsQuery.queryKey)
      client.setQueryData(windowsQuery.queryKey, (windows) => windows?.filter(({ id }) => id !== window.id))
      return before
    },
    onSuccess: () => notify(t('{name} is deleted.', { name: window.name }), undoOf(client, window)),
    onError: (error, _variables, before) => {
      client.setQueryData(windowsQuery.queryKey, before)
      failed(error)
    },
    onSettled: () => readAnew(client),
  })
  return { endNow: () => end.mutate(), remove: () => remove.mutate(), isBusy: end.isPending || remove.isPending }
}

/**
 * What lasts ends by its schedule: that of a window that comes once, now; one that comes again begins no more before now, and what
 * lasts began before.
 */
export function endingNow({ schedule }: Pick<Window, 'schedule'>, nowMs: number): WindowChange {
  const now = new Date(nowMs).toISOString()
  if (schedule.kind === 'once') return { schedule: { ...schedule, endsAt: now } }
  return { schedule: { ...schedule, from: now } }
}

/** A window is no more than what was said of it, so it can be made again; monitors that are gone are not in it any more. */
function undoOf(client: QueryClient, { name, schedule, appliesTo, announcement }: Window) {
  if (appliesTo.kind === 'monitors' && appliesTo.monitorIds.length === 0) return {}
  const run = () =>
    void createWindow({ name, schedule, appliesTo, announcement })
      .then(() => notify(t('{name} is back.', { name })))
      .catch((error: unknown) =>
        notify(t('{name} stays deleted. {reason}', { name, reason: failureText(error) }), { failed: true }),
      )
      .finally(() => readAnew(client))
  return { action: { text: t('Undo'), run } }
}

export function readAnew(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: maintenanceKey })
}
