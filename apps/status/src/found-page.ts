import type { KeptPage, PageStore } from './page-store.ts'

/** A page that was asked for, and what its own addresses begin with: `/status/shop`, or nothing under a name of its own. */
export interface FoundPage {
  readonly kept: KeptPage
  readonly base: string
}

export const prefix = '/status/'

/** The page that an address is of: by the name of the host, or else by the slug in the path. */
export function findPage(store: PageStore, url: URL): FoundPage | undefined {
  const own = store.byDomain(url.hostname)
  if (own && !url.pathname.startsWith(prefix)) return { kept: own, base: '' }
  const [slug = ''] = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length).split('/', 1) : []
  const kept = store.bySlug(slug)
  return kept && { kept, base: `${prefix}${slug}` }
}
