import { openRedis } from '../src/connect.ts'
import { createRedisStream } from '../src/redis.ts'
import { letterCodec } from '../testing/letter.ts'

/** A consumer process for the test that kills it: relays every letter after a short while of work. */
const [url = '', source = '', target = '', consumer = ''] = process.argv.slice(2)
const { redis } = await openRedis(url)
const streamOf = (name: string) => createRedisStream({ redis, name, codec: letterCodec })

const subscription = {
  group: 'readers',
  consumer,
  batchSize: 50,
  reclaimAfterMs: 500,
  concurrency: 50,
  target: streamOf(target),
}
await streamOf(source).relay(
  subscription,
  async (letter) => {
    await Bun.sleep(5 + (letter.number % 20))
    return [letter]
  },
  new AbortController().signal,
)
