import { afterAll } from 'bun:test'
import { createRedisStream } from '../src/redis.ts'
import { describeStream } from '../testing/describe-stream.ts'
import { letterCodec } from '../testing/letter.ts'
import { openSharedRedis, uniqueKey } from '../testing/redis-server.ts'

const { redis, close } = await openSharedRedis()
afterAll(close)

describeStream('redis', async (onAlarm) =>
  createRedisStream({ redis, name: uniqueKey('letters'), codec: letterCodec, onAlarm }),
)
