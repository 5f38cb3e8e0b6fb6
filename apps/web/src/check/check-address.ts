/** Which check is looked at, as it stands in the address: `2026-11-24T12:00:00.000Z~eu`. */
export interface CheckAddress {
  readonly scheduledAt: string
  readonly region: string
}

export function writeCheckAddress({ scheduledAt, region }: CheckAddress): string {
  return `${scheduledAt}~${region}`
}

/** Undefined for a text that names no check. */
export function readCheckAddress(text: string): CheckAddress | undefined {
  const [, scheduledAt = '', region = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)~(.{1,200})$/.exec(text) ?? []
  return scheduledAt && !Number.isNaN(Date.parse(scheduledAt)) ? { scheduledAt, region } : undefined
}
