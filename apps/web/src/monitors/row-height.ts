'use client'
import { touchMedia, useMediaCount } from '../media.ts'
import { useObservable } from '../observable.ts'
import { COMPACT_ROW_HEIGHT_PX, NARROW_ROW_HEIGHT_PX, ROW_HEIGHT_PX, TOUCHED_COMPACT_ROW_HEIGHT_PX } from './columns.ts'
import { density } from './row-density.ts'

const wideMedia = ['(min-width: 768px)']

export function useRowHeight(): number {
  const isWide = useMediaCount(wideMedia, 1) > 0
  const isTouched = useMediaCount(touchMedia, 0) > 0
  const rows = useObservable(density)
  if (!isWide) return NARROW_ROW_HEIGHT_PX
  if (rows === 'comfortable') return ROW_HEIGHT_PX
  return isTouched ? TOUCHED_COMPACT_ROW_HEIGHT_PX : COMPACT_ROW_HEIGHT_PX
}
