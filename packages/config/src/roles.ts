import { parseRegion, type Region } from '@repo/domain/region'
import { z } from 'zod'
import {
  type Environment,
  list,
  logLevel,
  port,
  postgresUrl,
  readEnvironment,
  redisUrl,
  secret,
} from './environment.ts'

/** What each process of a distributed instance reads from its environment. `docs/configuration.md` lists them all. */

const region = z.string().transform((text, context): Region => {
  try {
    return parseRegion(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})
export const regionList = list.pipe(z.array(region).min(1, 'at least one region'))

const shared = { REDIS_URL: redisUrl, LOG_LEVEL: logLevel.default('info') }
const stored = {
  ...shared,
  DATABASE_URL: postgresUrl,
  DATABASE_CONNECTIONS: z.coerce.number().int().min(1).max(200).default(10),
}

export const probeConcurrency = z.coerce.number().int().min(1).max(5_000).default(500)

/** Where the registries' RDAP servers are listed (RFC 9224), in place of IANA's list. */
export const rdapBootstrapUrl = z.url({ protocol: /^https?$/ }).optional()

export const readPublisherConfig = (env: Environment) => readEnvironment(env, stored)

export const readDbpusherConfig = (env: Environment) => readEnvironment(env, stored)

export const readConsumerConfig = (env: Environment) =>
  readEnvironment(env, {
    ...shared,
    REGION: region,
    PROBE_CONCURRENCY: probeConcurrency,
    /** Ranges that checks may reach although they are private; the word `private` stands for them all. */
    PROBE_ALLOWED_CIDRS: list.default([]),
    RDAP_BOOTSTRAP_URL: rdapBootstrapUrl,
  })

export const readApiConfig = (env: Environment) =>
  readEnvironment(env, {
    ...stored,
    HOST: z.string().default('127.0.0.1'),
    PORT: port.default(3_000),
    INSTANCE_SECRET: secret,
    REGIONS: regionList.default([parseRegion('local')]),
    WEB_ORIGIN: z.url().optional(),
  })
