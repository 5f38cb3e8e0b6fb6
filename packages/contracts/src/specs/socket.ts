import { z } from 'zod'
import {
  headers,
  host,
  ipVersion,
  nameServers,
  pattern,
  port,
  slowMs,
  timeoutMs,
  tlsWishes,
  wireText,
} from './fields.ts'
import { authSchema, urlOf } from './http.ts'

/** One line of a conversation. An answer is waited for until it contains the text, or matches the pattern. */
const step = z.union([
  z.object({ send: wireText }).strict(),
  z.object({ expect: wireText }).strict(),
  z.object({ expectPattern: pattern }).strict(),
  /** Goes on under TLS; the other side has agreed to it in the lines before. */
  z.object({ startTls: z.literal(true) }).strict(),
])
export type Step = z.output<typeof step>

/** Conversations that are known: greeting and, where `tls` is `starttls`, the upgrade of RFC 3207, 2595, 4217 … */
export const protocols = ['smtp', 'imap', 'pop3', 'ftp', 'redis', 'ssh', 'postgres'] as const

const endpoint = {
  host,
  port,
  timeoutMs,
  ipVersion: ipVersion.optional(),
  nameServers: nameServers.optional(),
  slowMs: slowMs.optional(),
}

export const tcpSpecSchema = z
  .object({
    kind: z.literal('tcp'),
    ...endpoint,
    /** `tls` from the first byte, `starttls` as the protocol has it. */
    security: z.enum(['none', 'tls', 'starttls']).optional(),
    protocol: z.enum(protocols).optional(),
    script: z.array(step).max(32).optional(),
    tls: tlsWishes.optional(),
  })
  .strict()
export type TcpSpec = z.output<typeof tcpSpecSchema>

export const tlsSpecSchema = z
  .object({
    kind: z.literal('tls'),
    ...endpoint,
    port: port.default(443),
    /** The protocol that is spoken before TLS. */
    startTls: z.enum(['smtp', 'imap', 'pop3', 'ftp', 'postgres']).optional(),
    tls: tlsWishes.optional(),
    /** Names that the certificate must hold besides the host's. */
    names: z.array(host).max(100).optional(),
    /** A part of the issuer's name. */
    issuer: z.string().min(1).max(256).optional(),
    /** SHA-256 of the certificate, hexadecimal. */
    fingerprints: z
      .array(z.string().regex(/^([0-9A-Fa-f]{2}:?){32}$/, 'is not a SHA-256 fingerprint'))
      .max(10)
      .optional(),
    everyAddress: z.boolean().optional(),
  })
  .strict()
export type TlsSpec = z.output<typeof tlsSpecSchema>

export const udpSpecSchema = z
  .object({
    kind: z.literal('udp'),
    ...endpoint,
    send: wireText,
    /** How `send` and `expect` are written. */
    encoding: z.enum(['text', 'hex', 'base64']).optional(),
    expect: wireText.optional(),
    expectPattern: pattern.optional(),
  })
  .strict()
export type UdpSpec = z.output<typeof udpSpecSchema>

export const pingSpecSchema = z
  .object({
    kind: z.literal('ping'),
    host,
    timeoutMs,
    ipVersion: ipVersion.optional(),
    nameServers: nameServers.optional(),
    count: z.number().int().min(1).max(10).default(3),
    intervalMs: z.number().int().min(10).max(1_000).default(200),
    /** More loss than this is `degraded`; no answer at all is `down`. */
    maxLossPercent: z.number().min(0).max(99).default(0),
    /** An average above this is `degraded`. */
    slowAfterMs: z.number().int().min(1).max(60_000).optional(),
  })
  .strict()
export type PingSpec = z.output<typeof pingSpecSchema>

export const websocketSpecSchema = z
  .object({
    kind: z.literal('websocket'),
    url: urlOf(['ws', 'wss']),
    timeoutMs,
    ipVersion: ipVersion.optional(),
    nameServers: nameServers.optional(),
    headers: headers.optional(),
    auth: authSchema.optional(),
    subprotocol: z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'is not a subprotocol')
      .optional(),
    send: wireText.optional(),
    expect: wireText.optional(),
    expectPattern: pattern.optional(),
    tls: tlsWishes.optional(),
    slowMs: slowMs.optional(),
  })
  .strict()
export type WebsocketSpec = z.output<typeof websocketSpecSchema>

export const grpcSpecSchema = z
  .object({
    kind: z.literal('grpc'),
    ...endpoint,
    /** The service that is asked about; empty: the server as a whole (grpc.health.v1). */
    service: z.string().max(256).default(''),
    security: z.enum(['none', 'tls']).default('tls'),
    metadata: headers.optional(),
    tls: tlsWishes.optional(),
  })
  .strict()
export type GrpcSpec = z.output<typeof grpcSpecSchema>
