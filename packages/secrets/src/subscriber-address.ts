import { createHash } from 'node:crypto'

/** What an address is known by on a page: the same however it is written, and of a hook nothing by which anybody could post there. */
export function subscriberAddressKey(kind: string, address: string): string {
  if (kind === 'email') return `email ${address.toLowerCase()}`
  return `${kind} ${createHash('sha256').update(new URL(address).href).digest('hex')}`
}

/** The place that the settings of a hook are sealed for. */
export function subscriberContext(pageId: string, subscriberId: string): string {
  return `page subscriber ${pageId} ${subscriberId}`
}
