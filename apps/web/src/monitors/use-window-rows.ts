'use client'
import {
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  type VirtualizerOptions,
  windowScroll,
} from '@tanstack/react-virtual'
import { type RefObject, useLayoutEffect, useState } from 'react'
import { createObservable, type Observable } from '../observable.ts'
import { inSteps } from './in-steps.ts'
import { listPlace } from './list-place.ts'

interface WindowRowsInput {
  /** What the rows stand in; it has the attribute `data-scrolling` while they move. */
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
  readonly topPx: number
  readonly heightPx: number
}

/** The rows of a long list that the window scrolls. Whoever holds it is not drawn anew while it is scrolled. */
export interface WindowRows {
  /** Changes when what is in sight asks for other rows. */
  readonly range: Observable<string>
  readonly heightPx: number
  places(): RowPlace[]
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
  return {
    range,
    heightPx: virtual.getTotalSize(),
    places: () =>
      virtual.getVirtualItems().map(({ index, start, size }) => ({ index, topPx: start - topPx, heightPx: size })),
    reveal: (index) => virtual.scrollToIndex(index),
  }
}

/** Which rows are drawn, and how high all of them are. */
function rangeOf(virtual: Virtualizer<Window, Element>): string {
  const indexes = virtual.getVirtualIndexes()
  return `${indexes[0]} ${indexes.at(-1)} ${virtual.getTotalSize()}`
}
