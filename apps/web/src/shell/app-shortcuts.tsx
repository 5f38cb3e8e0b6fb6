'use client'
import { useEffect } from 'react'
import { navigate } from '../navigation.ts'
import { useShortcuts } from './shortcuts.ts'
import { toggleTheme } from './theme.ts'

interface AppShortcutsProps {
  onCreate: () => void
  onHelp: () => void
  onPalette: () => void
}

/** The keys that work on every screen. */
export function AppShortcuts({ onCreate, onHelp, onPalette }: AppShortcutsProps) {
  usePaletteKey(onPalette)
  useShortcuts({
    c: onCreate,
    t: toggleTheme,
    '?': onHelp,
    'g o': () => navigate('/'),
    'g m': () => navigate('/monitors'),
    'g i': () => navigate('/incidents'),
    'g a': () => navigate('/alerts'),
    'g s': () => navigate('/settings'),
    '/': () => {
      navigate('/monitors')
      requestAnimationFrame(() => document.getElementById('filter')?.focus())
    },
  })
  return null
}

/** Ctrl-K or Cmd-K, also while typing: it is no single key, and is not switched off with them. */
function usePaletteKey(onPalette: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return
      if (document.querySelector('dialog[open]')) return
      event.preventDefault()
      onPalette()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [onPalette])
}
