'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { t } from '@repo/ui/words'
import { type ReactNode, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { useMay } from '../shell/use-may.ts'
import { useRoom } from './columns.ts'
import { useHeldOrder } from './held-order.ts'
import { MonitorRow } from './monitor-row.tsx'
import { useRowHeight } from './row-height.ts'
import { useListPlace, useRowKeys } from './row-keys.ts'
import { SelectShown, useSelect } from './select-rows.tsx'
import { ShownRows } from './shown-rows.tsx'
import { TableHead } from './table-head.tsx'
import { type Ends, useEnds } from './use-ends.ts'
import { useHold } from './use-hold.ts'
import type { Selection } from './use-selection.ts'
import { useWindowRows, type WindowRows } from './use-window-rows.ts'

export interface MonitorTableProps {
  loaded: readonly Monitor[]
  wanted: readonly Monitor[]
  filterKey: string
  /** As the API's parameter; without it the rows stand by how bad they are. */
  sort: string
  onSort: (sort: string) => void
  more: { has: boolean; busy: boolean; fetch: () => void }
  ends: Ends
  selection: Selection
  /** Shown in place of the rows when there are none. */
  none: ReactNode
}

const FETCH_BEFORE_END_ROWS = 30

export function MonitorTable(props: MonitorTableProps) {
  const { loaded, wanted, filterKey, sort, onSort, more, ends, selection, none } = props
  const { hold, handlers } = useHold()
  const { isFromEnd, isSettled } = ends
  const key = `${filterKey} ${isFromEnd} ${isSettled}`
  const { rows, waiting, apply } = useHeldOrder({ loaded, wanted, hold, isRanked: sort === '', isFromEnd, key })
  const { has, busy, fetch } = more
  const body = useRef<HTMLTableSectionElement>(null)
  const rowHeight = useRowHeight()
  const room = useRoom()
  const list = useWindowRows({
    body,
    count: rows.length,
    keyOf: (index) => rows[index]?.id ?? String(index),
    heightPxOf: () => rowHeight,
    heights: rowHeight,
  })
  const { isMoving, move, toEnd, toStart } = useEnds({
    ...{ ends, filterKey, body, rows, rowHeight },
    hasMore: has,
    reveal: list.reveal,
  })
  const nearEdge = useNearEdge(list, isFromEnd ? 'start' : 'end', rows.length)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is looked at once more when a move has come to its end
  useEffect(() => {
    if (nearEdge && has && !busy && isSettled && !isMoving.current) fetch()
  }, [nearEdge, has, busy, fetch, isSettled, move])
  const mayChange = useMay('member')
  const select = useSelect(rows, selection)
  const keyed = useMemo(() => rows.map((monitor) => ({ key: monitor.id, monitor })), [rows])
  useRowKeys({ rows: keyed, select, reveal: list.reveal, toEnd, toStart })
  useListPlace()

  return (
    <table
      aria-label={t('Monitors')}
      aria-rowcount={has ? -1 : rows.length + 1}
      className="relative block rounded-card border border-line bg-surface"
      {...handlers}
    >
      {waiting > 0 && <ApplyChanges waiting={waiting} onApply={apply} />}
      <TableHead
        selectAll={mayChange && <SelectShown rows={rows} selection={selection} />}
        sort={sort}
        onSort={onSort}
      />
      <tbody
        ref={body}
        // Where there is to be no motion, each change is one of an instant: the page would not be high enough yet to be scrolled.
        className="scroll-shield relative block overflow-hidden rounded-b-card transition-none"
        style={{ height: rows.length > 0 ? list.heightPx : undefined }}
      >
        {rows.length === 0 && (
          <tr className="block">
            <td className="block">{none}</td>
          </tr>
        )}
        <ShownRows
          rows={list}
          draw={({ index, slot, ...place }) => {
            const monitor = rows[index]
            return (
              monitor && (
                <MonitorRow
                  key={slot}
                  {...place}
                  monitor={monitor}
                  rowKey={monitor.id}
                  index={isFromEnd && has ? undefined : index}
                  room={room}
                  selected={mayChange ? selection.ids.has(monitor.id) : undefined}
                  onSelect={select}
                />
              )
            )
          }}
        />
      </tbody>
    </table>
  )
}

/** Whether what is in sight comes near to that end of the rows. */
function useNearEdge({ range, ends }: WindowRows, edge: 'start' | 'end', count: number): boolean {
  const isNear = () => {
    const [first, last] = ends() ?? [0, 0]
    return edge === 'start' ? first < FETCH_BEFORE_END_ROWS : last >= count - FETCH_BEFORE_END_ROWS
  }
  return useSyncExternalStore(range.subscribe, isNear, isNear)
}

export function ApplyChanges({ waiting, onApply }: { waiting: number; onApply: () => void }) {
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
