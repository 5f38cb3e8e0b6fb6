import { isIP, isIPv6 } from 'node:net'
import { parseRegion, pingRegion, type Region } from '@repo/domain/region'
import { z } from 'zod'
import { accessShape } from './access.ts'
import { type Environment, list, logLevel, port, postgresUrl, readEnvironment, secret } from './environment.ts'
import { instanceKeys } from './instance-keys.ts'
import { mailShape } from './mail.ts'
import { oidcShape } from './oidc.ts'
import { redisShape } from './redis.ts'
import { webPushShape } from './web-push.ts'

/** What each process of a distributed instance reads from its environment. `docs/configuration.md` lists them all. */

const region = z.string().transform((text, context): Region => {
  try {
    const named = parseRegion(text)
    if (named !== pingRegion) return named
    throw new Error(`"${text}" is the name under which heartbeats are kept: choose another`)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})
export const regionList = list.pipe(z.array(region).min(1, 'at least one region'))

/** Where a process shows its metrics and its health; port 0 is any free one, which the log names. */
export const operatorShape = { METRICS_HOST: z.string().default('127.0.0.1'), METRICS_PORT: port.default(0) }

/** For tests of what happens when a process dies at its worst instant: where it is to die. */
export const faultShape = { FAULT_POINT: z.string().optional() }

const shared = { ...redisShape, LOG_LEVEL: logLevel.default('info'), ...operatorShape, ...faultShape }
const stored = {
  ...shared,
  DATABASE_URL: postgresUrl,
  DATABASE_CONNECTIONS: z.coerce.number().int().min(1).max(200).default(10),
}

const probeConcurrency = z.coerce.number().int().min(1).max(5_000).default(500)

const isCanary = (name: string) =>
  ['self', 'resolvers'].includes(name) || /^https?:$/.test(URL.parse(name)?.protocol ?? '')

/** What a region needs to know to carry out checks. */
export const probingShape = {
  PROBE_CONCURRENCY: probeConcurrency,
  /** Of the probes that run at once, how many at most burden one host. */
  PROBE_PER_HOST: z.coerce.number().int().min(1).max(5_000).default(4),
  /** What must answer if the region is to be believed: `self`, `resolvers`, and addresses of websites. */
  REGION_CANARIES: list
    .default(['self', 'resolvers'])
    .refine((names) => names.every(isCanary), 'takes "self", "resolvers" and addresses of websites, comma-separated'),
}

/** What opens the secrets of monitors and channels; whoever has none takes no secrets, and opens none. */
export const keysShape = { INSTANCE_KEYS: instanceKeys.default([]) }

/** Where the registries' RDAP servers are listed (RFC 9224), in place of IANA's list. */
export const rdapBootstrapUrl = z.url({ protocol: /^https?$/ }).optional()

/** Who is asked for the records that show whose the domain of a status page is, in place of the name servers of the machine. */
export const nameServersShape = {
  NAME_SERVERS: list
    .refine(
      (servers) => servers.every(isNameServer),
      'takes addresses, each with a port or without: 192.0.2.1:53, [2001:db8::1]:53',
    )
    .optional(),
}

function isNameServer(text: string): boolean {
  const [, v6, other = '', portText] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? []
  const isAddress = v6 === undefined ? isIP(other) !== 0 : isIPv6(v6)
  return (isAddress && Number(portText ?? 53) <= 65_535) || isIPv6(text)
}

/** Where the last good snapshot of every status page is kept: what is served when everything else is down. */
export const statusShape = { STATUS_SNAPSHOTS: z.string().default('./data/status') }

export const readPublisherConfig = (env: Environment) => readEnvironment(env, stored)

/** For so many whole days single ticks are kept; what they add up to stays. */
export const retentionShape = { RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30) }

/** Whom to tell that the monitor itself works. The complaint names no part of the address, which is a secret. */
export const watchdogShape = {
  WATCHDOG_URL: z
    .string()
    .refine(
      (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
      'takes an address that starts with https:// or http://',
    )
    .optional(),
  WATCHDOG_INTERVAL_SECONDS: z.coerce.number().int().min(1).max(3_600).default(60),
}

type WatchdogConfig = Readonly<z.output<z.ZodObject<typeof watchdogShape>>>

/** Undefined where nobody is to be told. */
export function watchdogOf({ WATCHDOG_URL, WATCHDOG_INTERVAL_SECONDS }: WatchdogConfig) {
  return WATCHDOG_URL === undefined ? undefined : { url: WATCHDOG_URL, intervalMs: WATCHDOG_INTERVAL_SECONDS * 1_000 }
}

export const readDbpusherConfig = (env: Environment) =>
  readEnvironment(env, { ...stored, ...retentionShape, ...watchdogShape, ...nameServersShape })

/** What the command line of a consumer may say; it wins over the environment. */
export interface ConsumerFlags {
  readonly region?: string | undefined
  readonly redisUrl?: string | undefined
}

export const readConsumerConfig = (env: Environment, flags: ConsumerFlags = {}) =>
  readEnvironment(
    { ...env, REGION: flags.region ?? env.REGION, REDIS_URL: flags.redisUrl ?? env.REDIS_URL },
    {
      ...shared,
      REGION: region,
      ...probingShape,
      ...keysShape,
      /** Ranges that checks may reach although they are private; the word `private` stands for them all. */
      PROBE_ALLOWED_CIDRS: list.default([]),
      RDAP_BOOTSTRAP_URL: rdapBootstrapUrl,
    },
  )

export const readNotifierConfig = (env: Environment) =>
  readEnvironment(env, {
    ...stored,
    ...keysShape,
    ...mailShape,
    ...webPushShape,
    PUBLIC_URL: accessShape.PUBLIC_URL,
    PROBE_ALLOWED_CIDRS: list.default([]),
  })

export const readStatusConfig = (env: Environment) =>
  readEnvironment(env, {
    ...keysShape,
    /** Whether notifiers send mail: only then addresses are taken. */
    STATUS_MAIL: z.stringbool().default(false),
    LOG_LEVEL: logLevel.default('info'),
    ...operatorShape,
    ...statusShape,
    DATABASE_URL: postgresUrl,
    DATABASE_CONNECTIONS: z.coerce.number().int().min(1).max(200).default(4),
    HOST: z.string().default('127.0.0.1'),
    PORT: port.default(3_002),
    PUBLIC_URL: accessShape.PUBLIC_URL,
    TRUSTED_PROXIES: accessShape.TRUSTED_PROXIES,
  })

export const readApiConfig = (env: Environment) =>
  readEnvironment(env, {
    ...stored,
    HOST: z.string().default('127.0.0.1'),
    PORT: port.default(3_000),
    INSTANCE_SECRET: secret,
    ...keysShape,
    REGIONS: regionList.default([parseRegion('local')]),
    /** What its consumers may reach, so that an address which they would refuse is refused when it is saved. */
    PROBE_ALLOWED_CIDRS: list.default([]),
    WEB_ORIGIN: z.url().optional(),
    /** Where the status pages are served; they are passed on under `/status/`. */
    STATUS_ORIGIN: z.url().optional(),
    ...accessShape,
    ...mailShape,
    ...webPushShape,
    ...oidcShape,
    ...nameServersShape,
  })
