'use client'
import { type FocusEvent, type KeyboardEvent, type RefObject, useRef, useState } from 'react'

interface Roving<Host extends HTMLElement> {
  readonly host: RefObject<Host | null>
  /** Of the one that Tab leads to, as it stands in `data-place`. */
  readonly place: number
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onFocus: (event: FocusEvent) => void
}

/**
 * Many small buttons are one stop of the Tab key: arrows move among them, Home and End go to the ends of a row. Each names its
 * place, row by row, in `data-place`; the last one is where a person comes in.
 */
export function useRoving<Host extends HTMLElement>(count: number, perRow = count): Roving<Host> {
  const host = useRef<Host>(null)
  const [chosen, setChosen] = useState<number>()
  const place = Math.min(chosen ?? perRow - 1, count - 1)
  const move = (next: number) => {
    const wanted = Math.min(Math.max(next, 0), count - 1)
    host.current?.querySelector<HTMLElement>(`[data-place="${wanted}"]`)?.focus()
  }
  return {
    host,
    place,
    onFocus: ({ target }) => {
      const focused = (target as HTMLElement).dataset.place
      if (focused !== undefined) setChosen(Number(focused))
    },
    onKeyDown: (event) => {
      const next = nextPlace(event.key, place, { count, perRow })
      if (next === undefined) return
      event.preventDefault()
      move(next)
    },
  }
}

function nextPlace(
  key: string,
  place: number,
  { count, perRow }: { count: number; perRow: number },
): number | undefined {
  const row = Math.floor(place / perRow) * perRow
  switch (key) {
    case 'ArrowLeft':
      return Math.max(place - 1, row)
    case 'ArrowRight':
      return Math.min(place + 1, row + perRow - 1)
    case 'ArrowUp':
      return place - perRow >= 0 ? place - perRow : place
    case 'ArrowDown':
      return place + perRow < count ? place + perRow : place
    case 'Home':
      return row
    case 'End':
      return row + perRow - 1
    default:
      return undefined
  }
}
