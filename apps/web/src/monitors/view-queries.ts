import type { View, ViewList } from '@repo/contracts/views'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { failureText, isCode, request } from '../api/request.ts'
import { notify } from '../shell/notices.tsx'
import { keepViews, keptViews } from './kept-views.ts'

const path = '/api/v1/views'

/** One's own views of the list in a workspace. What this browser alone has kept so far is carried over first. */
export function viewsQuery(workspaceId: string) {
  return queryOptions({
    queryKey: ['views', workspaceId],
    queryFn: async ({ signal }) => {
      await carryOver(workspaceId)
      return (await request<ViewList>(path, { signal })).items
    },
    enabled: workspaceId !== '',
  })
}

/** Each is tried once: what the account has by this name already, or has no room for, is left out. */
async function carryOver(workspaceId: string): Promise<void> {
  const kept = keptViews(workspaceId)
  if (kept.length === 0) return
  // Taken away first: another tab must not carry them over as well.
  keepViews(workspaceId, [])
  for (const [index, { name, search }] of kept.entries()) {
    try {
      await request(path, { method: 'POST', body: { name, search } })
    } catch (error) {
      const isRefused = (['name_taken', 'limit_reached', 'invalid_body'] as const).some((code) => isCode(error, code))
      if (!isRefused) return keepViews(workspaceId, kept.slice(index))
    }
  }
}

type Views = readonly View[]

/** What is done to one's views: shown at once, and taken back with the reason where it was refused. */
export function viewDeeds(client: QueryClient, workspaceId: string) {
  const { queryKey } = viewsQuery(workspaceId)
  async function deed(change: (views: Views) => Views, ask: () => Promise<unknown>): Promise<boolean> {
    await client.cancelQueries({ queryKey })
    const before = client.getQueryData<Views>(queryKey)
    client.setQueryData<Views>(queryKey, (views) => change(views ?? []).toSorted(byName))
    try {
      await ask()
      return true
    } catch (error) {
      client.setQueryData<Views>(queryKey, before)
      notify(failureText(error), { failed: true })
      return false
    } finally {
      void client.invalidateQueries({ queryKey })
    }
  }
  return {
    create: (name: string, search: string) =>
      deed(
        (views) => [...views, { id: '', name, search }],
        () => request(path, { method: 'POST', body: { name, search } }),
      ),
    rename: (view: View, name: string) =>
      deed(
        (views) => views.map((one) => (one.id === view.id ? { ...one, name } : one)),
        () => request(`${path}/${view.id}`, { method: 'PATCH', body: { name } }),
      ),
    remove: (view: View) =>
      deed(
        (views) => views.filter(({ id }) => id !== view.id),
        () => request(`${path}/${view.id}`, { method: 'DELETE' }),
      ),
  }
}

function byName(a: View, b: View): number {
  return a.name.localeCompare(b.name)
}
