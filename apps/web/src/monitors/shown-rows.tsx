'use client'
import type { ReactNode } from 'react'
import { useObservable } from '../observable.ts'
import type { RowPlace, WindowRows } from './use-window-rows.ts'

/** What is drawn of the rows: this alone is drawn anew while a list is scrolled. */
export function ShownRows({ rows, draw }: { rows: WindowRows; draw: (place: RowPlace) => ReactNode }) {
  useObservable(rows.range)
  return rows.places().map(draw)
}
