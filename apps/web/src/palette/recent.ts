import type { PaletteItem } from './palette-items.ts'

const MOST = 5

const keyOf = (workspaceId: string) => `palette-recent:${workspaceId}`

/** What was chosen last in a workspace, the latest first. */
export function readRecent(workspaceId: string): PaletteItem[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(workspaceId)) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isItem) : []
  } catch {
    return []
  }
}

/** Only places are kept: what a key does depends on where one is. */
export function addRecent(workspaceId: string, item: PaletteItem): void {
  if (item.does.kind !== 'go') return
  const others = readRecent(workspaceId).filter(({ id }) => id !== item.id)
  try {
    localStorage.setItem(keyOf(workspaceId), JSON.stringify([item, ...others].slice(0, MOST)))
  } catch {
    // Not kept, where nothing may be.
  }
}

/** A browser keeps what an older version wrote, and whatever else writes there. */
function isItem(value: unknown): value is PaletteItem {
  const { id, label, words, does } = (value ?? {}) as Partial<Record<keyof PaletteItem, unknown>>
  const href = (does as { href?: unknown } | undefined)?.href
  return (
    [id, label, words].every((text) => typeof text === 'string') && typeof href === 'string' && /^\/[^/]/.test(href)
  )
}
