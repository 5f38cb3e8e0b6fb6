import { isIP } from 'node:net'
import { z } from 'zod'
import { list } from './environment.ts'

const range = z.string().refine((text) => {
  const [address = '', bits, ...rest] = text.split('/')
  const width = isIP(address) === 6 ? 128 : 32
  return isIP(address) !== 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= width))
}, 'takes addresses and ranges such as 10.0.0.0/8')

const limit = z.coerce.number().int().min(1).max(100_000_000)
const hostName = z.string().regex(/^[a-z0-9._-]+$/i, 'takes names of hosts, without a port')

/** Who may come in, by which names, and how much they may ask for. */
export const accessShape = {
  /** How people reach the instance: the start of every link that it sends, and what passkeys and logins are bound to. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => new URL(url).pathname === '/' && new URL(url).search === '', 'takes no path')
    .transform((url) => new URL(url).origin)
    .optional(),
  /** Further names by which it is reached; addresses, `localhost` and the name in `PUBLIC_URL` always are. */
  ALLOWED_HOSTS: list.default([]).pipe(z.array(hostName)),
  /** Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  TRUSTED_PROXIES: list.default([]).pipe(z.array(range)),
  SIGN_UP: z.enum(['open', 'invite', 'closed']).optional(),
  /** Of one session or API key. */
  API_REQUESTS_PER_MINUTE: z.coerce.number().int().min(10).max(10_000_000).default(6_000),
  WORKSPACE_MONITORS: limit.optional(),
  WORKSPACE_MEMBERS: limit.optional(),
  WORKSPACE_CHECKS_PER_MINUTE: limit.optional(),
  WORKSPACE_INTERVAL_FLOOR_SECONDS: z.coerce.number().int().min(1).max(86_400).optional(),
}

/** Alone, whoever has the machine has all of it; where many share an instance, nobody takes it all. */
const limitsAlone = { monitors: 1_000_000, members: 10_000, checksPerMinute: 60_000_000, intervalFloorSeconds: 1 }
const limitsShared = { monitors: 10_000, members: 1_000, checksPerMinute: 60_000, intervalFloorSeconds: 5 }

type AccessConfig = Readonly<z.output<z.ZodObject<typeof accessShape>>>

/**
 * The defaults that depend on what the instance is: `isOwn` where it listens on loopback alone, so that whoever reaches it is
 * somebody of this machine; `isAlone` where it is one process.
 */
export function accessOf(config: AccessConfig, { isOwn, isAlone }: { isOwn: boolean; isAlone: boolean }) {
  const limits = isAlone ? limitsAlone : limitsShared
  const publicHost = config.PUBLIC_URL === undefined ? [] : [new URL(config.PUBLIC_URL).hostname]
  return {
    publicUrl: config.PUBLIC_URL,
    hosts: [...publicHost, ...config.ALLOWED_HOSTS],
    trustedProxies: config.TRUSTED_PROXIES,
    signUp: config.SIGN_UP ?? (isOwn ? ('open' as const) : ('invite' as const)),
    requestsPerMinute: config.API_REQUESTS_PER_MINUTE,
    limits: {
      monitors: config.WORKSPACE_MONITORS ?? limits.monitors,
      members: config.WORKSPACE_MEMBERS ?? limits.members,
      checksPerMinute: config.WORKSPACE_CHECKS_PER_MINUTE ?? limits.checksPerMinute,
      intervalFloorSeconds: config.WORKSPACE_INTERVAL_FLOOR_SECONDS ?? limits.intervalFloorSeconds,
    },
  }
}
