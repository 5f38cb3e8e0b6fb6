'use client'
import type { LiveChange, MonitorFrame } from '@repo/contracts/live'
import type { Monitor, MonitorCounts, MonitorPage } from '@repo/contracts/monitors'
import type { TickPage } from '@repo/contracts/ticks'
import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { firstReads } from '../api/first-reads.ts'
import { incidentKeys } from '../api/incident-queries.ts'
import { isLeaving } from '../api/leave.ts'
import { countsQuery, keys, monitorQuery } from '../api/queries.ts'
import { withWishes } from '../api/wishes.ts'
import { framesByMonitor, patchCounts, patchMonitor, patchPages, patchTicks, statusNews } from './apply-frames.ts'
import { createCountsRefresh } from './counts-refresh.ts'
import { announcement } from './live-state.ts'
import { liveUrl } from './live-url.ts'
import { createPaced } from './paced.ts'
import { followTogether } from './shared.ts'

const PAINT_EVERY_MS = 1_000
/** One polite summary for screen readers. */
const ANNOUNCE_EVERY_MS = 10_000
const REFETCH_AFTER_MS = 1_000
/** Above this many monitors in one batch the lists are read anew instead of each monitor by itself. */
const SINGLE_READS = 20

/**
 * Follows the live channel for as long as it is mounted and writes what it says into the query cache.
 * @param name Of the person and the workspace: tabs of the same share a connection.
 */
export function Live({ name }: { name: string }) {
  const client = useQueryClient()
  useEffect(() => {
    const stop = new AbortController()
    const batch = createBatch(client)
    // Once the answers are taken: a query that is on its way for the first time would not be asked again.
    const readLate = () => void setTimeout(() => readAllAnew(client))
    void followTogether(
      { url: liveUrl(location), name, readUpTo: firstReads.oldest },
      {
        onBegin(id) {
          if (firstReads.meet(id, readLate)) readAllAnew(client)
        },
        onGap(id) {
          if (id !== undefined) firstReads.meet(id, readLate)
          readAllAnew(client)
        },
        onFrame(frame) {
          firstReads.hear(frame.id)
          batch.add(frame)
        },
        onRefused: () => void client.invalidateQueries({ queryKey: keys.session }),
        isLeaving,
      },
      stop.signal,
    )
    return () => {
      stop.abort()
      batch.stop()
    }
  }, [client, name])
  return null
}

function readAllAnew(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ['monitors'] })
  void client.invalidateQueries({ queryKey: incidentKeys.all })
}

/** So many frames are kept for a tab that nobody looks at; with more it is quicker to read everything anew. */
const KEPT_WHILE_HIDDEN = 2_000

/**
 * Collects frames so that they are painted once a second at most, the first at once. A tab that nobody looks at counts on,
 * for its title and icon, and paints the rest when somebody does.
 */
function createBatch(client: QueryClient) {
  let unpainted: MonitorFrame[] = []
  let unreadIncidents: MonitorFrame[] = []
  let isTooMuch = false
  const news = createPaced<MonitorFrame>(ANNOUNCE_EVERY_MS, (frames) =>
    announcement.set(statusNews(frames) ?? announcement.get()),
  )
  const refresh = createRefresh(client)
  const counts = createCountsRefresh(() => {
    // Whoever is on the way out would be refused.
    if (!isLeaving()) void client.fetchQuery({ ...countsQuery, staleTime: 0 }).catch(() => {})
  })

  const paint = createPaced<MonitorFrame>(PAINT_EVERY_MS, (frames) => {
    client.setQueryData<MonitorCounts>(keys.counts, (known) => known && patchCounts(known, frames))
    if (frames.some(({ type }) => type === 'monitor.status')) counts.changed()
    unpainted.push(...frames)
    if (document.hidden) forgetTooMany()
    else paintRest()
  })
  // By themselves, for what a person did in an incident does not wait for ticks to be painted.
  const incidents = createPaced<MonitorFrame>(PAINT_EVERY_MS, (frames) => {
    if (document.hidden) unreadIncidents.push(...frames)
    else refreshIncidents(client, frames)
  })

  function forgetTooMany(): void {
    if (unpainted.length <= KEPT_WHILE_HIDDEN) return
    unpainted = []
    unreadIncidents = []
    isTooMuch = true
  }

  function paintRest(): void {
    const [frames, missed] = [unpainted, unreadIncidents]
    unpainted = []
    unreadIncidents = []
    if (isTooMuch) readAllAnew(client)
    isTooMuch = false
    applyFrames(client, frames)
    refresh(frames)
    refreshRegions(client, frames)
    refreshIncidents(client, missed)
  }

  function onVisibility(): void {
    if (!document.hidden && (isTooMuch || unpainted.length > 0 || unreadIncidents.length > 0)) paintRest()
  }
  document.addEventListener('visibilitychange', onVisibility)

  return {
    add(frame: LiveChange): void {
      // Groups are on no screen that is kept up to date.
      if (frame.type === 'group.changed') return
      paint.add(frame)
      if (frame.type === 'incident.changed') incidents.add(frame)
      if (frame.type === 'monitor.status') news.add(frame)
    },
    stop(): void {
      document.removeEventListener('visibilitychange', onVisibility)
      for (const one of [paint, incidents, news, counts]) one.stop()
    },
  }
}

