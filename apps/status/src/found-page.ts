import type { KeptPage, PageStore } from './page-store.ts'

/** A page that was asked for, and what its own addresses begin with: `/status/shop`, or nothing under a name of its own. */
export interface FoundPage {
  readonly kept: KeptPage
  readonly base: string
  /** `https://status.example.com`: by which name it was asked for. */
  readonly origin: string
}

export const prefix = '/status/'

/** The page that an address is of: by the name of the host, or else by the slug in the path. */
export function findPage(store: PageStore, { pathname, host, protocol }: URL): FoundPage | undefined {
  const origin = `${protocol}//${host}`
  if (!pathname.startsWith(prefix)) {
    const own = store.byDomain(host.replace(/:\d+$/, ''))
    return own && { kept: own, base: '', origin }
  }
  const [slug = ''] = pathname.slice(prefix.length).split('/', 1)
  const kept = store.bySlug(slug)
  return kept && { kept, base: `${prefix}${slug}`, origin }
}
