'use client'
import { msg } from '@repo/ui/words'
import { useEffect, useRef } from 'react'
import { createObservable } from '../observable.ts'

/** The single-key shortcuts; each can be switched off together with the others (WCAG 2.1.4). */
export const shortcutList: readonly Shortcut[] = [
  { keys: ['/'], does: msg('Filter the monitors'), isEverywhere: true },
  { keys: ['j', 'k'], does: msg('Next and previous row') },
  { keys: ['Home', 'End'], does: msg('The beginning and the end of the list') },
  { keys: ['Enter'], does: msg('Open what has the focus') },
  { keys: ['x'], does: msg('Select the monitor') },
  { keys: ['a'], does: msg('Acknowledge the incident') },
  { keys: ['c'], does: msg('Add a monitor'), isEverywhere: true },
  { keys: ['r'], does: msg('Check the monitor now') },
  { keys: ['p'], does: msg('Pause or resume the monitor') },
  { keys: ['e'], does: msg('Edit the monitor') },
  { keys: ['[', ']'], does: msg('Shift the time that the charts show') },
  { keys: ['t'], does: msg('Change between light and dark'), isEverywhere: true },
  { keys: ['?'], does: msg('Show this list'), isEverywhere: true },
  { keys: ['g', 'o'], does: msg('Go to the overview') },
  { keys: ['g', 'm'], does: msg('Go to the monitors') },
  { keys: ['g', 'i'], does: msg('Go to the incidents') },
  { keys: ['g', 'a'], does: msg('Go to the alerts') },
  { keys: ['g', 's'], does: msg('Go to the settings') },
]

interface Shortcut {
  /** One, some that do alike, or two that are pressed one after the other. */
  readonly keys: readonly string[]
  readonly does: string
  /** On every screen, and not on one of them. */
  readonly isEverywhere?: true
}

const OFF_KEY = 'shortcuts-off'

export const shortcutsOff = createObservable(readOff())

function readOff(): boolean {
  try {
    return typeof localStorage !== 'undefined' && localStorage.getItem(OFF_KEY) === '1'
  } catch {
    return false
  }
}

export function switchShortcuts(on: boolean): void {
  try {
    if (on) localStorage.removeItem(OFF_KEY)
    else localStorage.setItem(OFF_KEY, '1')
  } catch {
    // Kept for this visit only.
  }
  shortcutsOff.set(!on)
}

type Shortcuts = Readonly<Record<string, () => void>>

/** What the keys do where a person is, the outermost first: a screen's own are its last. */
const offered = new Set<{ readonly current: Shortcuts }>()

/** What can be done on this screen, by the key that does it; the palette shows it, and takes the keys that are off as well. */
export function offeredShortcuts(): ReadonlyMap<string, () => void> {
  return new Map([...offered].flatMap(({ current }) => Object.entries(current)))
}

/** Of two keys one after the other, such as `g m`, the second is waited for so long. */
const SECOND_KEY_MS = 1_000

/** Calls by key, or by two of them, never while a person is typing, a dialog is open or a modifier is held. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts)
  useEffect(() => {
    latest.current = shortcuts
  })
  useEffect(() => {
    let first = { key: '', atMs: 0 }
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return
      if (shortcutsOff.get() || isTyping(event.target) || document.querySelector('dialog[open]')) return
      const isSecond = event.timeStamp - first.atMs < SECOND_KEY_MS
      const action = isSecond ? latest.current[`${first.key} ${event.key}`] : undefined
      // A key that is the second of two is not taken for what it does alone, by nobody.
      if (isSecond && first.key === 'g' && !action) return
      first = { key: event.key, atMs: event.timeStamp }
      const found = action ?? latest.current[event.key]
      if (!found) return
      event.preventDefault()
      found()
    }
    addEventListener('keydown', onKeyDown)
    offered.add(latest)
    return () => {
      removeEventListener('keydown', onKeyDown)
      offered.delete(latest)
    }
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.matches('textarea, select')) return true
  return target instanceof HTMLInputElement && !['radio', 'checkbox', 'button', 'submit'].includes(target.type)
}
