import { type AlertDeed, alertDeeds } from '@repo/contracts/alert-links'
import { z } from 'zod'

/** What a link in a message says: what is to be done, and in which message it stands. */
export interface AlertLink {
  readonly deed: AlertDeed
  /** The message that it stands in: it says what about, and to whom. */
  readonly deliveryId: string
  /** Afterwards it does nothing. In milliseconds since the epoch. */
  readonly untilMs: number
}

/** What seals and opens with the keys of the instance: nobody else can make a text that opens, or change one. */
export interface LinkSealer {
  seal(text: string, context: string): string
  open(sealed: string, context: string): string
}

const dayMs = 86_400_000
/** For as long as its delivery is known: mail is read late. */
const goodForMs: Record<AlertDeed, number> = {
  acknowledge: 7 * dayMs,
  pause: 7 * dayMs,
  unsubscribe: 90 * dayMs,
}

const context = 'alert link'
/** What all of them begin with, which therefore need not be in an address. */
const prefix = 'sealed.v1.'
const stored = z.tuple([z.enum(alertDeeds), z.uuid(), z.number().int()])

/** A text that can stand in an address, and proves that it is of this instance. */
export function writeAlertLink(
  sealer: LinkSealer,
  { deed, deliveryId, nowMs }: Omit<AlertLink, 'untilMs'> & { readonly nowMs: number },
): string {
  const text = JSON.stringify([deed, deliveryId, nowMs + goodForMs[deed]] satisfies z.input<typeof stored>)
  return sealer.seal(text, context).slice(prefix.length)
}

/** @returns undefined for what this instance did not make, or what is over. */
export function readAlertLink(sealer: LinkSealer, token: string, nowMs: number): AlertLink | undefined {
  const read = stored.safeParse(opened(sealer, token))
  if (!read.success) return undefined
  const [deed, deliveryId, untilMs] = read.data
  return nowMs < untilMs ? { deed, deliveryId, untilMs } : undefined
}

function opened(sealer: LinkSealer, token: string): unknown {
  try {
    return JSON.parse(sealer.open(`${prefix}${token}`, context))
  } catch {
    return undefined
  }
}

/** The page that asks before it does anything: programs that look at what is linked do nothing by it. */
export function alertLinkPage(publicUrl: string, token: string): string {
  return `${publicUrl}/act#${token}`
}

/** For mail programs, which end mails by one request (RFC 8058); for people it leads to the page that asks. */
export function unsubscribeAddress(publicUrl: string, token: string): string {
  return `${publicUrl}/unsubscribe?token=${token}`
}
