'use client'
import { useSyncExternalStore } from 'react'

/** A finger aims worse than a mouse, however wide the screen. */
export const touchMedia = ['(pointer: coarse)'] as const

/** Of a list that is asked again and again; asking the browser for one anew costs more than reading it. */
const lists = new Map<string, MediaQueryList>()

function listOf(query: string): MediaQueryList {
  const known = lists.get(query) ?? matchMedia(query)
  lists.set(query, known)
  return known
}

/** How many of these media queries apply; `built` in the page as it was built, where no screen is known. */
export function useMediaCount(queries: readonly string[], built: number): number {
  return useSyncExternalStore(
    (listener) => {
      for (const query of queries) listOf(query).addEventListener('change', listener)
      return () => {
        for (const query of queries) listOf(query).removeEventListener('change', listener)
      }
    },
    () => queries.filter((query) => listOf(query).matches).length,
    () => built,
  )
}
