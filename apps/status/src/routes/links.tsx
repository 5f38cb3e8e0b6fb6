/** @jsxImportSource hono/jsx */
import {
  chooseComponents,
  confirmSubscriber,
  endSubscription,
  findSubscription,
} from '@repo/db/queries/page-subscribers'
import { parseStatusPageId, parseSubscriberId } from '@repo/domain/ids'
import type { PageDeed } from '@repo/secrets/page-link'
import { type Context, Hono } from 'hono'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import { linkedId } from '../page-links.ts'
import { ComponentChoice } from '../render/component-choice.tsx'
import { type NoteView, noteAnswer } from '../render/note.tsx'
import { say } from '../words.ts'
import { backTo, componentsIn, formOf, orLater, wordsFor } from './asked-form.ts'

/**
 * What the links in messages to subscribers lead to. People are asked first, whatever looks at the links of mails does nothing; and
 * mail programs that post (RFC 8058) end a subscription at once, from wherever they are and without a cookie.
 */
export function linkRoutes({ sql, clock, log }: PageRouteDeps) {
  const routes = new Hono<PageAsked>()

  routes.get('/confirm', (c) => asking(c, 'confirm', { title: 'confirm', button: 'confirmButton' }))
  routes.post('/confirm', (c) => {
    const owned = ownedBy(c, 'confirm')
    if (!owned) return over(c)
    return orLater(c, log, async () =>
      (await confirmSubscriber(sql, owned, clock.nowMs()))
        ? said(c, { title: 'confirmed', hint: 'confirmedHint' })
        : over(c),
    )
  })

  routes.get('/unsubscribe', (c) => asking(c, 'unsubscribe', { title: 'end', button: 'endButton' }))
  routes.post('/unsubscribe', (c) => {
    const owned = ownedBy(c, 'unsubscribe')
    if (!owned) return over(c)
    return orLater(c, log, async () => {
      await endSubscription(sql, owned, { because: 'asked', nowMs: clock.nowMs() })
      return said(c, { title: 'ended' })
    })
  })

  routes.get('/subscription', (c) => {
    const owned = ownedBy(c, 'subscription')
    if (!owned) return over(c)
    return orLater(c, log, async () => {
      const found = await findSubscription(sql, owned)
      if (!found || found.state === 'unsubscribed') return over(c)
      const { page, words, language } = wordsFor(c)
      const { choose: title, chooseHint: hint, chooseButton: button } = words.subscribing
      const children = <ComponentChoice page={page} legend={title} isLegendUnseen chosen={found.components} />
      return noteAnswer({ language, title, hint, button, children })
    })
  })
  routes.post('/subscription', (c) => {
    const owned = ownedBy(c, 'subscription')
    if (!owned) return over(c)
    return orLater(c, log, async () => {
      const components = componentsIn(await formOf(c), c)
      return (await chooseComponents(sql, owned, components)) ? said(c, { title: 'chosen' }) : over(c)
    })
  })
  return routes

  function ownedBy(c: Context<PageAsked>, deed: PageDeed) {
    const id = linkedId(c.get('found'), { deed, token: c.req.query('token') ?? '', nowMs: clock.nowMs() })
    return id && { pageId: parseStatusPageId(c.get('found').kept.snapshot.id), id: parseSubscriberId(id) }
  }

  function asking(c: Context<PageAsked>, deed: PageDeed, { title, button }: AskingWords): Response {
    if (!ownedBy(c, deed)) return over(c)
    const { page, words, language } = wordsFor(c)
    const { [title]: question, [button]: label } = words.subscribing
    return noteAnswer({ language, title: say(question, { page: page.title }), button: label })
  }
}

interface AskingWords {
  readonly title: 'confirm' | 'end'
  readonly button: 'confirmButton' | 'endButton'
}

interface SaidWords {
  readonly title: 'confirmed' | 'ended' | 'chosen'
  readonly hint?: 'confirmedHint'
}

function said(c: Context<PageAsked>, { title, hint }: SaidWords): Response {
  const { page, words, language } = wordsFor(c)
  const view: NoteView = { language, title: say(words.subscribing[title], { page: page.title }), link: backTo(c) }
  return noteAnswer(hint ? { ...view, hint: words.subscribing[hint] } : view)
}

/** It tells nothing of the page: whoever comes with any token is told this. */
export function over(c: Context<PageAsked>): Response {
  const { words, language } = wordsFor(c)
  const { over: title, overHint: hint } = words.subscribing
  return noteAnswer({ language, title, hint, link: backTo(c) }, { status: 410 })
}
