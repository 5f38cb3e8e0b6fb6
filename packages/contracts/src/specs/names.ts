import { z } from 'zod'
import { host, nameServers, timeoutMs } from './fields.ts'

export const dnsRecordTypes = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'SOA', 'CAA', 'SRV', 'PTR'] as const

export const dnsSpecSchema = z
  .object({
    kind: z.literal('dns'),
    /** For PTR an address may stand here. */
    name: host,
    type: z.enum(dnsRecordTypes).default('A'),
    timeoutMs,
    nameServers: nameServers.optional(),
    /** Values as they are written in a zone file: `10 mail.example.`, `v=spf1 -all`. */
    expected: z
      .object({
        /** `set`: these and no others. `contains`: these among others. */
        is: z.enum(['set', 'contains']),
        values: z.array(z.string().min(1).max(1_024)).min(1).max(100),
      })
      .strict()
      .optional(),
    /** The serial of the zone must not be lower. */
    minSerial: z.number().int().min(0).max(4_294_967_295).optional(),
    slowAfterMs: z.number().int().min(1).max(60_000).optional(),
  })
  .strict()
export type DnsSpec = z.output<typeof dnsSpecSchema>

export const domainSpecSchema = z
  .object({
    kind: z.literal('domain'),
    domain: host,
    timeoutMs,
    warnDays: z.number().int().min(0).max(365).default(30),
  })
  .strict()
export type DomainSpec = z.output<typeof domainSpecSchema>
