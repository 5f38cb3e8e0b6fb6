'use client'
import { useEffect, useRef } from 'react'
import { createObservable } from '../observable.ts'

/** The single-key shortcuts; each can be switched off together with the others (WCAG 2.1.4). */
export const shortcutList = [
  { keys: ['/'], does: 'Filter the monitors' },
  { keys: ['j', 'k'], does: 'Next and previous row' },
  { keys: ['Enter'], does: 'Open what has the focus' },
  { keys: ['x'], does: 'Select the monitor' },
  { keys: ['a'], does: 'Acknowledge the incident' },
  { keys: ['c'], does: 'Add a monitor' },
  { keys: ['p'], does: 'Pause or resume the monitor' },
  { keys: ['e'], does: 'Edit the monitor' },
  { keys: ['t'], does: 'Change between light and dark' },
  { keys: ['?'], does: 'Show this list' },
] as const

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

/** Calls by key, never while a person is typing, a dialog is open or a modifier is held. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts)
  useEffect(() => {
    latest.current = shortcuts
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return
      if (shortcutsOff.get() || isTyping(event.target) || document.querySelector('dialog[open]')) return
      const action = latest.current[event.key]
      if (!action) return
      event.preventDefault()
      action()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.matches('textarea, select')) return true
  return target instanceof HTMLInputElement && !['radio', 'checkbox', 'button', 'submit'].includes(target.type)
}
