import type { FoundPage } from './found-page.ts'
import type { KeptPage } from './page-store.ts'
import type { StatusDeps } from './services.ts'
import { type SubscribeWays, waysOf } from './subscribe-ways.ts'

/** What an answer is made from. */
export interface Scene extends FoundPage {
  /** When all that is shown was last found to be true. */
  readonly updatedAtMs: number
  /** Whether nobody could be asked for so long that it may not be true any more. */
  readonly isStale: boolean
  readonly ways: SubscribeWays
}

export interface Made {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Answers that are made once, and given again and again until what they say has changed. */
export interface Answers {
  /** Whether nobody could be asked for so long that what is shown may not be true any more. */
  isStale(): boolean
  /** What an answer would be made from now. */
  sceneOf(found: FoundPage): Scene
  /** `key` tells the answers of a page from each other; the same key is the same answer. */
  give(
    asked: { readonly request: Request; readonly found: FoundPage; readonly key: string },
    make: (scene: Scene) => Made,
  ): Response
}

/** What is older was not renewed although it should have been several times. */
const STALE_MS = 10_000
const MINUTE_MS = 60_000
/** So many different answers of a page are kept; which they are, whoever asks decides. */
const KEPT_OF_PAGE = 500

interface Kept {
  readonly isStale: boolean
  readonly updatedAtMs: number
  readonly etag: string
  readonly plain: Form
  readonly packed: Form
}

/** One way in which a body is sent, with all that stands before it: made once, for it is sent some ten thousand times a second. */
interface Form {
  /** Sent from where it lies: an array of bytes would be copied for each answer. */
  readonly body: Blob
  readonly whole: { readonly headers: Headers }
  readonly unchanged: { readonly status: 304; readonly headers: Headers }
}

type AnswersDeps = Pick<StatusDeps, 'store' | 'clock' | 'publicUrl' | 'subscribing'>

export function createAnswers(deps: AnswersDeps): Answers {
  const { store, clock } = deps
  const ofPages = new WeakMap<KeptPage, Map<string, Kept>>()

  return {
    isStale: () => store.confirmedAtMs === null || clock.nowMs() - store.confirmedAtMs > STALE_MS,
    sceneOf: (found) => ({ ...found, ...timesOf(found.kept), ways: waysOf(found, deps) }),
    give({ request, found, key }, make) {
      const { etag, plain, packed } = keptOf(found, key, make)
      const { headers } = request
      if (headers.get('if-none-match')?.includes(etag)) return new Response(null, plain.unchanged)
      const { body, whole } = headers.get('accept-encoding')?.includes('gzip') ? packed : plain
      return new Response(request.method === 'HEAD' ? null : body, whole)
    },
  }

  function timesOf({ snapshot }: KeptPage) {
    const confirmedAtMs = store.confirmedAtMs ?? snapshot.readAtMs
    const isStale = clock.nowMs() - confirmedAtMs > STALE_MS
    return { isStale, updatedAtMs: Math.max(snapshot.readAtMs, Math.floor(confirmedAtMs / MINUTE_MS) * MINUTE_MS) }
  }

  /** Made anew once a minute at most where nothing has changed, so that whoever asks again gets nothing twice. */
  function keptOf(found: FoundPage, key: string, make: (scene: Scene) => Made): Kept {
    const { kept } = found
    const { isStale, updatedAtMs } = timesOf(kept)
    const ofPage = ofPages.get(kept) ?? new Map<string, Kept>()
    if (ofPage.size === 0) ofPages.set(kept, ofPage)
    // By the name too: it stands in some of them, and whoever asks may write any.
    const whole = `${found.origin}${found.base} ${key}`
    const known = ofPage.get(whole)
    if (known?.isStale === isStale && known.updatedAtMs === updatedAtMs) return known
    const scene = { ...found, updatedAtMs, isStale, ways: waysOf(found, deps) }
    const made = pack(make(scene), scene)
    if (ofPage.size >= KEPT_OF_PAGE) ofPage.clear()
    ofPage.set(whole, made)
    return made
  }
}

function pack({ body, headers }: Made, { kept, isStale, updatedAtMs }: Scene): Kept {
  const bytes = new TextEncoder().encode(body)
  const etag = `W/"${Bun.hash(bytes).toString(36)}"`
  const isPublic = kept.snapshot.access.kind === 'public'
  const all = { ...fixedHeaders, ...headers, ...(!isPublic && privateHeaders), etag }
  const packed = { ...all, 'content-encoding': 'gzip' }
  return { isStale, updatedAtMs, etag, plain: formOf(bytes, all), packed: formOf(Bun.gzipSync(bytes), packed) }
}

function formOf(bytes: Uint8Array<ArrayBuffer>, all: Readonly<Record<string, string>>): Form {
  const headers = new Headers(all)
  return { body: new Blob([bytes]), whole: { headers }, unchanged: { status: 304, headers } }
}

/** What not everybody may see is kept by nobody in between, and only for as long as it takes to ask whether it has changed. */
const privateHeaders = { 'cache-control': 'private, no-cache', vary: 'accept-encoding, cookie' } as const

/** Whoever stands between keeps an answer for five seconds, and gives an old one where we do not answer at all. */
const fixedHeaders = {
  'cache-control': 'public, max-age=5, stale-while-revalidate=60, stale-if-error=86400',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  vary: 'accept-encoding',
} as const
