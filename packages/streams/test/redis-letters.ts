import type { Redis } from 'ioredis'
import { unpack } from '../src/redis/envelope.ts'
import { createRedisStream } from '../src/redis.ts'
import { letterCodec } from '../testing/letter.ts'
import { openSharedRedis } from '../testing/redis-server.ts'

/** Of all test files, and so closed by none of them. */
export const { redis } = await openSharedRedis()

export function streamOf(
  name: string,
  changes: { redis?: Redis; onAlarm?: (alarm: string) => void; maxAgeMs?: number } = {},
) {
  return createRedisStream({ redis, name, codec: letterCodec, ...changes })
}

export async function numbersIn(connection: Redis, key: string): Promise<number[]> {
  const entries = await connection.xrange(key, '-', '+')
  return entries.flatMap(([, fields]) => unpack(fields).texts.map((text) => letterCodec.decode(text).number))
}
