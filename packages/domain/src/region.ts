import { InvalidInput } from './errors.ts'

/** A place that checks come from. Also the suffix of its stream and the name of its consumer group. */
export type Region = string & { readonly __brand: 'Region' }

const REGION = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/

export function parseRegion(text: string): Region {
  if (!REGION.test(text)) {
    throw new InvalidInput(`not a region: "${text.slice(0, 40)}" (lower-case letters, digits and dashes, at most 32)`)
  }
  return text as Region
}

/** Not a place: what is told to us by pings is looked at from here, and no consumer may call itself so. */
export const pingRegion = parseRegion('heartbeat')
