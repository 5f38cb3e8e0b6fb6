import { networkOf } from '@repo/service/caller'
import { createMemoryRateLimits } from '@repo/streams/memory-rate-limits'
import { type Context, Hono } from 'hono'
import pLimit from 'p-limit'
import { admittedCookie } from '../admission.ts'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import { documentHeaders } from '../document.ts'
import { type DoorView, renderDoor } from '../render/door.tsx'

const MINUTE_MS = 60_000
/** Of one network at one page, and of everybody at it: whoever guesses keeps nobody else out for long. */
const perNetwork = { limit: 10, windowMs: 15 * MINUTE_MS }
const perPage = { limit: 300, windowMs: 15 * MINUTE_MS }
const MAX_LENGTH = 1_000

/** The door of a page with a password, which opens without a database too. */
export function doorRoutes({ clock }: Pick<PageRouteDeps, 'clock'>) {
  const routes = new Hono<PageAsked>()
  const limits = createMemoryRateLimits({ nowMs: () => clock.nowMs() })
  // Each takes 64 MiB.
  const bounded = pLimit(2)

  routes.post('/password', async (c) => {
    const { kept, base } = c.get('found')
    const { snapshot } = kept
    if (snapshot.access.kind !== 'password') return c.notFound()
    const network = networkOf(c.env.asked.address)
    for (const [key, rate] of [
      [`${snapshot.id} ${network}`, perNetwork],
      [snapshot.id, perPage],
    ] as const) {
      const taken = await limits.take(key, rate)
      if (!taken.allowed) return closed(c, { status: 429, failed: 'tooMany', retryAfterMs: taken.resetMs })
    }
    const form = await c.req.parseBody().catch(() => ({}) as Record<string, unknown>)
    const password = typeof form.password === 'string' ? form.password.slice(0, MAX_LENGTH) : ''
    const hash = snapshot.passwordHash
    const isRight = hash !== null && password !== '' && (await bounded(() => Bun.password.verify(password, hash)))
    if (!isRight) return closed(c, { status: 401, failed: 'wrong' })
    await limits.forgive(`${snapshot.id} ${network}`)
    const cookie = admittedCookie(c.get('found'), { nowMs: clock.nowMs(), isSecure: c.env.asked.isSecure })
    return new Response(null, {
      status: 303,
      headers: { location: base || '/', 'set-cookie': cookie, 'cache-control': 'no-store' },
    })
  })
  return routes
}

interface Closed extends Pick<DoorView, 'failed' | 'tried'> {
  readonly status: 400 | 401 | 429
  readonly retryAfterMs?: number
}

/** What stands before a page that is locked: it says nothing of the page but its language. */
export function closed(c: Context<PageAsked>, { status, retryAfterMs, ...rest }: Closed): Response {
  const { kept, base } = c.get('found')
  const { page, access } = kept.snapshot
  const kind = access.kind === 'email' ? 'email' : 'password'
  const body = renderDoor({ language: page.language, base, kind, ...rest })
  const retry = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }
  return new Response(body, { status, headers: { ...documentHeaders, ...retry, 'cache-control': 'no-store' } })
}
