import { keepComponents } from './kept-components.ts'
import type { Snapshot } from './snapshots.ts'

/** A page in memory, and how old what it says is. */
export interface KeptPage {
  readonly snapshot: Snapshot
  /** Counts up whenever outsiders get something else. */
  readonly revision: number
  /** The same for the same page, after a start too: by it is told whether somebody has what there is. */
  readonly version: string
}

/** All pages that are served. Whoever changes them tells those who listen. */
export interface PageStore {
  byId(id: string): KeptPage | undefined
  bySlug(slug: string): KeptPage | undefined
  byDomain(host: string): KeptPage | undefined
  all(): readonly KeptPage[]
  put(snapshot: Snapshot): void
  remove(id: string): void
  /** All that is kept was found to be true at this instant. */
  confirm(atMs: number): void
  /** When that last was; null where it never was since the process began. */
  readonly confirmedAtMs: number | null
  /** `before` is undefined of a page that is new. @returns how to listen no more. */
  onChange(listener: (page: KeptPage, before: KeptPage | undefined) => void): () => void
}

export function createPageStore(first: readonly Snapshot[]): PageStore {
  const pages = new Map<string, KeptPage>()
  let bySlug = new Map<string, KeptPage>()
  let byDomain = new Map<string, KeptPage>()
  const listeners = new Set<(page: KeptPage, before: KeptPage | undefined) => void>()
  let confirmedAtMs: number | null = null
  const index = () => {
    bySlug = new Map([...pages.values()].map((kept) => [kept.snapshot.page.slug, kept]))
    byDomain = new Map(
      [...pages.values()].flatMap((kept) => (kept.snapshot.page.domain ? [[kept.snapshot.page.domain, kept]] : [])),
    )
  }
  for (const snapshot of first) pages.set(snapshot.id, { snapshot, revision: 1, version: versionOf(snapshot) })
  index()
  return {
    byId: (id) => pages.get(id),
    bySlug: (slug) => bySlug.get(slug),
    byDomain: (host) => byDomain.get(host),
    all: () => [...pages.values()],
    put(next) {
      const before = pages.get(next.id)
      const snapshot = { ...next, page: keepComponents(next.page, before?.snapshot.page) }
      const kept = { snapshot, revision: (before?.revision ?? 0) + 1, version: versionOf(snapshot) }
      pages.set(snapshot.id, kept)
      index()
      for (const listener of listeners) listener(kept, before)
    },
    remove(id) {
      pages.delete(id)
      index()
    },
    confirm: (atMs) => {
      confirmedAtMs = atMs
    },
    get confirmedAtMs() {
      return confirmedAtMs
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function versionOf({ page }: Snapshot): string {
  return Bun.hash(JSON.stringify(page)).toString(36)
}
