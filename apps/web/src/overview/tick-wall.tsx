'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { StatusGlyph, statusTextClass, statusWord } from '@repo/ui/status'
import { TickLine } from '@repo/ui/tick-line'
import type { TickGeometry } from '@repo/ui/tick-shape'
import { numberText, t } from '@repo/ui/words'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { touchMedia, useMediaCount } from '../media.ts'
import { useHeldOrder } from '../monitors/held-order.ts'
import { useHold } from '../monitors/use-hold.ts'
import { followLink } from '../navigation.ts'
import { Section } from './section.tsx'

interface TickWallProps {
  monitors: readonly Monitor[]
  count: number
  more: { has: boolean; busy: boolean; fetch: () => void }
}

const ROW_PX = { touched: 44, pointedAt: 36 }
const FETCH_BEFORE_END_ROWS = 20
/** Narrower than in the list: forty checks of each monitor, three monitors side by side. */
const geometry: TickGeometry = { heightPx: 20, tickWidthPx: 2.2, stepPx: 3 }
const SLOTS = 40

/** A line for every monitor, worst first. The order stays while somebody points at it or moves in it. */
export function TickWall({ monitors, count, more }: TickWallProps) {
  const { hold, handlers } = useHold()
  const { rows, waiting, apply } = useHeldOrder({ isRanked: true, loaded: monitors, wanted: monitors, hold, key: '' })
  const columns = useColumns()
  const isTouched = useMediaCount(touchMedia, 0) > 0
  const rowPx = columns === 1 || isTouched ? ROW_PX.touched : ROW_PX.pointedAt
  const list = useRef<HTMLUListElement>(null)
  const topPx = useTop(list)
  const virtual = useWindowVirtualizer({
    count: Math.ceil(rows.length / columns),
    estimateSize: () => rowPx,
    overscan: 4,
    scrollMargin: topPx,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when the height of a row changes
  useLayoutEffect(() => virtual.measure(), [rowPx])
  const lines = virtual.getVirtualItems()
  const nearEnd = (lines.at(-1)?.index ?? 0) >= rows.length / columns - FETCH_BEFORE_END_ROWS
  const { has, busy, fetch } = more
  useEffect(() => {
    if (nearEnd && has && !busy) fetch()
  }, [nearEnd, has, busy, fetch])
  return (
    <Section
      title={t('All monitors')}
      note={
        <>
          <span className="num">{numberText(count)}</span>
          <span className="max-md:hidden"> · {t('a tick’s height is latency, its shape and colour the verdict')}</span>
        </>
      }
      action={
        waiting > 0 && (
          <button
            type="button"
            onClick={apply}
            className="min-h-6 pointer-coarse:min-h-11 text-13 font-medium text-accent"
          >
            {t('{count, plural, one {# change – apply} other {# changes – apply}}', { count: waiting })}
          </button>
        )
      }
      className="mt-8"
    >
      <ul
        ref={list}
        aria-label={t('All monitors')}
        className="relative md:-mr-6"
        style={{ height: virtual.getTotalSize() }}
        {...handlers}
      >
        {lines.flatMap((line) =>
          rows
            .slice(line.index * columns, (line.index + 1) * columns)
            .map((monitor, column) => (
              <WallCell
                key={monitor.id}
                monitor={monitor}
                place={line.index * columns + column + 1}
                count={count}
                topPx={line.start - topPx}
                heightPx={line.size}
                columns={columns}
                column={column}
              />
            )),
        )}
      </ul>
    </Section>
  )
}

interface WallCellProps {
  monitor: Monitor
  place: number
  count: number
  topPx: number
  heightPx: number
  columns: number
  column: number
}

const WallCell = memo(function WallCell(props: WallCellProps) {
  const { monitor, place, count, topPx, heightPx, columns, column } = props
  const { id, name, status, recent } = monitor
  return (
    <li
      aria-posinset={place}
      aria-setsize={count}
      style={{
        height: heightPx,
        width: `${100 / columns}%`,
        transform: `translate(${column * 100}%, ${topPx}px)`,
      }}
      className="absolute top-0 left-0 md:pr-6"
    >
      <a
        href={`/monitors/${id}`}
        onClick={followLink}
        className="flex h-full items-center gap-2.5 border-line border-b px-1 hover:bg-hover focus-visible:-outline-offset-2"
      >
        <StatusGlyph status={status} />
        <span className="min-w-0 grow truncate text-13 font-medium">{name}</span>
        <span className={status === 'up' ? 'sr-only' : `shrink-0 text-12 font-medium ${statusTextClass[status]}`}>
          {statusWord[status]}
        </span>
        <TickLine ticks={recent} slots={SLOTS} geometry={geometry} className="shrink-0" />
      </a>
    </li>
  )
})

const media = ['(min-width: 768px)', '(min-width: 1200px)', '(min-width: 2000px)'] as const

function useColumns(): number {
  return Math.min(3, 1 + useMediaCount(media, 2))
}

/** Where the list begins on the page: what is above it comes and goes. */
function useTop(list: RefObject<HTMLElement | null>): number {
  const [topPx, setTopPx] = useState(0)
  useLayoutEffect(() => {
    const measure = () => {
      if (list.current) setTopPx(Math.round(list.current.getBoundingClientRect().top + scrollY))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [list])
  return topPx
}
