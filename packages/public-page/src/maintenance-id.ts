interface Told {
  readonly windowId: string
  readonly isRecurring: boolean
  readonly fromMs: number
}

/**
 * What maintenance is called for outsiders, on a page and in messages. One that is put off stays what it is; of one that comes again
 * each time is something else.
 */
export function maintenanceId({ windowId, isRecurring, fromMs }: Told): string {
  return isRecurring ? idOf(`${windowId} ${fromMs}`) : windowId
}

/** A UUID of version 8 (RFC 9562, 5.8) that is always the same of the same text. */
function idOf(text: string): string {
  const hex = new Bun.CryptoHasher('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
