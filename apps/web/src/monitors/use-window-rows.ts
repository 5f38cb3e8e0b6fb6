'use client'
import {
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  type VirtualizerOptions,
  windowScroll,
} from '@tanstack/react-virtual'
import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { createObservable, type Observable } from '../observable.ts'
import { inSteps } from './in-steps.ts'
import { listPlace } from './list-place.ts'
import { type RowSlot, takeOver } from './row-slots.ts'
import { useScrollShield } from './scroll-shield.ts'

interface WindowRowsInput {
  /** What the rows stand in, with the class `scroll-shield`; it has the attribute `data-scrolling` while they move. */
  body: RefObject<HTMLElement | null>
  count: number
  keyOf: (index: number) => string
  heightPxOf: (index: number) => number
  /** Where it is another one, so are the heights. */
  heights: unknown
}

/** Where a row stands that is in sight or near it, in pixels from the top of the list. */
export interface RowPlace {
  readonly index: number
  /** By which its element is told from others: a row that comes takes over the element of one that left. */
  readonly slot: number
  readonly topPx: number
  readonly heightPx: number
}

/** The rows of a long list that the window scrolls. Whoever holds it is not drawn anew while it is scrolled. */
export interface WindowRows {
  /** Changes when what is in sight asks for other rows. */
  readonly range: Observable<string>
  readonly heightPx: number
  /** In the order of the document, which is that of the list wherever somebody could tell. */
  places(): RowPlace[]
  /** The first and the last index of what is drawn; undefined where nothing is. */
  ends(): readonly [first: number, last: number] | undefined
  reveal(index: number): void
}

export function useWindowRows({ body, count, keyOf, heightPxOf, heights }: WindowRowsInput): WindowRows {
  const [topPx, setTopPx] = useState(0)
  useLayoutEffect(() => setTopPx(body.current?.offsetTop ?? 0), [body])
  const [range] = useState(() => createObservable(''))
  const options: VirtualizerOptions<Window, Element> = {
    count,
    estimateSize: heightPxOf,
    getItemKey: keyOf,
    rangeExtractor: inSteps,
    scrollMargin: topPx,
    initialOffset: listPlace.scrollY,
    getScrollElement: () => (typeof window === 'undefined' ? null : window),
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    onChange: (instance) => {
      body.current?.toggleAttribute('data-scrolling', instance.isScrolling)
      range.set(rangeOf(instance))
    },
  }
  const [virtual] = useState(() => new Virtualizer(options))
  virtual.setOptions(options)
  useLayoutEffect(() => virtual._didMount(), [virtual])
  useLayoutEffect(() => {
    virtual._willUpdate()
    range.set(rangeOf(virtual))
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when what stands where has changed
  useLayoutEffect(() => virtual.measure(), [heights])
  useScrollShield(body)
  const slots = useRef<readonly RowSlot[]>([])
  const places = () => {
    const items = virtual.getVirtualItems()
    const byKey = new Map(items.map((item) => [String(item.key), item]))
    const focused = focusedRow(body.current)
    slots.current = takeOver(slots.current, {
      keys: [...byKey.keys()],
      focusedKey: focused?.key,
      // What is moved while it is pressed would get no click.
      isInOrder: (!virtual.isScrolling || focused !== undefined) && !body.current?.matches(':active'),
    })
    return slots.current.flatMap(({ slot, key }) => {
      const item = byKey.get(key)
      return item ? { index: item.index, slot, topPx: item.start - topPx, heightPx: item.size } : []
    })
  }
  const ends = () => {
    const indexes = virtual.getVirtualIndexes()
    const [first, last] = [indexes[0], indexes.at(-1)]
    return first === undefined || last === undefined ? undefined : ([first, last] as const)
  }
  return { range, heightPx: virtual.getTotalSize(), places, ends, reveal: (index) => virtual.scrollToIndex(index) }
}

/** The row with the focus, where one has it; whoever goes through the list by the keyboard finds it in its order. */
function focusedRow(body: HTMLElement | null): { key: string | undefined } | undefined {
  const { activeElement } = document
  if (!activeElement || !body?.contains(activeElement)) return undefined
  const link = activeElement.closest('tr')?.querySelector('[data-row]')
  return { key: link?.getAttribute('data-row') ?? undefined }
}

/** Which rows are drawn, whether they move, and how high all of them are. */
function rangeOf(virtual: Virtualizer<Window, Element>): string {
  const indexes = virtual.getVirtualIndexes()
  return `${indexes[0]} ${indexes.at(-1)} ${virtual.isScrolling} ${virtual.getTotalSize()}`
}
