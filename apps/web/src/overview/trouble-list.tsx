'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { targetOf } from '@repo/contracts/spec-target'
import { rowTint, StatusLabel, statusTextClass } from '@repo/ui/status'
import { TickLine } from '@repo/ui/tick-line'
import { numberText, t } from '@repo/ui/words'
import { wordOf } from '../monitors/word-of.ts'
import { followLink } from '../navigation.ts'
import { LastedSince } from '../shell/time.tsx'
import { quietLink, Section } from './section.tsx'

/** So many are named; the list of monitors has the others. */
const SHOWN = 12

interface TroubleListProps {
  title: string
  status: 'down' | 'unknown' | 'degraded'
  /** The first of them. */
  monitors: readonly Monitor[]
  /** How many there are. */
  count: number
}

/** Monitors that are not well, each with why and since when. Nothing at all where there is none. */
export function TroubleList({ title, status, monitors, count }: TroubleListProps) {
  const shown = monitors.slice(0, SHOWN)
  if (shown.length === 0) return null
  const others = count - shown.length
  return (
    <Section title={title} note={<span className="num">{numberText(count)}</span>} className="mt-6">
      <ul>
        {shown.map((monitor) => (
          <TroubleRow key={monitor.id} monitor={monitor} />
        ))}
      </ul>
      {others > 0 && (
        <a href={`/monitors?status=${status}`} onClick={followLink} className={`mt-2 ${quietLink}`}>
          {t('See {count, plural, one {# more} other {# more}}', { count: others })}
        </a>
      )}
    </Section>
  )
}

export const troubleGrid =
  'relative grid min-h-13 grid-cols-[minmax(0,1fr)_auto] content-center items-center gap-x-4 gap-y-0.5 border-line border-b px-3 py-2 hover:bg-hover has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-accent md:grid-cols-[132px_minmax(0,1fr)_204px_92px]'
export const coveringLink = 'block truncate font-medium outline-none after:absolute after:inset-0'

/** Its name is the link, and the link covers the row. */
function TroubleRow({ monitor }: { monitor: Monitor }) {
  const { id, name, status, recent, since } = monitor
  return (
    <li className={`${troubleGrid} ${rowTint[status] ?? ''}`}>
      <StatusLabel status={status} word={wordOf(monitor)} className="max-md:order-2 md:row-span-2" />
      <span className="min-w-0 max-md:order-1">
        <a href={`/monitors/${id}`} onClick={followLink} className={coveringLink}>
          {name}
        </a>
      </span>
      <span className="flex justify-end overflow-hidden max-md:hidden md:row-span-2">
        <TickLine ticks={recent} className="shrink-0" />
      </span>
      <span className="num text-right text-13 text-muted max-md:hidden md:row-span-2">
        {since ? <LastedSince at={since} /> : '–'}
      </span>
      <span className="min-w-0 max-md:order-5 max-md:col-span-2 md:col-start-2 md:row-start-2">
        <Explanation monitor={monitor} />
      </span>
    </li>
  )
}

function Explanation({ monitor: { status, cause, agreement, since, spec } }: { monitor: Monitor }) {
  const regions =
    status !== 'unknown' && agreement.configured > 1
      ? t('{failing} of {configured} regions', {
          failing: numberText(agreement.failing),
          configured: numberText(agreement.configured),
        })
      : undefined
  return (
    <span className={`block truncate text-12 ${status === 'unknown' ? 'text-muted' : statusTextClass[status]}`}>
      {cause ? cause.message : <span className="num">{targetOf(spec)}</span>}
      {regions && ` · ${regions}`}
      {since && (
        <span className="md:hidden">
          {' · '}
          <LastedSince at={since} />
        </span>
      )}
    </span>
  )
}
