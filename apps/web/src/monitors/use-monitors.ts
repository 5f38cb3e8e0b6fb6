'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { type MonitorFilter, monitorsQuery } from '../api/queries.ts'
import { readMore } from '../api/read-more.ts'
import { useIsAddressKnown } from '../navigation.ts'
import { useObservable } from '../observable.ts'
import { heldBack } from './held-back.ts'
import { listPlace } from './list-place.ts'
import { comparatorOf, isInFilter } from './monitor-order.ts'

const TYPING_PAUSE_MS = 250

/**
 * The monitors of a filter. What is loaded is filtered on every key, after the key itself has been painted; the API is asked
 * when the typing pauses, and until it has answered the former rows stay.
 */
export function useMonitors(filter: MonitorFilter) {
  const ends = useFromEnd(filter)
  const paused = usePaused(ends.filter)
  const asked = paused ?? ends.filter
  const query = useInfiniteQuery({
    ...monitorsQuery(asked),
    placeholderData: (previous) => previous,
    enabled: paused !== undefined,
  })
  const { data, isPending, isSuccess, isError, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const hidden = useObservable(heldBack)
  const loaded = useMemo(
    () => distinct(data?.pages.flatMap((page) => page.items) ?? []).filter(({ id }) => !hidden.has(id)),
    [data, hidden],
  )
  const isSettled = asked === ends.filter && !query.isPlaceholderData
  // All of it at once, so that what is drawn later is of one filter.
  const latest = useMemo(
    () => ({
      ...{ filter, loaded, isSettled, isPending, isError },
      ends: { isFromEnd: ends.isFromEnd, read: ends.read, isSettled },
      more: {
        has: hasNextPage,
        busy: isFetchingNextPage,
        fetch: () => void readMore({ data, isSuccess, hasNextPage, fetchNextPage }),
      },
    }),
    [
      filter,
      data,
      loaded,
      isSettled,
      isPending,
      isSuccess,
      isError,
      ends,
      hasNextPage,
      isFetchingNextPage,
      fetchNextPage,
    ],
  )
  const deferred = useDeferredValue(latest)
  // The first rows wait for nothing.
  const shown = deferred.isPending ? latest : deferred
  const wanted = useMemo(
    () => shown.loaded.filter((monitor) => isInFilter(monitor, shown.filter)).sort(comparatorOf(shown.filter.sort)),
    [shown.loaded, shown.filter],
  )
  return { query, shown, wanted }
}

/** The filter with the end from which its list is read; another filter is read from its beginning. */
function useFromEnd(filter: MonitorFilter) {
  const [held, setHeld] = useState<{ filter: MonitorFilter; isFromEnd: boolean }>({
    filter,
    isFromEnd: listPlace.isFromEnd,
  })
  const isFromEnd = held.isFromEnd && held.filter === filter
  useEffect(() => {
    listPlace.isFromEnd = isFromEnd
  }, [isFromEnd])
  return useMemo(
    () => ({
      filter: isFromEnd ? { ...filter, from: 'end' as const } : filter,
      isFromEnd,
      read: (next: boolean) => setHeld({ filter, isFromEnd: next }),
    }),
    [filter, isFromEnd],
  )
}

/** A monitor that moved between two pages while they were read is in both; the later answer is the truer one. */
function distinct(monitors: readonly Monitor[]): Monitor[] {
  return [...new Map(monitors.map((monitor) => [monitor.id, monitor])).values()]
}

/** Undefined until there is one: what an address names is nothing that somebody types. */
function usePaused(filter: MonitorFilter): MonitorFilter | undefined {
  const isAddressKnown = useIsAddressKnown()
  const [paused, setPaused] = useState(isAddressKnown ? filter : undefined)
  if (paused === undefined && isAddressKnown) setPaused(filter)
  useEffect(() => {
    if (!paused) return
    const isTyped = paused.text !== filter.text || paused.tag !== filter.tag
    const timer = setTimeout(() => setPaused(filter), isTyped ? TYPING_PAUSE_MS : 0)
    return () => clearTimeout(timer)
  }, [filter, paused])
  return paused
}
