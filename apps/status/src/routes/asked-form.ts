import type { Context } from 'hono'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import { componentsOf } from '../page-reading.ts'
import { noteAnswer } from '../render/note.tsx'
import { wordsOf } from '../words.ts'

/** What forms of a page send, and what is said where the database that takes it is away. */

export type Form = Readonly<Record<string, unknown>>

export async function formOf(c: Context<PageAsked>): Promise<Form> {
  return c.req.parseBody({ all: true }).catch(() => ({}))
}

/** One text of a form, cut. */
export function textIn(form: Form, name: string): string {
  const value = form[name]
  return typeof value === 'string' ? value.slice(0, longest) : ''
}

const longest = 3_000

/** The components of the page that were ticked; null where it is about all of them. */
export function componentsIn(form: Form, c: Context<PageAsked>): string[] | null {
  const known = new Set(componentsOf(c.get('found').kept.snapshot.page).map(({ id }) => id))
  const ticked = [form.components].flat().filter((id): id is string => typeof id === 'string' && known.has(id))
  return ticked.length === 0 ? null : [...new Set(ticked)]
}

export function wordsFor(c: Context<PageAsked>) {
  const { page } = c.get('found').kept.snapshot
  return { page, words: wordsOf(page.language), language: page.language }
}

/** Whoever waits for a page waits no longer. */
const PATIENCE_MS = 5_000

/** Does what needs the database; where that is away, whoever asked is told to come again. */
export async function orLater(
  c: Context<PageAsked>,
  log: PageRouteDeps['log'],
  work: () => Promise<Response>,
): Promise<Response> {
  let patience: ReturnType<typeof setTimeout> | undefined
  const overdue = new Promise<never>((_, reject) => {
    patience = setTimeout(() => reject(new Error('the database did not answer in time')), PATIENCE_MS)
  })
  try {
    return await Promise.race([work(), overdue])
  } catch (err) {
    log.warn({ err }, 'what somebody asked of a page could not be written down')
    const { words, language } = wordsFor(c)
    const { later: title, laterHint: hint } = words.subscribing
    return noteAnswer({ language, title, hint, link: backTo(c) }, { status: 503, retryAfterMs: 60_000 })
  } finally {
    clearTimeout(patience)
  }
}

export function backTo(c: Context<PageAsked>): { readonly label: string; readonly href: string } {
  return { label: wordsFor(c).words.page.back, href: c.get('found').base || '/' }
}
