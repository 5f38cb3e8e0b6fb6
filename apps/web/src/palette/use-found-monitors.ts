import type { Monitor, MonitorPage } from '@repo/contracts/monitors'
import { type InfiniteData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { keys } from '../api/queries.ts'
import { request } from '../api/request.ts'

const TYPING_PAUSE_MS = 120
/** By their names, so that what is called just so is among them, however many have it in their names too. */
const MOST = 50

const foundQuery = (text: string) =>
  queryOptions({
    queryKey: ['palette', text],
    queryFn: ({ signal }) =>
      request<MonitorPage>(`/api/v1/monitors?${new URLSearchParams({ text, sort: 'name', limit: String(MOST) })}`, {
        signal,
      }),
    enabled: text !== '',
  })

/** The monitors that the lists have loaded, at once, and those that the API finds, when the typing pauses. */
export function useFoundMonitors(text: string): {
  readonly monitors: readonly Monitor[]
  readonly isSearching: boolean
  readonly isOffline: boolean
} {
  const client = useQueryClient()
  const asked = usePausedText(text.trim())
  const { data, isFetching, error } = useQuery({ ...foundQuery(asked), placeholderData: (previous) => previous })
  const lists = client.getQueriesData<InfiniteData<MonitorPage, string>>({ queryKey: keys.lists })
  const loaded = lists.flatMap(([, list]) => list?.pages.flatMap((page) => page.items) ?? [])
  const found = asked === '' ? [] : (data?.items ?? [])
  return {
    monitors: [...new Map([...loaded, ...found].map((monitor) => [monitor.id, monitor])).values()],
    isSearching: text.trim() !== '' && (isFetching || asked !== text.trim()),
    isOffline: error instanceof TypeError,
  }
}

function usePausedText(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}
