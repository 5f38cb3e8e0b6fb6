import type { Redis } from 'ioredis'

/** The time of the server, by which all its clients can agree, in milliseconds since 1970. */
export async function serverTimeMs(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time()
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000)
}
