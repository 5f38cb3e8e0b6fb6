import { factKinds } from '@repo/domain/watched-fact'
import { z } from 'zod'

const certificateSchema = z.object({
  subject: z.string(),
  names: z.array(z.string()),
  issuer: z.string(),
  notBefore: z.string().nullable(),
  notAfter: z.string().nullable(),
  /** `RSA 2048`, `EC prime256v1`. */
  key: z.string(),
  /** How it is signed: `RSA-SHA256`. */
  signature: z.string(),
  /** The leaf first; empty where only the leaf was looked at. */
  chain: z.array(z.object({ subject: z.string(), issuer: z.string(), notAfter: z.string().nullable() })),
})

/** What looks told of a target beside whether it works. */
export const factSchema = z.object({
  kind: z.enum(factKinds),
  /** In one line for people. */
  shown: z.string(),
  expiresAt: z.iso.datetime().nullable(),
  /** When this one was first seen, or people were last warned that it ends. */
  changedAt: z.iso.datetime(),
  /** Of a certificate: its SHA-256, in hexadecimal digits. */
  fingerprint: z.string().nullable(),
  certificate: certificateSchema.nullable(),
})
export type Fact = z.output<typeof factSchema>

/** `GET /api/v1/monitors/:id/facts`: of each kind what was seen last. */
export const factsSchema = z.object({ items: z.array(factSchema) })
export type Facts = z.output<typeof factsSchema>
