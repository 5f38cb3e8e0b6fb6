import type { Clock } from '@repo/service/clock'
import { aborted, type Service } from '@repo/service/lifecycle'
import type { KeptPage, PageStore } from './page-store.ts'
import { renderPage } from './render/page.tsx'
import { style } from './render/style.ts'
import { english } from './words.ts'

export interface StatusServerDeps {
  readonly store: PageStore
  readonly clock: Clock
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly onListening?: (url: string) => void
}

const prefix = '/status/'
/** What is older was not renewed although it should have been several times. */
const STALE_MS = 10_000
const MINUTE_MS = 60_000

/** Serves the pages from memory: `/status/<slug>`, and a page of a name of its own at `/`. */
export function createStatusServer({ store, clock, host, port, onListening }: StatusServerDeps): Service {
  const rendered = new WeakMap<KeptPage, Rendered>()

  return async function statusServer(signal) {
    const server = Bun.serve({ hostname: host, port, reusePort: false, development: false, fetch: answer })
    onListening?.(`http://${host.includes(':') ? `[${host}]` : host}:${server.port}`)
    await aborted(signal)
    await server.stop(true)
  }

  function answer(request: Request): Response {
    const kept = find(request)
    // Those that are not for everybody are refused until they can be shown to those for whom they are.
    if (kept?.snapshot.access.kind !== 'public') return new Response(english.notFound, { status: 404 })
    const { body, etag } = renderOnce(kept)
    const headers = { ...fixedHeaders, etag }
    if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
    return new Response(body, { headers })
  }

  function find(request: Request): KeptPage | undefined {
    const { pathname, hostname } = new URL(request.url)
    if (pathname === '/') return store.byDomain(hostname)
    return pathname.startsWith(prefix) ? store.bySlug(pathname.slice(prefix.length).replace(/\/$/, '')) : undefined
  }

  /** Drawn again once a minute at most where nothing has changed, so that whoever asks again gets no answer twice. */
  function renderOnce(kept: KeptPage): Rendered {
    const nowMs = clock.nowMs()
    const confirmedAtMs = store.confirmedAtMs ?? kept.snapshot.readAtMs
    const isStale = nowMs - confirmedAtMs > STALE_MS
    const updatedAtMs = Math.max(kept.snapshot.readAtMs, Math.floor(confirmedAtMs / MINUTE_MS) * MINUTE_MS)
    const known = rendered.get(kept)
    if (known?.isStale === isStale && known.updatedAtMs === updatedAtMs) return known
    const body = renderPage({ page: kept.snapshot.page, words: english, updatedAtMs, isStale })
    const made = { isStale, updatedAtMs, body, etag: `"${Bun.hash(body).toString(36)}"` }
    rendered.set(kept, made)
    return made
  }
}

interface Rendered {
  readonly isStale: boolean
  readonly updatedAtMs: number
  readonly body: string
  readonly etag: string
}

const styleHash = new Bun.CryptoHasher('sha256').update(style).digest('base64')

const fixedHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'public, max-age=5, stale-while-revalidate=60, stale-if-error=86400',
  'content-security-policy': `default-src 'none'; img-src 'self'; connect-src 'self'; script-src 'self'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  vary: 'accept-encoding',
} as const
