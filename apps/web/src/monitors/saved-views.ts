/** A filter of the list by a name, in this browser and of one workspace. */
export interface SavedView {
  readonly name: string
  /** The query of the address, without its question mark. */
  readonly search: string
}

const MOST = 30
const keyOf = (workspaceId: string) => `views:${workspaceId}`

export function readViews(workspaceId: string): SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(workspaceId)) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isView) : []
  } catch {
    return []
  }
}

/** One of the same name is replaced. @returns what is kept now, by name; as it was where nothing may be kept. */
export function saveView(workspaceId: string, view: SavedView): SavedView[] {
  const others = readViews(workspaceId).filter(({ name }) => name !== view.name)
  const views = [...others, view].toSorted((a, b) => a.name.localeCompare(b.name)).slice(0, MOST)
  return write(workspaceId, views)
}

export function removeView(workspaceId: string, name: string): SavedView[] {
  return write(
    workspaceId,
    readViews(workspaceId).filter((view) => view.name !== name),
  )
}

function write(workspaceId: string, views: SavedView[]): SavedView[] {
  try {
    localStorage.setItem(keyOf(workspaceId), JSON.stringify(views))
    return views
  } catch {
    return readViews(workspaceId)
  }
}

/** A browser keeps what an older version wrote, and whatever else writes there. */
function isView(value: unknown): value is SavedView {
  const { name, search } = (value ?? {}) as Partial<Record<keyof SavedView, unknown>>
  return typeof name === 'string' && typeof search === 'string'
}
