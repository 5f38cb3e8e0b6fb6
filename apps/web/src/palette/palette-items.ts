import type { Monitor } from '@repo/contracts/monitors'
import { targetOf } from '@repo/contracts/spec-target'
import { isAtLeast, type Role } from '@repo/domain/role'
import type { Status } from '@repo/domain/status'
import { msg, spoken, t } from '@repo/ui/words'
import { alertsPath, alertsSections, settingsPath, settingsSections } from '../navigation.ts'
import { sectionNames, sectionRoles } from '../settings/sections.ts'
import { shortcutList } from '../shell/shortcuts.ts'

/** One line of the palette: what it is called, and where it leads or what it does. */
export interface PaletteItem {
  /** The same at every opening, for what was chosen last. */
  readonly id: string
  readonly label: string
  /** What may be typed to find it beside its name. */
  readonly words: string
  readonly does: { readonly kind: 'go'; readonly href: string } | { readonly kind: 'press'; readonly key: string }
  /** Shown behind it: the keys that do the same. */
  readonly keys: readonly string[]
  readonly monitor?: { readonly status: Status; readonly target: string }
}

export interface PaletteGroup {
  readonly heading: string
  readonly items: readonly PaletteItem[]
}

const moves = new Set(['j', 'k', 'Enter', 'x', 'g', '[', ']'])

/** What the keys do on this screen alone, or on every one; what a person may not do has no key. */
export function actionItems(offered: ReadonlySet<string>, where: 'here' | 'everywhere'): PaletteItem[] {
  return shortcutList.flatMap(({ keys, does, isEverywhere = false }) => {
    const [key = '', ...more] = keys
    if (more.length > 0 || moves.has(key) || !offered.has(key) || isEverywhere !== (where === 'everywhere')) return []
    return [{ id: `key:${key}`, label: t(does), words: '', does: { kind: 'press' as const, key }, keys }]
  })
}

const alertsNames = spoken({
  channels: msg('Channels'),
  policies: msg('Policies'),
  schedules: msg('On-call schedules'),
  log: msg('Delivery log'),
})

/** Every screen that a role may see. */
export function placeItems(role: Role): PaletteItem[] {
  const alerts = alertsSections.map((section) =>
    go(alertsPath(section), alertsNames[section], { words: 'alerts notifications' }),
  )
  const settings = settingsSections
    .filter((section) => isAtLeast(role, sectionRoles[section]))
    .map((section) => go(settingsPath(section), sectionNames[section], { words: 'settings' }))
  return [
    go('/', t('Overview'), { words: 'start home truth', keys: ['g', 'o'] }),
    go('/monitors', t('Monitors'), { words: 'websites list home', keys: ['g', 'm'] }),
    go('/incidents', t('Incidents'), { words: 'outages down', keys: ['g', 'i'] }),
    go('/status-pages', t('Status pages'), { words: 'public subscribers components' }),
    go('/maintenance', t('Maintenance'), { words: 'windows planned' }),
    ...alerts,
    go('/system', t('System'), { words: 'regions health consumers' }),
    ...settings,
  ]
}

function go(
  href: string,
  label: string,
  { words, keys = [] }: { words: string; keys?: readonly string[] },
): PaletteItem {
  return { id: `go:${href}`, label, words, does: { kind: 'go', href }, keys }
}

export function monitorItem({ id, name, status, spec, tags }: Monitor): PaletteItem {
  const target = targetOf(spec)
  return {
    ...{ id: `monitor:${id}`, label: name, words: `${target} ${tags.join(' ')} ${id}`, keys: [] },
    does: { kind: 'go', href: `/monitors/${id}` },
    monitor: { status, target },
  }
}

/** Those in which every word that was typed is found, the ones whose names begin with it first. */
export function matching(items: readonly PaletteItem[], text: string): PaletteItem[] {
  const typed = text.toLowerCase().split(/\s+/).filter(Boolean)
  const first = typed[0] ?? ''
  const found = items.filter(({ label, words }) => {
    const all = `${label} ${words}`.toLowerCase()
    return typed.every((word) => all.includes(word))
  })
  return found.toSorted((a, b) => place(a, first) - place(b, first))
}

function place({ label }: PaletteItem, first: string): number {
  const name = label.toLowerCase()
  if (name.startsWith(first)) return 0
  return name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(first)) ? 1 : 2
}

/** An address that a monitor may be made of, from what was typed; undefined where it is none. */
export function typedUrl(text: string): string | undefined {
  const trimmed = text.trim()
  if (/\s/.test(trimmed) || !/^(https?:\/\/)?[^/.]+(\.[^/.]+)+/i.test(trimmed)) return undefined
  const url = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`
  return URL.canParse(url) ? url : undefined
}
