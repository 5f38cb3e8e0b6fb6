'use client'
import type { Status } from '@repo/domain/status'
import { type ReactNode, useEffect, useState } from 'react'
import { useRoving } from './roving.ts'

export interface DayBar {
  readonly key: string
  /** How much of the day it had each status, in any unit; undefined of a day of which nothing is known. */
  readonly parts: Readonly<Record<Status, number>> | undefined
  /** How much of the day has passed, from 0 to 1. */
  readonly passed: number
  /** "Tuesday 3 September: 99.93 %, down for 1 min". */
  readonly label: string
}

interface DayBarsProps {
  label: string
  /** Oldest first; as many of the last as there is room for are shown. */
  days: readonly DayBar[]
  /** What is told of the day that is pointed at. */
  card: (key: string) => ReactNode
}

/** A bar a day: the worst at its foot, each status with a pattern of its own. What is pointed at, focused or clicked tells of itself. */
export function DayBars({ label, days, card }: DayBarsProps) {
  const shown = days.slice(-useDaysShown())
  const { host, place, onKeyDown, onFocus } = useRoving<HTMLDivElement>(shown.length)
  const [pointed, setPointed] = useState<number>()
  const [pinned, setPinned] = useState<number>()
  const told = pinned ?? pointed
  const day = told === undefined ? undefined : shown[told]
  const close = () => {
    setPinned(undefined)
    setPointed(undefined)
  }
  return (
    <div className="relative" onPointerLeave={() => setPointed(undefined)}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for what a form sends */}
      <div
        ref={host}
        role="group"
        aria-label={label}
        className="flex h-12 items-stretch gap-px sm:gap-0.5"
        onFocus={(event) => {
          onFocus(event)
          setPointed(placeOf(event.target))
        }}
        onBlur={() => setPointed(undefined)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && told !== undefined) {
            event.preventDefault()
            close()
          } else onKeyDown(event)
        }}
      >
        {shown.map((bar, index) => (
          <button
            key={bar.key}
            type="button"
            data-place={index}
            data-day={bar.parts ? 'known' : 'unknown'}
            tabIndex={index === place ? 0 : -1}
            aria-label={bar.label}
            aria-pressed={index === pinned}
            onPointerEnter={() => setPointed(index)}
            onClick={() => setPinned(pinned === index ? undefined : index)}
            className={`min-w-0 flex-1 ${index === told ? 'opacity-70' : ''}`}
          >
            <Bar bar={bar} />
          </button>
        ))}
      </div>
      {day && told !== undefined && (
        <div
          data-testid="day-card"
          aria-hidden="true"
          style={{ left: `clamp(112px, ${((told + 0.5) / shown.length) * 100}%, calc(100% - 112px))` }}
          className="absolute top-full z-10 mt-1.5 w-56 -translate-x-1/2 rounded-control border border-line bg-surface px-3 py-2 text-12 shadow-overlay"
        >
          {card(day.key)}
        </div>
      )}
    </div>
  )
}

function placeOf(target: EventTarget): number | undefined {
  const place = target instanceof HTMLElement ? target.dataset.place : undefined
  return place === undefined ? undefined : Number(place)
}

const order = ['up', 'degraded', 'maintenance', 'paused', 'unknown', 'down'] as const
const LEAST_SHARE = 0.14

function Bar({ bar: { parts, passed } }: { bar: DayBar }) {
  const total = parts ? order.reduce((sum, status) => sum + parts[status], 0) : 0
  const width = { width: `${Math.max(passed, 0.15) * 100}%` }
  if (!parts || total === 0) return <span style={width} className="block h-full border border-control border-dashed" />
  return (
    <span style={width} className="flex h-full flex-col">
      {order.map((status) =>
        parts[status] > 0 ? (
          <span
            key={status}
            data-status={status}
            style={{ flexGrow: Math.max(parts[status] / total, LEAST_SHARE), flexBasis: 0 }}
            className={`block ${fills[status]}`}
          />
        ) : null,
      )}
    </span>
  )
}

/** By pattern as well as by colour. */
const fills: Record<Status, string> = {
  up: 'bg-up',
  degraded: 'w-[70%] bg-degraded',
  down: 'pattern-down',
  maintenance: 'pattern-maintenance',
  unknown: 'border border-unknown border-dotted',
  paused: 'border border-control/60 border-t-0',
}

const NARROW = '(max-width: 639px)'
const MIDDLING = '(max-width: 1023px)'

/** 90 days where there is room for them. */
function useDaysShown(): number {
  const [count, setCount] = useState(daysFor)
  useEffect(() => {
    const change = () => setCount(daysFor())
    const queries = [NARROW, MIDDLING].map((query) => matchMedia(query))
    for (const query of queries) query.addEventListener('change', change)
    return () => {
      for (const query of queries) query.removeEventListener('change', change)
    }
  }, [])
  return count
}

function daysFor(): number {
  if (typeof matchMedia === 'undefined') return 90
  if (matchMedia(NARROW).matches) return 30
  return matchMedia(MIDDLING).matches ? 60 : 90
}
