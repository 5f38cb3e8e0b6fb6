import type { DnsType } from './message.ts'
import type { WireReader } from './wire-reader.ts'
import { Malformed } from './wire-reader.ts'

/** The data of a record as it is written in a zone file, names without their final dots. */
export function recordText(type: DnsType, reader: WireReader): string {
  switch (type) {
    case 'A':
      return Array.from({ length: 4 }, () => reader.u8()).join('.')
    case 'AAAA':
      return ipv6Text(Array.from({ length: 8 }, () => reader.u16()))
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return reader.name()
    case 'MX':
      return `${reader.u16()} ${reader.name()}`
    case 'TXT':
      return stringsText(reader)
    case 'SOA':
      return `${reader.name()} ${reader.name()} ${Array.from({ length: 5 }, () => reader.u32()).join(' ')}`
    case 'SRV':
      return `${reader.u16()} ${reader.u16()} ${reader.u16()} ${reader.name()}`
    case 'CAA':
      return caaText(reader)
  }
}

/** The one spelling of RFC 5952: small letters, the longest run of zeros left out. */
function ipv6Text(groups: readonly number[]): string {
  let best = { start: -1, length: 1 }
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0
    while (groups[start + length] === 0) length += 1
    if (length > best.length) best = { start, length }
    start += length
  }
  const hex = groups.map((group) => group.toString(16))
  if (best.start === -1) return hex.join(':')
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`
}

/** Long texts come in several strings and mean their sum. */
function stringsText(reader: WireReader): string {
  const strings: Buffer[] = []
  while (reader.leftBytes > 0) strings.push(reader.take(reader.u8()))
  return Buffer.concat(strings).toString('utf8')
}

/** RFC 8659 section 4.1. */
function caaText(reader: WireReader): string {
  const flags = reader.u8()
  const tag = reader.take(reader.u8()).toString('latin1')
  if (!/^[0-9a-z]+$/i.test(tag)) throw new Malformed('is no tag')
  return `${flags} ${tag} "${reader.take(reader.leftBytes).toString('utf8')}"`
}
