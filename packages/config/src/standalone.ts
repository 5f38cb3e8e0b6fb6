import { isIPv4 } from 'node:net'
import { resolve } from 'node:path'
import { parseRegion } from '@repo/domain/region'
import { z } from 'zod'
import { accessOf, accessShape } from './access.ts'
import {
  ConfigError,
  type Environment,
  list,
  logLevel,
  port,
  postgresUrl,
  readEnvironment,
  redisUrl,
} from './environment.ts'
import { mailOf, mailShape } from './mail.ts'
import { oidcOf, oidcShape } from './oidc.ts'
import { redisShape } from './redis.ts'
import {
  faultShape,
  nameServersShape,
  operatorShape,
  probingShape,
  rdapBootstrapUrl,
  regionList,
  retentionShape,
  watchdogOf,
  watchdogShape,
} from './roles.ts'

/** What the command line may say; it wins over the environment. */
export interface StandaloneFlags {
  readonly host?: string | undefined
  readonly port?: string | undefined
  readonly data?: string | undefined
}

export function readStandaloneConfig(env: Environment, flags: StandaloneFlags) {
  const config = readEnvironment(
    {
      ...env,
      HOST: flags.host ?? env.HOST,
      PORT: flags.port ?? env.PORT,
      BETTERUPTIME_DATA: flags.data ?? env.BETTERUPTIME_DATA,
    },
    {
      HOST: z.string().default('127.0.0.1'),
      PORT: port.default(3_000),
      /** Where the status pages are served besides under `/status/`: for names of their own. */
      STATUS_PORT: port.default(0),
      BETTERUPTIME_DATA: z.string().default('./data'),
      DATABASE_URL: postgresUrl.optional(),
      ...redisShape,
      REDIS_URL: redisUrl.optional(),
      REGIONS: regionList.default([parseRegion('local')]),
      ...probingShape,
      ...operatorShape,
      ...retentionShape,
      ...watchdogShape,
      ...faultShape,
      ...accessShape,
      ...mailShape,
      ...oidcShape,
      ...nameServersShape,
      PROBE_ALLOWED_CIDRS: list.optional(),
      RDAP_BOOTSTRAP_URL: rdapBootstrapUrl,
      LOG_LEVEL: logLevel.default('warn'),
    },
  )
  if (config.REDIS_URL === undefined && config.REGIONS.length > 1) {
    throw new ConfigError(
      'REGIONS: one process is one region; set REDIS_URL and start a consumer for each further region',
    )
  }
  return {
    ...config,
    region: config.REGIONS[0] ?? parseRegion('local'),
    dataDirectory: resolve(config.BETTERUPTIME_DATA),
    access: accessOf(config, { isOwn: isLoopback(config.HOST), isAlone: true }),
    mail: mailOf(config),
    oidc: oidcOf(config),
    watchdog: watchdogOf(config),
    // Whoever can reach an instance that listens on loopback alone can reach the private network without it.
    egressAllow: config.PROBE_ALLOWED_CIDRS ?? (isLoopback(config.HOST) ? ['private'] : []),
  }
}

/** A name that only begins like an address of this machine may be anybody's. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (host.startsWith('127.') && isIPv4(host))
}
