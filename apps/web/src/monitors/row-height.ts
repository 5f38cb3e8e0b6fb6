'use client'
import { useSyncExternalStore } from 'react'
import { useObservable } from '../observable.ts'
import { COMPACT_ROW_HEIGHT_PX, NARROW_ROW_HEIGHT_PX, ROW_HEIGHT_PX } from './columns.ts'
import { density } from './row-density.ts'

const wideMedia = '(min-width: 768px)'

export function useRowHeight(): number {
  const wide = useSyncExternalStore(
    (listener) => {
      const media = matchMedia(wideMedia)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => matchMedia(wideMedia).matches,
    () => true,
  )
  const rows = useObservable(density)
  if (!wide) return NARROW_ROW_HEIGHT_PX
  return rows === 'compact' ? COMPACT_ROW_HEIGHT_PX : ROW_HEIGHT_PX
}
