'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { t } from '@repo/ui/words'
import { type Range, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import { usePauseSwitch } from '../monitor/use-pause.ts'
import { useObservable } from '../observable.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { useMay } from '../shell/use-may.ts'
import { BULK_LIMIT } from './bulk-queries.ts'
import { COMPACT_ROW_HEIGHT_PX, NARROW_ROW_HEIGHT_PX, ROW_HEIGHT_PX } from './columns.ts'
import { useHeldOrder } from './held-order.ts'
import { listPlace } from './list-place.ts'
import { MonitorRow } from './monitor-row.tsx'
import { density } from './row-density.ts'
import { TableHead } from './table-head.tsx'
import { useHold } from './use-hold.ts'
import { type Selection, withStep } from './use-selection.ts'

interface MonitorTableProps {
  loaded: readonly Monitor[]
  wanted: readonly Monitor[]
  filterKey: string
  /** Whether the rows stand by how bad they are. */
  isRanked: boolean
  more: { has: boolean; busy: boolean; fetch: () => void }
  selection: Selection
  /** Shown in place of the rows when there are none. */
  none: ReactNode
}

const FETCH_BEFORE_END_ROWS = 30

export function MonitorTable({ loaded, wanted, filterKey, isRanked, more, selection, none }: MonitorTableProps) {
  const { hold, handlers } = useHold()
  const { rows, waiting, apply } = useHeldOrder({ loaded, wanted, hold, isRanked, key: filterKey })
  const body = useRef<HTMLTableSectionElement>(null)
  const rowHeight = useRowHeight()
  const [topPx, setTopPx] = useState(0)
  useLayoutEffect(() => setTopPx(body.current?.offsetTop ?? 0), [])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    rangeExtractor: inSteps,
    scrollMargin: topPx,
    initialOffset: listPlace.scrollY,
    // What it has read already: to ask the page itself in the middle of a scroll makes it lay out everything once more.
    onChange: ({ scrollOffset }) => {
      listPlace.scrollY = scrollOffset ?? listPlace.scrollY
    },
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when the height of a row changes
  useLayoutEffect(() => virtual.measure(), [rowHeight])
  const items = virtual.getVirtualItems()
  const nearEnd = (items.at(-1)?.index ?? 0) >= rows.length - FETCH_BEFORE_END_ROWS
  const { has, busy, fetch } = more
  useEffect(() => {
    if (nearEnd && has && !busy) fetch()
  }, [nearEnd, has, busy, fetch])
  const mayChange = useMay('member')
  const select = useSelect(rows, selection)
  useRowKeys({ rows, select, reveal: (index) => virtual.scrollToIndex(index) })
  useListPlace()

  return (
    <table
      aria-label={t('Monitors')}
      aria-rowcount={has ? -1 : rows.length + 1}
      className="relative block rounded-card border border-line bg-surface"
      {...handlers}
    >
      {waiting > 0 && <ApplyChanges waiting={waiting} onApply={apply} />}
      <TableHead selectAll={mayChange && <SelectShown rows={rows} selection={selection} />} />
      <tbody
        ref={body}
        className="relative block overflow-hidden rounded-b-card"
        style={{ height: rows.length > 0 ? virtual.getTotalSize() : undefined }}
      >
        {rows.length === 0 && (
          <tr className="block">
            <td className="block">{none}</td>
          </tr>
        )}
        {items.map((item) => {
          const monitor = rows[item.index]
          if (!monitor) return null
          return (
            <MonitorRow
              key={item.key}
              monitor={monitor}
              index={item.index}
              topPx={item.start - topPx}
              heightPx={item.size}
              selected={mayChange ? selection.ids.has(monitor.id) : undefined}
              onSelect={select}
            />
          )
        })}
      </tbody>
    </table>
  )
}

function ApplyChanges({ waiting, onApply }: { waiting: number; onApply: () => void }) {
  return (
    <caption className="sticky top-2 z-10 -mb-8 block h-8">
      <button
        type="button"
        onClick={onApply}
        className="inline-flex h-8 items-center rounded-full border border-accent bg-surface px-4 text-13 font-medium text-accent shadow-overlay"
      >
        {t('{waiting, plural, one {# change} other {# changes}} – apply', { waiting })}
      </button>
    </caption>
  )
}

const STEP_ROWS = 8

/** Rows come and go some at a time: what a change costs beside the rows themselves is the larger part while scrolling. */
function inSteps({ startIndex, endIndex, count }: Range): number[] {
  const first = Math.max(0, Math.floor((startIndex - STEP_ROWS / 2) / STEP_ROWS) * STEP_ROWS)
  const end = Math.min(count, Math.ceil((endIndex + STEP_ROWS / 2) / STEP_ROWS) * STEP_ROWS)
  return Array.from({ length: Math.max(0, end - first) }, (_, place) => first + place)
}

const wideMedia = '(min-width: 768px)'

function useRowHeight(): number {
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

/** Selects a row, or all since the last one; the same function however often the list is drawn, for the rows' sake. */
function useSelect(rows: readonly Monitor[], selection: Selection): (id: string, extend: boolean) => void {
  const anchor = useRef<string>(undefined)
  const latest = useRef({ rows, selection })
  useEffect(() => {
    latest.current = { rows, selection }
  })
  return useCallback((id, extend) => {
    const current = latest.current
    const ids = current.rows.map((monitor) => monitor.id)
    current.selection.set(withStep(current.selection.ids, ids, { id, anchor: anchor.current, extend }))
    anchor.current = id
  }, [])
}

function SelectShown({ rows, selection: { ids, set } }: { rows: readonly Monitor[]; selection: Selection }) {
  const isAll = rows.length > 0 && rows.every(({ id }) => ids.has(id))
  return (
    <input
      type="checkbox"
      aria-label={t('Select all shown')}
      checked={isAll}
      ref={(box) => {
        if (box) box.indeterminate = ids.size > 0 && !isAll
      }}
      onChange={() => set(ids.size > 0 ? [] : rows.slice(0, BULK_LIMIT).map(({ id }) => id))}
      className="-ml-0.5 size-4 cursor-pointer accent-fg"
    />
  )
}

interface RowKeys {
  rows: readonly Monitor[]
  select: (id: string, extend: boolean) => void
  reveal: (index: number) => void
}

/** `j` and `k` move the focus from row to row, `p` pauses the row in focus, `x` selects it; Enter is the link's own key. */
function useRowKeys({ rows, select, reveal }: RowKeys): void {
  const flipPause = usePauseSwitch()
  const mayChange = useMay('member')
  const focusedIndex = () => {
    const id = document.activeElement?.getAttribute('data-monitor')
    return id ? rows.findIndex((monitor) => monitor.id === id) : -1
  }
  const move = (step: number) => {
    const index = Math.min(Math.max(focusedIndex() + step, 0), rows.length - 1)
    const monitor = rows[index]
    if (!monitor) return
    reveal(index)
    focusSoon(monitor.id)
  }
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    p: () => {
      const monitor = rows[focusedIndex()]
      if (monitor && mayChange) flipPause(monitor)
    },
    x: () => {
      const monitor = rows[focusedIndex()]
      if (monitor && mayChange) select(monitor.id, false)
    },
  })
}

/** A row that was out of sight is in the document a frame or two later. */
function focusSoon(id: string, tries = 5): void {
  const link = document.querySelector<HTMLElement>(`[data-monitor="${CSS.escape(id)}"]`)
  if (link) link.focus({ preventScroll: true })
  else if (tries > 0) requestAnimationFrame(() => focusSoon(id, tries - 1))
}

/** Coming back to the list finds the place, and the focus, where they were left. */
function useListPlace(): void {
  useEffect(() => {
    scrollTo(0, listPlace.scrollY)
    if (listPlace.focusedId) focusSoon(listPlace.focusedId)
    const rememberFocus = () => {
      listPlace.focusedId = document.activeElement?.getAttribute('data-monitor') ?? listPlace.focusedId
    }
    addEventListener('focusin', rememberFocus)
    return () => removeEventListener('focusin', rememberFocus)
  }, [])
}
