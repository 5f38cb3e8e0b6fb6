import { type PageDeed, readPageLink } from '@repo/secrets/page-link'
import type { FoundPage } from './found-page.ts'

/** The links of a page that were sent to somebody: whoever has one has been told of the page. */

const deedOfPath: Readonly<Record<string, PageDeed>> = {
  '/confirm': 'confirm',
  '/unsubscribe': 'unsubscribe',
  '/subscription': 'subscription',
}

interface AskedLink {
  readonly deed: PageDeed
  readonly token: string
  readonly nowMs: number
}

/** Whom a link is of; undefined where it is none of this page, or is over. */
export function linkedId({ kept }: FoundPage, asked: AskedLink): string | undefined {
  return readPageLink(kept.snapshot.secret, asked)
}

/** Whether an address is one that was sent to a subscriber: those work for whoever may not see the page from where they are, too. */
export function isSentLink(found: FoundPage, { pathname, searchParams }: URL, nowMs: number): boolean {
  const deed = deedOfPath[pathname.slice(found.base.length)]
  return deed !== undefined && linkedId(found, { deed, token: searchParams.get('token') ?? '', nowMs }) !== undefined
}
