/** A filter of the list by a name, as browsers kept it before accounts did. */
export interface KeptView {
  readonly name: string
  /** The query of the address, without its question mark. */
  readonly search: string
}

const keyOf = (workspaceId: string) => `views:${workspaceId}`

export function keptViews(workspaceId: string): KeptView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(workspaceId)) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isView) : []
  } catch {
    return []
  }
}

export function keepViews(workspaceId: string, views: readonly KeptView[]): void {
  try {
    if (views.length === 0) localStorage.removeItem(keyOf(workspaceId))
    else localStorage.setItem(keyOf(workspaceId), JSON.stringify(views))
  } catch {
    // Where nothing may be kept, nothing was.
  }
}

/** A browser keeps what an older version wrote, and whatever else writes there. */
function isView(value: unknown): value is KeptView {
  const { name, search } = (value ?? {}) as Partial<Record<keyof KeptView, unknown>>
  return typeof name === 'string' && typeof search === 'string'
}
