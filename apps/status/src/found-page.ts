import type { KeptPage, PageStore } from './page-store.ts'

/** A page that was asked for, and what its own addresses begin with: `/status/shop`, or nothing under a name of its own. */
export interface FoundPage {
  readonly kept: KeptPage
  readonly base: string
  /** `https://status.example.com`: by which name it was asked for. */
  readonly origin: string
}

export const prefix = '/status/'

/** The parts of an address by which a page is found. */
type Place = Pick<URL, 'pathname' | 'host' | 'protocol'>

/** The same without what parsing an address costs: for one that was parsed and written down again, as those of requests were. */
export function placeOf(href: string): Place {
  const hostAt = href.indexOf('//') + 2
  const pathAt = href.indexOf('/', hostAt)
  return { protocol: href.slice(0, hostAt - 2), host: href.slice(hostAt, pathAt), pathname: href.slice(pathAt) }
}

/** The page that an address is of: by the name of the host, or else by the slug in the path. */
export function findPage(store: PageStore, { pathname, host, protocol }: Place): FoundPage | undefined {
  const origin = `${protocol}//${host}`
  if (!pathname.startsWith(prefix)) {
    const own = store.byDomain(host.replace(/:\d+$/, ''))
    return own && { kept: own, base: '', origin }
  }
  const [slug = ''] = pathname.slice(prefix.length).split('/', 1)
  const kept = store.bySlug(slug)
  return kept && { kept, base: `${prefix}${slug}`, origin }
}
