import { createHmac, timingSafeEqual } from 'node:crypto'

/** What somebody may do by a link of a status page that was sent to them, and nothing else. */
export type PageDeed = 'confirm' | 'unsubscribe' | 'subscription' | 'sign_in'

export interface PageLink {
  readonly deed: PageDeed
  /** A UUID: the subscriber, or the link to come in. */
  readonly id: string
  /** Null where it is good for as long as the secret of the page is. */
  readonly untilMs: number | null
}

const shape = /^([0-9a-f]{32})\.([0-9a-z]{0,11})\.([\w-]{43})$/

/** The token of a link, signed with the secret of its page: what is stored of it opens nothing. */
export function signPageLink(secret: string, { deed, id, untilMs }: PageLink): string {
  const digits = id.replaceAll('-', '')
  const until = untilMs === null ? '' : untilMs.toString(36)
  return `${digits}.${until}.${signatureOf(secret, `${deed} ${digits} ${until}`)}`
}

/** The id that a token is of; undefined where it is of another deed or page, was not signed by us, or is over. */
export function readPageLink(
  secret: string,
  { deed, token, nowMs }: { readonly deed: PageDeed; readonly token: string; readonly nowMs: number },
): string | undefined {
  const [, digits, until = '', signature = ''] = shape.exec(token) ?? []
  if (digits === undefined || !sameText(signature, signatureOf(secret, `${deed} ${digits} ${until}`))) return undefined
  if (until !== '' && Number.parseInt(until, 36) <= nowMs) return undefined
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function signatureOf(secret: string, text: string): string {
  return createHmac('sha256', secret).update(`page link ${text}`).digest('base64url')
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
