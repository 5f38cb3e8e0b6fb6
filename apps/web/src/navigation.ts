'use client'
import { type MouseEvent, useCallback, useMemo, useSyncExternalStore } from 'react'

/**
 * All screens are in one static shell, so a move between them is a history entry and no request. Next follows
 * `history.pushState`; this module only tells the screens that the address has changed.
 */
export type Route =
  | { screen: 'overview' }
  | { screen: 'monitors' }
  | { screen: 'monitor'; id: string }
  /** Without a section in the page as it was built: which it is, the address says. */
  | { screen: 'settings'; section: SettingsSection | undefined }
  | { screen: 'system' }
  | { screen: 'incidents' }
  | { screen: 'incident'; id: string }
  | { screen: 'alerts'; section: AlertsSection | undefined }
  | { screen: 'maintenance' }
  | { screen: 'status-pages' }
  | { screen: 'status-page'; id: string }
  | { screen: 'missing' }

export const settingsSections = ['account', 'security', 'workspace', 'members', 'keys', 'audit'] as const
export type SettingsSection = (typeof settingsSections)[number]

/** The first of them is what `/settings` itself shows. */
export function settingsPath(section: SettingsSection): string {
  return section === 'account' ? '/settings' : `/settings/${section}`
}

function settingsRoute(name: string | undefined): Route {
  const section = name ? settingsSections.find((known) => known === name) : 'account'
  const isKnown = section !== undefined && !(name && section === 'account')
  return isKnown ? { screen: 'settings', section } : { screen: 'missing' }
}

export const alertsSections = ['channels', 'policies', 'schedules', 'log'] as const
export type AlertsSection = (typeof alertsSections)[number]

/** The first of them is what `/alerts` itself shows. */
export function alertsPath(section: AlertsSection): string {
  return section === 'channels' ? '/alerts' : `/alerts/${section}`
}

function alertsRoute(name: string | undefined): Route {
  const section = name ? alertsSections.find((known) => known === name) : 'channels'
  const isKnown = section !== undefined && !(name && section === 'channels')
  return isKnown ? { screen: 'alerts', section } : { screen: 'missing' }
}

export function parseRoute(pathname: string): Route {
  const [, first, second, ...rest] = pathname.replace(/\/+$/, '').split('/')
  if (rest.length > 0) return { screen: 'missing' }
  if (first === 'monitors') return second ? { screen: 'monitor', id: second } : { screen: 'monitors' }
  if (first === 'settings') return settingsRoute(second)
  if (first === 'incidents') return second ? { screen: 'incident', id: second } : { screen: 'incidents' }
  if (first === 'alerts') return alertsRoute(second)
  if (first === 'status-pages') return second ? { screen: 'status-page', id: second } : { screen: 'status-pages' }
  if (first === 'maintenance' && !second) return { screen: 'maintenance' }
  if (first === 'system' && !second) return { screen: 'system' }
  return { screen: first ? 'missing' : 'overview' }
}

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('popstate', comeBack)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) removeEventListener('popstate', comeBack)
  }
}

/** Asks before a screen with unsaved work is left; it may call `leave` whenever the person has decided. */
type LeaveGuard = (leave: () => void) => void

let guarded: { readonly ask: LeaveGuard; readonly href: string } | undefined

/** @returns how to take the guard away again. */
export function guardLeaving(ask: LeaveGuard): () => void {
  const own = { ask, href: address() }
  guarded = own
  return () => {
    if (guarded === own) guarded = undefined
  }
}

/** Back and forward have moved already when they are heard of: what is guarded is put back, and left when that is decided. */
function comeBack(): void {
  const wanted = address()
  if (guarded && wanted !== guarded.href) {
    history.pushState(null, '', guarded.href)
    guarded.ask(() => move(wanted))
  } else announceMove()
}

const address = () => location.pathname + location.search

const nothing = () => undefined

export function useRoute(prerendered: Route): Route {
  const pathname = useSyncExternalStore(subscribe, () => location.pathname, nothing)
  return useMemo(() => (pathname === undefined ? prerendered : parseRoute(pathname)), [pathname, prerendered])
}

/**
 * A parameter of the query, and how to set it; setting replaces the history entry, and an empty text removes it. Who reads one
 * is not drawn anew where another one is set. It is empty while the static page is being hydrated.
 */
export function useSearchParam(name: string): readonly [string, (value: string) => void] {
  const value = useSyncExternalStore(subscribe, () => readSearchParam(name), nothing) ?? ''
  return [value, useCallback((next: string) => setSearchParam(name, next), [name])]
}

/** False while the static page is being hydrated: what the address says is not known then. */
export function useIsAddressKnown(): boolean {
  return useSyncExternalStore(subscribe, isKnown, isUnknown)
}

const isKnown = () => true
const isUnknown = () => false

let read = { search: '', params: new URLSearchParams() }

function readSearchParam(name: string): string {
  const { search } = location
  if (read.search !== search) read = { search, params: new URLSearchParams(search) }
  return read.params.get(name) ?? ''
}

function setSearchParam(name: string, value: string): void {
  const url = new URL(location.href)
  if (value) url.searchParams.set(name, value)
  else url.searchParams.delete(name)
  history.replaceState(null, '', url)
  announceMove()
}

export function navigate(href: string): void {
  if (href === address()) return
  if (guarded) guarded.ask(() => move(href))
  else move(href)
}

function move(href: string): void {
  guarded = undefined
  history.pushState(null, '', href)
  announceMove()
}

function announceMove(): void {
  for (const listener of listeners) listener()
}

/** For a link within the app: a plain click moves without a request; a click with a modifier is the browser's. */
export function followLink(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return
  event.preventDefault()
  navigate(event.currentTarget.pathname + event.currentTarget.search)
}
