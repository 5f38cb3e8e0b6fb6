'use client'
import type { MonitorCounts } from '@repo/contracts/monitors'
import { useEffect } from 'react'
import { useCounts } from '../api/queries.ts'
import type { Route } from '../navigation.ts'
import { useObservable } from '../observable.ts'
import { holdTitle } from './hold-title.ts'
import { iconHref } from './icon.ts'
import { pageName } from './page-name.ts'

/** The browser's tab tells the worst: `(2) shop · BetterUptime`, and a dot of its colour and shape in the icon. */
export function TabSign({ screen }: { screen: Route['screen'] }) {
  const counts = useCounts({ isListShown: screen === 'monitors' || screen === 'overview' })
  const down = counts?.down ?? 0
  const dot = counts ? worstDot(counts) : ''
  const page = useObservable(pageName)
  useEffect(() => {
    const name = page ? `${page} · BetterUptime` : 'BetterUptime'
    return holdTitle(down > 0 ? `(${down}) ${name}` : name)
  }, [down, page])
  useEffect(() => {
    const link =
      document.querySelector<HTMLLinkElement>('link[rel="icon"]') ?? document.head.appendChild(createIconLink())
    link.href = iconHref(dot)
  }, [dot])
  return null
}

function createIconLink(): HTMLLinkElement {
  const link = document.createElement('link')
  link.rel = 'icon'
  return link
}

function worstDot(counts: MonitorCounts): string {
  if (counts.down > 0) return '<path d="M19.5 16h7l5 5v6l-5 5h-7l-5-5v-6z" fill="#e4472d"/>'
  if (counts.degraded > 0) return '<path d="M23 15l9 17H14z" fill="#f7bb2b"/>'
  if (counts.up > 0) return '<circle cx="24" cy="24" r="8" fill="#1a9c8b"/>'
  return ''
}
