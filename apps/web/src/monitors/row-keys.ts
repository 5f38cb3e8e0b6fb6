'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { useEffect } from 'react'
import { usePauseSwitch } from '../monitor/use-pause.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { useMay } from '../shell/use-may.ts'
import { listPlace } from './list-place.ts'

/** A row of the list, and by what it is told from another one of the same monitor. */
export interface KeyedRow {
  readonly key: string
  readonly monitor: Monitor
}

interface RowKeys {
  rows: readonly KeyedRow[]
  select: (id: string, extend: boolean) => void
  /** Brings the row of this place into sight. */
  reveal: (index: number) => void
  /** Where the list goes on beyond what is loaded: how to get there. */
  toEnd?: (() => void) | undefined
  toStart?: (() => void) | undefined
}

/**
 * `j` and `k` move the focus from row to row, End and Home to the ends of the list, `p` pauses the row in focus, `x` selects
 * it; Enter is the link's own key.
 */
export function useRowKeys({ rows, select, reveal, toEnd, toStart }: RowKeys): void {
  const flipPause = usePauseSwitch()
  const mayChange = useMay('member')
  const focusedIndex = () => {
    const key = document.activeElement?.getAttribute('data-row')
    return key ? rows.findIndex((row) => row.key === key) : -1
  }
  const go = (index: number) => {
    const row = rows[index]
    if (!row) return
    reveal(index)
    focusSoon(row.key)
  }
  const move = (step: number) => go(Math.min(Math.max(focusedIndex() + step, 0), rows.length - 1))
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    End: toEnd ?? (() => go(rows.length - 1)),
    Home: toStart ?? (() => go(0)),
    p: () => {
      const row = rows[focusedIndex()]
      if (row && mayChange) flipPause(row.monitor)
    },
    x: () => {
      const row = rows[focusedIndex()]
      if (row && mayChange) select(row.monitor.id, false)
    },
  })
}

/** A row that was out of sight is in the document a frame or two later. */
export function focusSoon(key: string, tries = 5): void {
  const link = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`)
  if (link) link.focus({ preventScroll: true })
  else if (tries > 0) requestAnimationFrame(() => focusSoon(key, tries - 1))
}

/** Coming back to the list finds the place, and the focus, where they were left. */
export function useListPlace(): void {
  useEffect(() => {
    scrollTo(0, listPlace.scrollY)
    if (listPlace.focusedKey) focusSoon(listPlace.focusedKey)
    const remember = () => {
      listPlace.scrollY = scrollY
    }
    const rememberFocus = () => {
      listPlace.focusedKey = document.activeElement?.getAttribute('data-row') ?? listPlace.focusedKey
    }
    addEventListener('scroll', remember, { passive: true })
    addEventListener('focusin', rememberFocus)
    return () => {
      removeEventListener('scroll', remember)
      removeEventListener('focusin', rememberFocus)
    }
  }, [])
}
