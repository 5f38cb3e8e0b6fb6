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

test('a listener hears again after the server was restarted, and that it may have missed something', async () => {
  await using server = await startRedis()
  await using connection = await openRedis(server.url)
  const bus = createRedisLiveBus({ redis: connection.redis, channel: 'news', codec: letterCodec })
  const ending = new AbortController()
  const heard: number[] = []
  let missed = 0
  const onMissed = () => {
    missed += 1
    void bus.publish({ number: 2, lines: [] })
  }
  await bus.subscribe(({ number }) => heard.push(number), ending.signal, onMissed)
  expect(missed).toBe(0)

  await server.kill()
  await server.restart()
  await eventually('a message is heard', async () => {
    await bus.publish({ number: 1, lines: [] }).catch(() => {})
    return heard.includes(1)
  })
  await eventually('what is published once it knows is heard', () => heard.includes(2))
  ending.abort()
  expect(missed).toBe(1)
})
