'use client'
import { useSyncExternalStore } from 'react'

/**
 * What stands behind `#` in the address: the token of a link, which no server and no log may see. Undefined while the static
 * page is being hydrated.
 */
export function useFragment(): string | undefined {
  return useSyncExternalStore(
    (listener) => {
      addEventListener('hashchange', listener)
      return () => removeEventListener('hashchange', listener)
    },
    () => location.hash.slice(1),
    () => undefined,
  )
}
