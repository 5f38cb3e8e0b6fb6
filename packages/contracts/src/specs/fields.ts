import { monitorLimits } from '@repo/domain/limits'
import { z } from 'zod'
import { isPlainText } from '../plain-text.ts'

/**
 * What the specs of several check types have in common. Rare wishes are optional, so that a plain check stays small on its way.
 * Patterns have no flags: JSON schemas, which are made from these, know none.
 */

export const timeoutMs = z
  .number()
  .int()
  .min(monitorLimits.timeoutMs.min)
  .max(monitorLimits.timeoutMs.max)
  .default(monitorLimits.timeoutMs.default)

export const port = z
  .number({ error: 'a port is required' })
  .int()
  .min(1, 'a port is between 1 and 65535')
  .max(65_535, 'a port is between 1 and 65535')

/** Text that goes over the wire as it is: line ends and tabs may stand in it. */
export const wireText = z.string().min(1).max(8_192)

/** A name or a numeric address, without port, brackets or anything of a URL. */
export const host = z
  .string({ error: 'a host is required' })
  .trim()
  .min(1, { error: 'a host is required', abort: true })
  .max(253, 'a host has at most 253 characters')
  .refine(isHost, 'is not a host name or an address')

function isHost(text: string): boolean {
  if (text.includes(':')) return /^[0-9a-f:.]+$/i.test(text)
  // One label at least, none of them empty or beginning with what a program would take for an option.
  return /^[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?)*\.?$/u.test(
    text,
  )
}

/** Which addresses of a name are used: all of them, IPv6 first, or those of one family alone. */
export const ipVersion = z.enum(['auto', 'ipv4', 'ipv6'])
export type IpVersion = z.output<typeof ipVersion>

/** Resolvers to ask in place of the region's own: `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:53`. */
export const nameServers = z
  .array(
    z
      .string()
      .regex(/^([\d.]+(:\d{1,5})?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|\[[0-9A-Fa-f:.]+\](:\d{1,5})?)$/, 'is not an address'),
  )
  .min(1)
  .max(4)

const thresholdMs = z.number().int().min(1).max(60_000)

/** A check that passes but takes longer than one of these is `degraded`. */
export const slowMs = z
  .object({
    dns: thresholdMs.optional(),
    connect: thresholdMs.optional(),
    tls: thresholdMs.optional(),
    firstByte: thresholdMs.optional(),
    total: thresholdMs.optional(),
  })
  .strict()
export type SlowMs = z.output<typeof slowMs>

/** A secret: it goes to the target and nowhere else. */
export const secret = z
  .string()
  .min(1)
  .max(4_096)
  .refine((text) => !/[\r\n\0]/.test(text), 'has line ends or a NUL character')

const pem = z
  .string()
  .max(65_536)
  .regex(/-----BEGIN [A-Z ]+-----/, 'is not PEM')

export const tlsVersions = ['1.0', '1.1', '1.2', '1.3'] as const

export const tlsWishes = z
  .object({
    /** False: any certificate will do. */
    verify: z.boolean().optional(),
    /** The name to ask for (SNI) and to look for in the certificate, where it is not the host's. */
    serverName: host.optional(),
    /** Authorities to trust in place of the well-known ones, PEM. */
    ca: pem.optional(),
    clientCertificate: z.object({ certificate: pem, key: pem }).strict().optional(),
    /** What the server must offer at least; below 1.2 the check is `degraded` at best. */
    minVersion: z.enum(tlsVersions).optional(),
    /** An end of the certificate nearer than this is remarked on; 0 never. */
    warnDays: z.number().int().min(0).max(365).optional(),
    /** What keys below RSA 2048 and signatures by SHA-1 or MD5 mean. */
    weak: z.enum(['down', 'degraded', 'ignore']).optional(),
    /** What a stapled answer that calls the certificate revoked means. */
    revoked: z.enum(['down', 'degraded', 'ignore']).optional(),
  })
  .strict()
export type TlsWishes = z.output<typeof tlsWishes>

/** Whether a failed wish means down, or only that something deserves a look. */
export const severity = z.enum(['down', 'degraded']).optional()

/** A pattern in RE2 syntax; it is compiled by a linear-time engine when the check runs. */
export const pattern = z.string().min(1).max(512).refine(isPlainText, 'has control characters')

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Fields that frame a message or belong to the connection: ours to write alone. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'expect',
  'te',
  'trailer',
  'upgrade',
  'proxy-authorization',
  'proxy-connection',
])

export const header = z
  .object({
    name: z
      .string()
      .min(1)
      .max(256)
      .regex(HEADER_NAME, 'is not a header name')
      .refine((name) => !OWN_HEADERS.has(name.toLowerCase()), 'is a header that the probe writes itself'),
    value: z
      .string()
      .max(8_192)
      .refine((value) => isPlainText(value.replaceAll('\t', ' ')), 'has control characters'),
  })
  .strict()
export type Header = z.output<typeof header>
export const headers = z.array(header).max(32)
