'use client'
import { agoText, lastedText } from '@repo/ui/duration'
import { dateText } from '@repo/ui/words'
import { useNowMs } from './clock.ts'

const DAY_MS = 86_400_000
const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
const minute = { hour: '2-digit', minute: '2-digit' } as const
const day = { day: 'numeric', month: 'short' } as const
const dayAndYear = { ...day, year: 'numeric' } as const

/** `14:03:22` in the zone of the person who looks. */
export function clockText(ms: number): string {
  return dateText(ms, clock)
}

/** `14:03` today, `3 Sept, 14:03` on another day, `3 Sept 2025, 14:03` of another year. */
export function momentText(ms: number): string {
  const other = Date.now() - ms > DAY_MS / 2 && new Date(ms).toDateString() !== new Date().toDateString()
  return other ? `${dayText(ms, Date.now())}, ${dateText(ms, minute)}` : dateText(ms, minute)
}

function utcText(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`
}

export function Ago({ at }: { at: string }) {
  const nowMs = useNowMs()
  return (
    <time dateTime={at} title={utcText(at)}>
      {agoText(Math.max(0, nowMs - Date.parse(at)))}
    </time>
  )
}

export function LastedSince({ at }: { at: string }) {
  const nowMs = useNowMs()
  return (
    <time dateTime={at} title={utcText(at)}>
      {lastedText(Math.max(0, nowMs - Date.parse(at)))}
    </time>
  )
}

export function Clock({ at }: { at: string }) {
  const ms = Date.parse(at)
  return (
    <time dateTime={at} title={utcText(at)}>
      {instantText(ms, Date.now())}
    </time>
  )
}

/** `14:03:22` today, `3 Sept, 14:03:22` on another day, `3 Sept 2025, 14:03:22` of another year: as much as it takes to know which. */
export function instantText(ms: number, nowMs: number): string {
  if (new Date(ms).toDateString() === new Date(nowMs).toDateString()) return clockText(ms)
  return `${dayText(ms, nowMs)}, ${clockText(ms)}`
}

function dayText(ms: number, nowMs: number): string {
  return dateText(ms, new Date(ms).getFullYear() === new Date(nowMs).getFullYear() ? day : dayAndYear)
}
