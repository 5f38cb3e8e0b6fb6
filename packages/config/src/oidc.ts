import { z } from 'zod'
import { ConfigError, list } from './environment.ts'

const domain = z.string().regex(/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/, 'takes domains such as example.com')

/** The login of an organisation (OpenID Connect); without an issuer there is none. */
export const oidcShape = {
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .refine(isConfidential, 'takes https; http only where it is on this machine')
    .optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  /** What the button says. */
  OIDC_NAME: z.string().max(64).default('single sign-on'),
  /** Whose people may come without an invitation, by the domain of their verified e-mail address. */
  OIDC_ALLOWED_DOMAINS: list
    .default([])
    .transform((names) => names.map((name) => name.toLowerCase()))
    .pipe(z.array(domain)),
}

function isConfidential(text: string): boolean {
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
}

export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly name: string
  readonly allowedDomains: readonly string[]
}

type OidcConfig = Readonly<z.output<z.ZodObject<typeof oidcShape>>>

/** Undefined where there is no such login. @throws ConfigError for half of one. */
export function oidcOf(config: OidcConfig): OidcSettings | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = config
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined
  const values = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret }
  const missing = Object.entries(values).find(([, value]) => value === undefined)
  if (issuer === undefined || clientId === undefined || clientSecret === undefined)
    throw new ConfigError(
      `${missing?.[0]}: is not set, and the others of OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET are`,
    )
  return { issuer, clientId, clientSecret, name: config.OIDC_NAME, allowedDomains: config.OIDC_ALLOWED_DOMAINS }
}
