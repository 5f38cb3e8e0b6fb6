'use client'
import { msg } from '@repo/ui/words'
import { useMemo } from 'react'
import type { IncidentFilter } from '../api/incident-queries.ts'
import { useSearchParam } from '../navigation.ts'

export const ranges = [
  { value: '24h', text: msg('Last 24 h'), days: 1 },
  { value: '7d', text: msg('Last 7 d'), days: 7 },
  { value: '30d', text: msg('Last 30 d'), days: 30 },
  { value: '90d', text: msg('Last 90 d'), days: 90 },
  { value: 'all', text: msg('All time'), days: undefined },
  { value: 'custom', text: msg('From day to day'), days: undefined },
] as const
export type Range = (typeof ranges)[number]['value']
const usualRange: Range = '30d'

export const states = ['open', 'acknowledged', 'resolved'] as const
export type StateFilter = (typeof states)[number] | ''

const DAY_MS = 86_400_000
const STEP_MS = 300_000

/** All filters of the list, as they stand in the address, and as the API is asked by them. */
export function useIncidentFilter() {
  const [stateText, setState] = useSearchParam('state')
  const [severity, setSeverity] = useSearchParam('severity')
  const [code, setCode] = useSearchParam('cause')
  const [tag, setTag] = useSearchParam('tag')
  const [region, setRegion] = useSearchParam('region')
  const [monitorId, setMonitorId] = useSearchParam('monitor')
  const [rangeText, setRangeText] = useSearchParam('range')
  const state: StateFilter = states.find((known) => known === stateText) ?? ''
  const range = ranges.find(({ value }) => value === rangeText)?.value ?? usualRange
  const narrow = useMemo<IncidentFilter>(
    () => ({ severity, code, tag, region, monitorId }),
    [severity, code, tag, region, monitorId],
  )
  const [fromDay, setFromDay] = useDay('from')
  const [toDay, setToDay] = useDay('to')
  const isCustom = range === 'custom'
  const from = useMemo(
    () => (isCustom ? startOfDay(fromDay) : beginningOf(range, Date.now())),
    [isCustom, fromDay, range],
  )
  const to = isCustom ? startOfDay(toDay, 1) : ''
  const isTurned = isCustom && fromDay !== '' && toDay !== '' && fromDay > toDay
  const isNarrow = Boolean(state || severity || code || tag || region || monitorId)
  return {
    ...{ state, severity, code, tag, region, monitorId, range, narrow, from, to, isNarrow },
    ...{ fromDay, setFromDay, toDay, setToDay },
    /** The last day is before the first. */
    isTurned,
    ...{ setState, setSeverity, setCode, setTag, setRegion, setMonitorId },
    setRange(value: string) {
      if (value !== 'custom') for (const set of [setFromDay, setToDay]) set('')
      setRangeText(value === usualRange ? '' : value)
    },
    clear() {
      for (const set of [setState, setSeverity, setCode, setTag, setRegion, setMonitorId]) set('')
    },
  }
}

export type IncidentFilterState = ReturnType<typeof useIncidentFilter>

/** A day of the calendar in the address; what is none is passed over. */
function useDay(name: string) {
  const [text, set] = useSearchParam(name)
  return [startOfDay(text) === '' ? '' : text, set] as const
}

/** When a day, or so many days after it, begins where whoever looks is; empty where it is no day. */
export function startOfDay(day: string, daysLater = 0): string {
  const [year, month, date] = day.split('-').map(Number)
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || year === undefined || month === undefined || date === undefined) return ''
  const start = new Date(year, month - 1, date + daysLater)
  const isDay = new Date(year, month - 1, date).getDate() === date
  return isDay && year > 1970 ? start.toISOString() : ''
}

/** To five minutes, so that coming back to the list finds what was read. Empty: from the beginning. */
export function beginningOf(range: Range, nowMs: number): string {
  const days = ranges.find(({ value }) => value === range)?.days
  if (days === undefined) return ''
  return new Date(Math.floor((nowMs - days * DAY_MS) / STEP_MS) * STEP_MS).toISOString()
}

/** What a state is to the API. */
export function stateParams(state: StateFilter): IncidentFilter {
  if (state === 'resolved') return { open: 'false' }
  if (state === 'acknowledged') return { open: 'true', acknowledged: 'true' }
  return state === 'open' ? { open: 'true' } : {}
}
