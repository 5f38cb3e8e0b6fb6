'use client'
import { navigate } from '../navigation.ts'
import { useShortcuts } from './shortcuts.ts'
import { toggleTheme } from './theme.ts'
import { useMay } from './use-may.ts'

/** The keys that work on every screen. */
export function AppShortcuts({ onCreate, onHelp }: { onCreate: () => void; onHelp: () => void }) {
  const mayCreate = useMay('member')
  useShortcuts({
    ...(mayCreate ? { c: onCreate } : {}),
    t: toggleTheme,
    '?': onHelp,
    '/': () => {
      navigate('/monitors')
      requestAnimationFrame(() => document.getElementById('filter')?.focus())
    },
  })
  return null
}
