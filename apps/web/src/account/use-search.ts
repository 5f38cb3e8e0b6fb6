'use client'
import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** The query of the address; empty while the static page is being hydrated. */
export function useSearch(): string {
  return useSyncExternalStore(
    never,
    () => location.search,
    () => '',
  )
}
