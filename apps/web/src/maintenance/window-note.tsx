'use client'
import type { Window } from '@repo/contracts/maintenance'
import type { Monitor } from '@repo/contracts/monitors'
import { rich } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { followLink } from '../navigation.ts'
import { windowsQuery } from './maintenance-queries.ts'
import { viewerZone, zonedMoment } from './zone-time.ts'

/** Of which window a monitor is under maintenance, and until when. */
export function WindowNote({ monitor }: { monitor: Pick<Monitor, 'id' | 'tags'> }) {
  const { data } = useQuery(windowsQuery)
  const running = data?.filter((window) => isRunningOf(window, monitor)) ?? []
  const [last] = running
    .flatMap(({ next }) => next?.endsAt ?? [])
    .toSorted()
    .toReversed()
  if (!last) return null
  return (
    <>
      {rich(' · {link} until {time}', {
        link: (
          <a href="/maintenance" onClick={followLink} className="text-accent underline underline-offset-2">
            {running.map(({ name }) => name).join(', ')}
          </a>
        ),
        time: <time dateTime={last}>{untilText(last)}</time>,
      })}
    </>
  )
}

export function isRunningOf({ state, appliesTo }: Window, { id, tags }: Pick<Monitor, 'id' | 'tags'>): boolean {
  if (state !== 'now') return false
  if (appliesTo.kind === 'tags') return appliesTo.tags.some((tag) => tags.includes(tag))
  return appliesTo.kind === 'all' || appliesTo.monitorIds.includes(id)
}

function untilText(iso: string): string {
  const text = zonedMoment(iso, viewerZone())
  const isToday = new Date(iso).toDateString() === new Date().toDateString()
  return isToday ? (text.split(', ')[1] ?? text) : text
}
