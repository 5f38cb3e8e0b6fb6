'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { listPlace } from './list-place.ts'
import { focusSoon } from './row-keys.ts'

/** From which of its ends the list is read. */
export interface Ends {
  readonly isFromEnd: boolean
  /** Whether what is loaded is of that end. */
  readonly isSettled: boolean
  read(isFromEnd: boolean): void
}

interface EndsInput {
  ends: Ends
  /** Where it is another one, the list begins at its beginning. */
  filterKey: string
  /** What the rows stand in. */
  body: RefObject<HTMLElement | null>
  rows: readonly Monitor[]
  /** Whether the list goes on beyond what is loaded. */
  hasMore: boolean
  rowHeight: number
  reveal: (index: number) => void
}

/**
 * The way to an end of the list that is not loaded: it is read from there, and nothing in between. Undefined where the
 * end is there. Rows that come above those in sight leave these where they are.
 */
export function useEnds({ ends, filterKey, body, rows, hasMore, rowHeight, reveal }: EndsInput) {
  const { isFromEnd, isSettled, read } = ends
  const [move, setMove] = useState<'none' | 'toEnd' | 'toStart' | 'shifted'>('none')
  const isGoing = move === 'toEnd' || move === 'toStart'
  /** The same, known within the commit in which it begins. */
  const isMoving = useRef(false)
  const first = useRef<string>(undefined)
  const filtered = useRef(filterKey)
  useLayoutEffect(() => {
    if (filtered.current === filterKey) return
    filtered.current = filterKey
    // Whoever was on the way to an end of the other list is there no more.
    isMoving.current = false
    setMove('none')
    // As it was remembered: to ask for it has the page laid out, in the way of every key that is typed.
    if (listPlace.scrollY > 0 && scrollY > (body.current?.offsetTop ?? 0)) scrollTo(0, 0)
  }, [filterKey, body])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only where the rows are others has something to stay in its place
  useLayoutEffect(() => {
    const before = first.current
    first.current = rows[0]?.id
    const added = isFromEnd && before ? rows.findIndex(({ id }) => id === before) : 0
    if (added <= 0 || isGoing) return
    isMoving.current = true
    scrollBy(0, added * rowHeight)
    setMove('shifted')
  }, [rows])
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the rows of the other end that are waited for
  useEffect(() => {
    if (move === 'none' || !isSettled) return
    // It is drawn after the key that asked for it.
    if (isGoing && isFromEnd !== (move === 'toEnd')) return
    const index = isFromEnd ? rows.length - 1 : 0
    const row = rows[index]
    if (row && isGoing) {
      reveal(index)
      focusSoon(row.id)
    }
    // What is in sight is known once the page has been scrolled.
    const arrived = requestAnimationFrame(() => {
      isMoving.current = false
      setMove('none')
    })
    return () => cancelAnimationFrame(arrived)
  }, [rows, isSettled, isFromEnd, move])
  const go = (end: boolean) => () => {
    isMoving.current = true
    setMove(end ? 'toEnd' : 'toStart')
    read(end)
  }
  return {
    /** Whether what is in sight is about to be other rows. */
    isMoving,
    move,
    toEnd: hasMore && !isFromEnd ? go(true) : undefined,
    toStart: hasMore && isFromEnd ? go(false) : undefined,
  }
}
