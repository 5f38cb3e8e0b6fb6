'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { useMemo } from 'react'
import { navigate, useSearchParam } from '../navigation.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { defaultRange } from './ranges.ts'
import { customSpan, readSpan, type Span, shiftSpan, writeSpan } from './span.ts'

/** The stretch of time that the address names, and how to go to another: each is a step that Back takes back. */
export function useSpan({ createdAt }: Monitor): { span: Span; go: (span: Span) => void; zoom: Zoom } {
  const [range] = useSearchParam('range')
  const [from] = useSearchParam('from')
  const [to] = useSearchParam('to')
  const usual = defaultRange(createdAt, Date.now())
  const span = useMemo(() => readSpan(new URLSearchParams({ range, from, to }), usual), [range, from, to, usual])
  const go = (next: Span) => navigate(location.pathname + writeSpan(location.search, next, usual))
  useShortcuts({
    '[': () => go(shiftSpan(span, -1, Date.now())),
    ']': () => go(shiftSpan(span, 1, Date.now())),
  })
  return {
    span,
    go,
    zoom: (fromMs, toMs) => {
      const next = customSpan(fromMs, toMs)
      if (next) go(next)
    },
  }
}

export type Zoom = (fromMs: number, toMs: number) => void
