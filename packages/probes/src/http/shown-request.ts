import { fieldLines, type HopRequest, MASK } from './request.ts'

/** Headers that a person has set may all be secrets; those that are known not to be are shown. */
export function shownFields(request: HopRequest): { name: string; value: string }[] {
  const own = new Set(request.headers.map(({ name }) => name.toLowerCase()))
  if (request.auth?.kind === 'api-key') own.add(request.auth.name.toLowerCase())
  return fieldLines(request).map(({ name, value }) => {
    const key = name.toLowerCase()
    const isSecret = key === 'authorization' || key === 'cookie' || (own.has(key) && !isOpenField(key))
    return { name, value: isSecret ? MASK : value }
  })
}

/** True for a header that people set and that is no secret. */
export function isOpenField(name: string): boolean {
  return OPEN.has(name.toLowerCase())
}

const OPEN: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'content-type',
  'user-agent',
  'cache-control',
  'origin',
  'referer',
])

/** A query may hold a key. Its names tell what was asked; its values are nobody's business. */
export function shownPath(url: URL): string {
  if (url.search === '') return url.pathname
  return `${url.pathname}?${[...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=${MASK}`).join('&')}`
}
