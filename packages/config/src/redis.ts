import { z } from 'zod'
import { redisUrl } from './environment.ts'

/** How the streams' Redis is reached. Paths are of files in PEM. */
export const redisShape = {
  REDIS_URL: redisUrl,
  REDIS_CA_FILE: z.string().optional(),
  REDIS_CERT_FILE: z.string().optional(),
  REDIS_KEY_FILE: z.string().optional(),
  REDIS_SENTINEL_USERNAME: z.string().optional(),
  REDIS_SENTINEL_PASSWORD: z.string().optional(),
}

type RedisConfig = { readonly [Name in Exclude<keyof typeof redisShape, 'REDIS_URL'>]?: string | undefined }

/** What of a configuration the connection needs to know beside the URL. */
export function redisOptions(config: RedisConfig) {
  const files = { caFile: config.REDIS_CA_FILE, certFile: config.REDIS_CERT_FILE, keyFile: config.REDIS_KEY_FILE }
  const tls = given(files)
  return {
    ...(Object.keys(tls).length > 0 && { tls }),
    ...given({
      sentinelUsername: config.REDIS_SENTINEL_USERNAME,
      sentinelPassword: config.REDIS_SENTINEL_PASSWORD,
    }),
  }
}

function given<Name extends string>(values: Record<Name, string | undefined>): Partial<Record<Name, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
