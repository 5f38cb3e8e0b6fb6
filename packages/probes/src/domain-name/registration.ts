import { z } from 'zod'
import { escaped } from '../engine/readable.ts'

/** What a registry says about a domain (RFC 9083 section 5.3). Whatever else it says is passed over. */
const domainSchema = z.object({
  events: z
    .array(z.object({ eventAction: z.string(), eventDate: z.string() }))
    .max(100)
    .optional(),
  status: z.array(z.string()).max(100).optional(),
  nameservers: z
    .array(z.object({ ldhName: z.string().optional() }))
    .max(100)
    .optional(),
  entities: z
    .array(z.object({ roles: z.array(z.string()).optional(), vcardArray: z.unknown().optional() }))
    .max(100)
    .optional(),
})

export interface Registration {
  readonly expiresAtMs: number | null
  readonly registeredAtMs: number | null
  readonly status: readonly string[]
  readonly nameServers: readonly string[]
  readonly registrar: string | null
}

/** Undefined for an answer that is not about a domain. */
export function parseRegistration(json: unknown): Registration | undefined {
  const parsed = domainSchema.safeParse(json)
  if (!parsed.success) return undefined
  const { events = [], status = [], nameservers = [], entities = [] } = parsed.data
  const at = (action: string) =>
    dateMs(events.find(({ eventAction }) => eventAction.toLowerCase() === action)?.eventDate)
  const registrar = entities.find(({ roles }) => roles?.includes('registrar'))
  return {
    expiresAtMs: at('expiration') ?? at('registrar expiration'),
    registeredAtMs: at('registration'),
    status: status.map((one) => escaped(one.toLowerCase())),
    nameServers: nameservers.flatMap(({ ldhName }) => (ldhName ? [escaped(ldhName.toLowerCase(), 255)] : [])),
    registrar: registrar ? fullName(registrar.vcardArray) : null,
  }
}

function dateMs(text: string | undefined): number | null {
  const ms = Date.parse(text ?? '')
  return Number.isNaN(ms) ? null : ms
}

const vcardSchema = z.tuple([z.literal('vcard'), z.array(z.tuple([z.string(), z.unknown(), z.unknown(), z.unknown()]))])

/** The full name of a jCard (RFC 7095). */
function fullName(vcard: unknown): string | null {
  const parsed = vcardSchema.safeParse(vcard)
  const value = parsed.data?.[1].find(([name]) => name === 'fn')?.[3]
  return typeof value === 'string' ? escaped(value, 120) : null
}
