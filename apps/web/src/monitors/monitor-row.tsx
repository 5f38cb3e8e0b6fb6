'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { targetOf } from '@repo/contracts/spec-target'
import { intervalText, latencyText, shareText } from '@repo/ui/duration'
import { rowTint, StatusLabel, statusTextClass } from '@repo/ui/status'
import { TickLine } from '@repo/ui/tick-line'
import { numberText, t } from '@repo/ui/words'
import { memo } from 'react'
import { followLink } from '../navigation.ts'
import { Ago, LastedSince } from '../shell/time.tsx'
import { ROW_HEIGHT_PX, roomFor, rowGrid } from './columns.ts'
import { RowCheckbox } from './row-checkbox.tsx'
import { wordOf } from './word-of.ts'

interface MonitorRowProps {
  monitor: Monitor
  /** By which it is told from another row of the same monitor. */
  rowKey: string
  /** Undefined where nobody knows how many rows there are above. */
  index: number | undefined
  /** For how many columns, as `useRoom` has it. */
  room: number
  topPx: number
  heightPx: number
  /** Undefined for those who may change nothing. */
  selected: boolean | undefined
  onSelect: (id: string, extend: boolean) => void
}

/** The row of one monitor. Its name is the link, and the link covers the row. */
export const MonitorRow = memo(function MonitorRow(props: MonitorRowProps) {
  const { monitor, rowKey, index, room, topPx, heightPx, selected, onSelect } = props
  const { id, name, status, last, recent, tags, figures } = monitor
  const isCompact = heightPx < ROW_HEIGHT_PX
  return (
    <tr
      aria-rowindex={index === undefined ? undefined : index + 2}
      data-selected={selected || undefined}
      style={{ height: heightPx, top: topPx }}
      // A cell takes its alignment from its row where it has none, and is styled anew wherever the row is: at each place.
      className={`${rowGrid} absolute inset-x-0 contain-strict content-center *:align-middle border-line border-t gap-y-1 row-pointed data-selected:bg-hover ${rowTint[status] ?? ''} ${isNews(monitor) ? 'row-flash' : ''}`}
    >
      <td className="flex items-center gap-2 max-md:absolute max-md:top-3.5 max-md:right-4">
        {selected !== undefined && (
          <RowCheckbox id={id} label={t('Select {name}', { name })} checked={selected} onSelect={onSelect} />
        )}
        <StatusLabel status={status} word={wordOf(monitor)} />
      </td>
      <td className={`min-w-0 max-md:col-span-2 ${isCompact ? 'flex items-baseline gap-3' : ''}`}>
        <span className={`flex min-w-0 items-center gap-2 ${isCompact ? 'max-w-[70%] shrink-0' : ''}`}>
          <a
            href={`/monitors/${id}`}
            onClick={followLink}
            data-monitor={id}
            data-row={rowKey}
            className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent max-md:pr-30"
          >
            {name}
          </a>
          <Tags tags={tags} />
        </span>
        <Explanation monitor={monitor} />
      </td>
      <td className="flex justify-end overflow-hidden">
        <TickLine ticks={recent} className={`shrink-0 max-md:h-5 max-md:w-full ${isCompact ? 'h-5' : ''}`} />
      </td>
      <Uptime percent={figures.uptimePercent24h} className="max-md:text-12" />
      {room >= roomFor.xl && <Uptime percent={figures.uptimePercent30d} />}
      {room >= roomFor.lg && (
        <td className={`num text-right text-13 ${figures.p95Ms === null ? 'text-muted' : ''}`}>
          {latencyText(figures.p95Ms)}
        </td>
      )}
      {room >= roomFor['2xl'] && <Circumstances monitor={monitor} />}
      {room >= roomFor.xl && (
        <td className="num text-right text-12 text-muted">{last ? <Ago at={last.scheduledAt} /> : '–'}</td>
      )}
    </tr>
  )
})

/** A hundred is what is usual, and stands back. */
function Uptime({ percent, className = '' }: { percent: number | null; className?: string }) {
  const isWhole = percent === null || percent === 100
  return (
    <td className={`num text-right text-13 ${isWhole ? 'text-muted' : ''} ${className}`}>
      {percent === null ? '–' : shareText(Math.round(percent * 1_000), 100_000)}
    </td>
  )
}

function Circumstances({ monitor: { last, intervalSeconds, regions } }: { monitor: Monitor }) {
  return (
    <>
      <td className="num text-right text-13">{latencyText(isPassing(last) ? last.responseTimeMs : null)}</td>
      <td className="num text-right text-13 text-muted">{intervalText(intervalSeconds)}</td>
      <td className="num text-right text-13 text-muted" title={regions.join(', ')}>
        {numberText(regions.length)}
      </td>
    </>
  )
}

const TAGS_SHOWN = 2

function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null
  const more = tags.length - TAGS_SHOWN
  return (
    <span title={tags.join(', ')} className="flex shrink-0 items-center gap-1 text-12 text-muted max-lg:hidden">
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <span key={tag} className="max-w-20 truncate rounded-control border border-line px-1 leading-4">
          {tag}
        </span>
      ))}
      {more > 0 && <span className="num">+{more}</span>}
    </span>
  )
}

const NEWS_MS = 5_000

/** A monitor that has just gone down flashes its row, once. */
function isNews({ status, since }: Monitor): boolean {
  return status === 'down' && since !== null && Date.now() - Date.parse(since) < NEWS_MS
}

/** How long a failing check took says nothing about the site's speed. */
function isPassing(last: Monitor['last']): last is NonNullable<Monitor['last']> {
  return last?.verdict === 'up' || last?.verdict === 'degraded'
}

function Explanation({ monitor: { status, cause, agreement, since, spec } }: { monitor: Monitor }) {
  const tone = status === 'down' || status === 'degraded' ? statusTextClass[status] : undefined
  if (!tone && !(status === 'unknown' && cause))
    return <span className="num block truncate text-12 text-muted">{targetOf(spec)}</span>
  return (
    <span className={`block truncate text-12 ${tone ?? 'text-muted'}`}>
      {cause && `${cause.message} · `}
      {tone &&
        agreement.configured > 1 &&
        `${t('{failing} of {configured} regions', { failing: agreement.failing, configured: agreement.configured })} · `}
      {since && <LastedSince at={since} />}
    </span>
  )
}