function applyFrames(client: QueryClient, frames: readonly MonitorFrame[]): void {
  const changes = framesByMonitor(frames)
  client.setQueriesData<InfiniteData<MonitorPage, string>>(
    { queryKey: keys.lists },
    (data) => data && patchPages(data, changes),
  )
  for (const [id, own] of changes) {
    client.setQueryData<Monitor>(
      keys.monitor(id),
      (monitor) => monitor && withWishes(patchMonitor(monitor, own) ?? monitor),
    )
    client.setQueryData<InfiniteData<TickPage, string>>(keys.ticks(id), (data) => data && patchTicks(data, own))
    if (own.some((frame) => frame.type === 'tick')) refreshSeries(client, id)
  }
}

const SERIES_EVERY_MS = 5_000

function refreshSeries(client: QueryClient, id: string): void {
  void client.invalidateQueries({
    queryKey: keys.allSeries(id),
    // One that is being fetched, or tried again after a failure, is left in peace.
    predicate: ({ state }) => state.fetchStatus === 'idle' && Date.now() - state.dataUpdatedAt > SERIES_EVERY_MS,
  })
}

/** A look may bring the end of an incident nearer. */
function refreshRegions(client: QueryClient, frames: readonly MonitorFrame[]): void {
  for (const monitorId of new Set(frames.map((frame) => frame.monitorId)))
    void client.invalidateQueries({ queryKey: incidentKeys.regions(monitorId) })
}

/** An incident that changed is read anew where it is shown, and so is every list that it may be in. */
function refreshIncidents(client: QueryClient, frames: readonly MonitorFrame[]): void {
  const changed = new Set(frames.flatMap((frame) => (frame.type === 'incident.changed' ? frame.incidentId : [])))
  if (changed.size === 0) return
  for (const queryKey of [incidentKeys.lists, incidentKeys.allCounts]) void client.invalidateQueries({ queryKey })
  for (const id of changed) {
    for (const queryKey of [incidentKeys.one(id), incidentKeys.timeline(id), incidentKeys.deliveries(id)])
      void client.invalidateQueries({ queryKey })
  }
}

/** Reads anew what a frame names without telling: causes, agreements, new monitors and deleted ones. */
function createRefresh(client: QueryClient): (frames: readonly MonitorFrame[]) => void {
  let planned = false
  const refreshLists = () => {
    if (planned) return
    planned = true
    setTimeout(() => {
      planned = false
      void client.invalidateQueries({ queryKey: keys.lists })
      void client.invalidateQueries({ queryKey: keys.counts })
    }, REFETCH_AFTER_MS)
  }
  return (frames) => {
    const named = frames.filter((frame) => frame.type !== 'tick')
    const ids = new Set(named.map((frame) => frame.monitorId))
    for (const { type, monitorId } of named) {
      if (type === 'monitor.deleted') void client.invalidateQueries({ queryKey: keys.monitor(monitorId) })
    }
    if (ids.size > SINGLE_READS || named.some(({ type }) => type === 'monitor.deleted')) return refreshLists()
    for (const id of ids) {
      void readAnew(client, id).then((listed) => {
        if (!listed) refreshLists()
      })
    }
  }
}

/** False if no list holds the monitor: it is new, or it has moved into a filter's range. */
async function readAnew(client: QueryClient, id: string): Promise<boolean> {
  const monitor = await client.fetchQuery({ ...monitorQuery(id), staleTime: 0 }).catch(() => undefined)
  if (!monitor) return false
  let listed = false
  client.setQueriesData<InfiniteData<MonitorPage, string>>({ queryKey: keys.lists }, (data) => {
    if (!data?.pages.some((page) => page.items.some((item) => item.id === id))) return data
    listed = true
    const swap = (item: Monitor) => (item.id === id ? monitor : item)
    return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(swap) })) }
  })
  return listed
}
