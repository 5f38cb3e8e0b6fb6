import { describe, expect, test } from 'bun:test'
import { openRedis } from '../src/connect.ts'
import { createRedisStream } from '../src/redis.ts'
import { letterCodec, makeLetters } from '../testing/letter.ts'
import { startRedis } from '../testing/redis-server.ts'

describe('openRedis', () => {
  test('refuses what is not a Redis URL', async () => {
    await expect(openRedis('localhost:6379')).rejects.toThrow('not a Redis URL')
  })

  test('says where nobody answers, without the password', async () => {
    const opening = openRedis('redis://someone:secret@127.0.0.1:1/3')
    await expect(opening).rejects.toThrow(/^cannot use Redis at redis:\/\/127\.0\.0\.1:1\/3: .*ECONNREFUSED/)
  })

  test('refuses a server that would delete streams when memory is short', async () => {
    await using server = await startRedis()
    await using connection = await openRedis(server.url)
    await connection.redis.config('SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru')
    await expect(openRedis(server.url)).rejects.toThrow('set it to noeviction')
  })

  test('accepts a server that forbids to read its configuration', async () => {
    await using server = await startRedis({ args: ['--rename-command', 'CONFIG', ''] })
    await using connection = await openRedis(server.url)
    expect(await connection.redis.ping()).toBe('PONG')
  })
})

describe('a server whose memory is full', () => {
  test('refuses what is published, and takes it when there is room again', async () => {
    await using server = await startRedis()
    await using connection = await openRedis(server.url)
    const stream = createRedisStream({ redis: connection.redis, name: 'letters', codec: letterCodec })
    await connection.redis.config('SET', 'maxmemory', '1')
    await expect(stream.publish(makeLetters(1))).rejects.toThrow('OOM')
    await connection.redis.config('SET', 'maxmemory', '0')
    await stream.publish(makeLetters(1))
    expect((await stream.depth('readers')).length).toBe(1)
  })
})
