import { afterAll, expect, test } from 'bun:test'
import { openRedis } from '../src/connect.ts'
import { createMemoryLiveBus } from '../src/memory-live-bus.ts'
import { createRedisLiveBus } from '../src/redis-live-bus.ts'
import { describeLiveBus } from '../testing/describe-live-bus.ts'
import { eventually } from '../testing/eventually.ts'
import { letterCodec } from '../testing/letter.ts'
import { openSharedRedis, startRedis, uniqueKey } from '../testing/redis-server.ts'

const { redis, close } = await openSharedRedis()
afterAll(close)

describeLiveBus('memory', async () => createMemoryLiveBus({ codec: letterCodec }))
describeLiveBus('redis', async () => createRedisLiveBus({ redis, channel: uniqueKey('news'), codec: letterCodec }))

test('a listener hears again after the server was restarted', async () => {
  await using server = await startRedis()
  await using connection = await openRedis(server.url)
  const bus = createRedisLiveBus({ redis: connection.redis, channel: 'news', codec: letterCodec })
  const ending = new AbortController()
  const heard: number[] = []
  await bus.subscribe(({ number }) => heard.push(number), ending.signal)

  await server.kill()
  await server.restart()
  await eventually('a message is heard', async () => {
    await bus.publish({ number: 1, lines: [] }).catch(() => {})
    return heard.length > 0
  })
  ending.abort()
  expect(heard).toContain(1)
})
