import { askSignIn, useSignIn } from '@repo/db/queries/page-sign-ins'
import { parseStatusPageId } from '@repo/domain/ids'
import { networkOf } from '@repo/service/caller'
import { createMemoryRateLimits } from '@repo/streams/memory-rate-limits'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { admittedCookie } from '../admission.ts'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import { linkedId } from '../page-links.ts'
import { noteAnswer } from '../render/note.tsx'
import { waysOf } from '../subscribe-ways.ts'
import { say } from '../words.ts'
import { backTo, formOf, orLater, textIn, wordsFor } from './asked-form.ts'
import { closed } from './door.ts'
import { over } from './links.tsx'

const MINUTE_MS = 60_000
/** For so long a link is good, once. */
const SIGN_IN_MS = 20 * MINUTE_MS
const perNetwork = { limit: 10, windowMs: 15 * MINUTE_MS }
const email = z.string().trim().toLowerCase().pipe(z.email().max(254))

/** The door of a page for people of some domains: a link is sent to whoever has an address there, and all others are told the same. */
export function accessRoutes(deps: PageRouteDeps) {
  const { sql, clock, log } = deps
  const routes = new Hono<PageAsked>()
  const limits = createMemoryRateLimits({ nowMs: () => clock.nowMs() })

  routes.post('/access', async (c) => {
    if (c.req.query('token') !== undefined) return enter(c)
    const { id, access } = c.get('found').kept.snapshot
    if (access.kind !== 'email' || !waysOf(c.get('found'), deps).mail) return c.notFound()
    const tried = textIn(await formOf(c), 'email')
    const asked = email.safeParse(tried)
    const { words, language } = wordsFor(c)
    if (!asked.success) return closed(c, { status: 400, failed: 'notAnAddress', tried })
    const taken = await limits.take(`${id} ${networkOf(c.env.asked.address)}`, perNetwork)
    if (!taken.allowed) return closed(c, { status: 429, failed: 'tooMany', retryAfterMs: taken.resetMs, tried })
    return orLater(c, log, async () => {
      const nowMs = clock.nowMs()
      const isAllowed = access.domains.includes(asked.data.slice(asked.data.lastIndexOf('@') + 1))
      const signIn = { id: Bun.randomUUIDv7(), email: asked.data, isAllowed, expiresAtMs: nowMs + SIGN_IN_MS }
      await askSignIn(sql, { ...signIn, pageId: parseStatusPageId(id) }, nowMs)
      const { signInAsked: title, signInAskedHint: hint } = words.subscribing
      return noteAnswer({ language, title, hint, link: backTo(c) })
    })
  })

  routes.get('/access', (c) => {
    if (!signInOf(c)) return over(c)
    const { page, words, language } = wordsFor(c)
    return noteAnswer({
      language,
      title: say(words.subscribing.signIn, { page: page.title }),
      button: words.door.open,
    })
  })
  return routes

  /** Of a page that lets others in by now nobody comes in by a link that was sent before. */
  function signInOf(c: Context<PageAsked>): string | undefined {
    const found = c.get('found')
    if (found.kept.snapshot.access.kind !== 'email') return undefined
    return linkedId(found, { deed: 'sign_in', token: c.req.query('token') ?? '', nowMs: clock.nowMs() })
  }

  async function enter(c: Context<PageAsked>): Promise<Response> {
    const id = signInOf(c)
    if (!id) return over(c)
    return orLater(c, log, async () => {
      const found = c.get('found')
      const pageId = parseStatusPageId(found.kept.snapshot.id)
      if (!(await useSignIn(sql, { pageId, id }, clock.nowMs()))) return over(c)
      const cookie = admittedCookie(found, { nowMs: clock.nowMs(), isSecure: c.env.asked.isSecure })
      const headers = { location: found.base || '/', 'set-cookie': cookie, 'cache-control': 'no-store' }
      return new Response(null, { status: 303, headers })
    })
  }
}
