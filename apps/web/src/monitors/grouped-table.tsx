'use client'
import { Button } from '@repo/ui/button'
import { StatusGlyph, statusTextClass, statusWord } from '@repo/ui/status'
import { numberText, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { sessionQuery, useCounts } from '../api/queries.ts'
import { useMay } from '../shell/use-may.ts'
import { useRoom } from './columns.ts'
import { useHeldOrder } from './held-order.ts'
import { MonitorRow } from './monitor-row.tsx'
import { ApplyChanges, type MonitorTableProps } from './monitor-table.tsx'
import { useRowHeight } from './row-height.ts'
import { useListPlace, useRowKeys } from './row-keys.ts'
import { SelectShown, useSelect } from './select-rows.tsx'
import { ShownRows } from './shown-rows.tsx'
import { TableHead } from './table-head.tsx'
import { groupByTag, linesOf, type TagGroup } from './tag-groups.ts'
import { useFolded } from './use-folded.ts'
import { useHold } from './use-hold.ts'
import { useWindowRows } from './use-window-rows.ts'

const HEAD_HEIGHT_PX = 40

/** The list under the tags of its monitors. What a group holds is known once all is read, so all is read, a page at a time. */
export function GroupedTable(props: MonitorTableProps) {
  const { loaded, wanted, filterKey, sort, onSort, more, selection, none } = props
  const { hold, handlers } = useHold()
  const key = filterKey
  const { rows, waiting, apply } = useHeldOrder({ loaded, wanted, hold, isRanked: sort === '', key })
  const groups = useMemo(() => groupByTag(rows), [rows])
  const workspaceId = useQuery(sessionQuery).data?.workspace.id ?? ''
  const { folded, fold, turn } = useFolded(workspaceId)
  const lines = useMemo(() => linesOf(groups, folded), [groups, folded])
  const keyed = useMemo(() => lines.filter((line) => line.kind === 'row'), [lines])
  const placeOf = useMemo(() => new Map(lines.map((line, index) => [line.key, index])), [lines])
  const { has, busy, fetch } = more
  useEffect(() => {
    if (has && !busy) fetch()
  }, [has, busy, fetch])

  const body = useRef<HTMLTableSectionElement>(null)
  const rowHeight = useRowHeight()
  const room = useRoom()
  const list = useWindowRows({
    body,
    count: lines.length,
    keyOf: (index) => lines[index]?.key ?? String(index),
    heightPxOf: (index) => (lines[index]?.kind === 'head' ? HEAD_HEIGHT_PX : rowHeight),
    heights: useMemo(() => ({ rowHeight, lines }), [rowHeight, lines]),
  })
  const mayChange = useMay('member')
  const shown = useMemo(() => keyed.map(({ monitor }) => monitor), [keyed])
  const select = useSelect(shown, selection)
  const reveal = (index: number) => list.reveal(placeOf.get(keyed[index]?.key ?? '') ?? 0)
  useRowKeys({ rows: keyed, select, reveal })
  useListPlace()

  return (
    <>
      <GroupsNote
        groups={groups}
        isFolded={groups.length > 0 && folded.size >= groups.length}
        read={has ? loaded.length : undefined}
        onFold={fold}
      />
      <table
        aria-label={t('Monitors')}
        aria-rowcount={has ? -1 : lines.length + 1}
        className="relative block rounded-card border border-line bg-surface"
        {...handlers}
      >
        {waiting > 0 && <ApplyChanges waiting={waiting} onApply={apply} />}
        <TableHead
          selectAll={mayChange && <SelectShown rows={shown} selection={selection} />}
          sort={sort}
          onSort={onSort}
        />
        <tbody
          ref={body}
          className="scroll-shield relative block overflow-hidden rounded-b-card"
          style={{ height: lines.length > 0 ? list.heightPx : undefined }}
        >
          {lines.length === 0 && (
            <tr className="block">
              <td className="block">{none}</td>
            </tr>
          )}
          <ShownRows
            rows={list}
            draw={({ slot, ...place }) => {
              const line = lines[place.index]
              if (!line) return null
              return line.kind === 'head' ? (
                <GroupHead
                  key={line.key}
                  {...place}
                  group={line.group}
                  isFolded={folded.has(line.group.tag)}
                  onTurn={() => turn(line.group.tag)}
                />
              ) : (
                <MonitorRow
                  key={slot}
                  {...place}
                  rowKey={line.key}
                  monitor={line.monitor}
                  room={room}
                  selected={mayChange ? selection.ids.has(line.monitor.id) : undefined}
                  onSelect={select}
                />
              )
            }}
          />
        </tbody>
      </table>
    </>
  )
}

interface GroupsNoteProps {
  groups: readonly TagGroup[]
  isFolded: boolean
  /** How many monitors are read, until all are. */
  read: number | undefined
  onFold: (tags: readonly string[]) => void
}

function GroupsNote({ groups, isFolded, read, onFold }: GroupsNoteProps) {
  const total = useCounts({ isListShown: true })?.total ?? 0
  return (
    <div className="mb-2 flex min-h-8 items-center justify-between gap-3 text-13 text-muted">
      <p role="status">
        {read === undefined
          ? t('{count, plural, one {# group} other {# groups}} by tag; a monitor stands under each of its tags', {
              count: groups.length,
            })
          : t('{read} of {total, plural, one {# monitor is} other {# monitors are}} read', {
              read: numberText(read),
              total,
            })}
      </p>
      <Button look="quiet" onClick={() => onFold(isFolded ? [] : groups.map(({ tag }) => tag))}>
        {isFolded ? t('Unfold all') : t('Fold all')}
      </Button>
    </div>
  )
}

interface GroupHeadProps {
  group: TagGroup
  index: number
  topPx: number
  heightPx: number
  isFolded: boolean
  onTurn: () => void
}

function GroupHead({ group, index, topPx, heightPx, isFolded, onTurn }: GroupHeadProps) {
  const { tag, monitors, worst, worstCount } = group
  return (
    <tr
      aria-rowindex={index + 2}
      style={{ height: heightPx, top: topPx }}
      className="absolute inset-x-0 top-0 block border-line border-t bg-bg"
    >
      <th scope="rowgroup" colSpan={10} className="block h-full font-normal">
        <button
          type="button"
          aria-expanded={!isFolded}
          onClick={onTurn}
          className="flex h-full w-full items-center gap-3 px-4 text-left hover:bg-hover focus-visible:-outline-offset-2"
        >
          <span
            aria-hidden="true"
            className={`text-20 leading-none text-muted transition-transform ${isFolded ? '' : 'rotate-90'}`}
          >
            ›
          </span>
          <span className={`min-w-0 truncate font-medium ${tag ? '' : 'text-muted'}`}>{tag || t('Without a tag')}</span>
          <span className="num shrink-0 text-13 text-muted">{numberText(monitors.length)}</span>
          <span className={`ml-auto inline-flex shrink-0 items-center gap-1.5 text-13 ${statusTextClass[worst]}`}>
            <StatusGlyph status={worst} />
            <span className="num">{numberText(worstCount)}</span> {statusWord[worst]}
          </span>
        </button>
      </th>
    </tr>
  )
}
