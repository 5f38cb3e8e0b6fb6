import { afterEach, describe, expect, test } from 'bun:test'
import { openRedis, redisPermissions } from '../src/connect.ts'
import { createRedisStream } from '../src/redis.ts'
import { createRedisBackend } from '../src/redis-backend.ts'
import { createRedisLease } from '../src/redis-lease.ts'
import { createRedisLiveBus } from '../src/redis-live-bus.ts'
import { parseRedisUrl } from '../src/redis-url.ts'
import { relayOf } from '../testing/describe-relay.ts'
import { GROUP, subscriptionOf } from '../testing/describe-stream.ts'
import { eventually, run } from '../testing/eventually.ts'
import { letterCodec, makeLetters } from '../testing/letter.ts'
import { startRedis } from '../testing/redis-server.ts'

const resources = new Set<AsyncDisposable>()
afterEach(async () => {
  for (const resource of [...resources].reverse()) await resource[Symbol.asyncDispose]()
  resources.clear()
})

function use<Resource extends AsyncDisposable>(resource: Resource): Resource {
  resources.add(resource)
  return resource
}

/** What a program might write of an error into its log: every field, causes and all. */
function logged(error: unknown): string {
  return JSON.stringify(error, (_name, value: unknown) =>
    value instanceof Error
      ? Object.fromEntries(Object.getOwnPropertyNames(value).map((name) => [name, Reflect.get(value, name)]))
      : value,
  )
}

async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  return await promise.then(
    () => {
      throw new Error('it did not reject')
    },
    (error: Error) => error,
  )
}

describe('a URL of Redis', () => {
  const read: [string, ReturnType<typeof parseRedisUrl>['options'], string][] = [
    ['redis://127.0.0.1', { host: '127.0.0.1', port: 6_379, db: 0 }, 'redis://127.0.0.1'],
    ['redis://[::1]:7000/3', { host: '::1', port: 7_000, db: 3 }, 'redis://[::1]:7000/3'],
    [
      'rediss://me:p%40ss%3Aword@redis.example:7000/',
      { host: 'redis.example', port: 7_000, db: 0, username: 'me', password: 'p@ss:word' },
      'rediss://redis.example:7000/',
    ],
    ['redis://:only@h', { host: 'h', port: 6_379, db: 0, password: 'only' }, 'redis://h'],
    [
      'redis+sentinel://me:secret@a:1,b,[::1]:3/main/2',
      {
        sentinels: [
          { host: 'a', port: 1 },
          { host: 'b', port: 26_379 },
          { host: '::1', port: 3 },
        ],
        name: 'main',
        db: 2,
        username: 'me',
        password: 'secret',
      },
      'redis+sentinel://a:1,b,[::1]:3/main/2',
    ],
  ]
  test.each(read)('is read: %s', (url, options, shown) => {
    expect(parseRedisUrl(url)).toEqual({ options, isTls: url.startsWith('rediss'), shown })
  })

  test.each([
    ['localhost:6379'],
    ['http://secret@host'],
    ['redis://'],
    ['redis://host/name'],
    ['redis+sentinel://host'],
    ['redis+sentinel://secret@host:port/main'],
    ['redis+sentinel://host/main/first'],
  ])('is refused, without repeating it: %s', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(/^not a Redis URL(?!.*secret)/)
  })
})

describe('openRedis', () => {
  test('says where nobody answers, without the password', async () => {
    const error = await rejectionOf(openRedis('redis://someone:secret@127.0.0.1:1/3'))
    expect(error.message).toMatch(/^cannot use Redis at redis:\/\/127\.0\.0\.1:1\/3: .*ECONNREFUSED/)
    expect(logged(error)).not.toContain('secret')
  })

  test('says what is wrong with a password, without the password', async () => {
    const server = use(await startRedis({ acl: ['user app on >right ~* +@all'] }))
    const told: Error[] = []
    const error = await rejectionOf(openRedis(server.urlAs('app', 'open sesame'), { onError: (one) => told.push(one) }))
    expect(error.message).toContain('WRONGPASS')
    expect(logged([error, told])).not.toContain('open sesame')
  })

  test('refuses a database that the server does not have, instead of using another', async () => {
    const server = use(await startRedis())
    await expect(openRedis(`${server.url}/99`)).rejects.toThrow('DB index is out of range')
  })

  test('refuses a replica', async () => {
    const server = use(await startRedis())
    const replica = use(await startRedis({ replicaOf: server.port }))
    await expect(openRedis(replica.url)).rejects.toThrow('it is a replica')
  })

  test.each([['0'], ['100mb']])(
    'refuses a server that would delete streams when memory is short: maxmemory %s',
    async (maxmemory) => {
      const server = use(await startRedis())
      const { redis } = use(await openRedis(server.url))
      await redis.config('SET', 'maxmemory', maxmemory, 'maxmemory-policy', 'allkeys-lru')
      await expect(openRedis(server.url)).rejects.toThrow('set it to noeviction')
    },
  )

  test('refuses it also where the server forbids to read its configuration, and accepts one that keeps everything', async () => {
    const args = ['--rename-command', 'CONFIG', '']
    const server = use(await startRedis({ args }))
    const evicting = use(await startRedis({ args: [...args, '--maxmemory-policy', 'volatile-lru'] }))
    expect(await use(await openRedis(server.url)).redis.ping()).toBe('PONG')
    await expect(openRedis(evicting.url)).rejects.toThrow('volatile-lru')
  })
})

describe('a server whose memory is full', () => {
  test('refuses what is published, and takes it when there is room again', async () => {
    const server = use(await startRedis())
    const { redis } = use(await openRedis(server.url))
    const stream = createRedisStream({ redis, name: 'letters', codec: letterCodec })
    await redis.config('SET', 'maxmemory', '1')
    const secret = { number: 1, lines: ['a secret of somebody'] }
    const error = await rejectionOf(stream.publish([secret]))
    expect(error.message).toStartWith('OOM')
    expect(logged(error)).not.toContain('a secret of somebody')

    await redis.config('SET', 'maxmemory', '0')
    await stream.publish([secret])
    expect((await stream.depth(GROUP)).length).toBe(1)
  })

  test('refuses also what is published under a lease, and adds no part of it', async () => {
    const server = use(await startRedis())
    const { redis } = use(await openRedis(server.url))
    const stream = createRedisStream({ redis, name: 'letters', codec: letterCodec })
    const lease = createRedisLease(redis, { name: 'leader', holder: 'a', ttlMs: 60_000 })
    const hold = await lease.hold()
    const fence = lease.fence(hold.held ? hold.token : 0)
    await redis.config('SET', 'maxmemory', '1')
    const error = await rejectionOf(stream.publish(makeLetters(400), { fence }))
    expect(error.message).toContain('OOM')
    await redis.config('SET', 'maxmemory', '0')
    expect((await stream.depth(GROUP)).length).toBe(0)
  })
})

describe('a server that speaks TLS and wants to see who calls', () => {
  test('is used by every connection, the reading and the listening ones too', async () => {
    const server = use(await startRedis({ tls: true }))
    if (!server.tls) throw new Error('it was asked for')
    const { redis } = use(await openRedis(server.url, { tls: server.tls }))
    const stream = createRedisStream({ redis, name: 'letters', codec: letterCodec })
    const bus = createRedisLiveBus({ redis, channel: 'news', codec: letterCodec })
    const [received, heard]: [number[], number[]] = [[], []]
    const ending = new AbortController()
    await bus.subscribe(({ number }) => heard.push(number), ending.signal)
    const reader = run((signal) =>
      stream.consume(subscriptionOf('a'), async (b) => void received.push(...b.map(({ number }) => number)), signal),
    )
    await stream.publish(makeLetters(3))
    await bus.publish({ number: 7, lines: [] })
    await eventually('everything has arrived', () => received.length === 3 && heard.length === 1)
    ending.abort()
    await reader.stop()
  })

  test('is refused where its authority is not known', async () => {
    const [server, other] = [use(await startRedis({ tls: true })), use(await startRedis({ tls: true }))]
    if (!server.tls || !other.tls) throw new Error('it was asked for')
    const { certFile, keyFile } = server.tls
    await expect(openRedis(server.url, { tls: { certFile, keyFile } })).rejects.toThrow('certificate')
    await expect(openRedis(server.url, { tls: { ...server.tls, caFile: other.tls.caFile } })).rejects.toThrow()
  })

  test('refuses a client that shows nothing', async () => {
    const server = use(await startRedis({ tls: true }))
    if (!server.tls) throw new Error('it was asked for')
    await expect(openRedis(server.url, { tls: { caFile: server.tls.caFile } })).rejects.toThrow('cannot use Redis')
  })

  test('is not looked for where a file is missing', async () => {
    await expect(openRedis('rediss://127.0.0.1:1', { tls: { caFile: '/nowhere/ca.pem' } })).rejects.toThrow('ca.pem')
  })
})

describe('a user who may do what the streams need and nothing else', () => {
  test('publishes, relays, consumes, leads, listens, counts and sets aside', async () => {
    const { keys, channels, commands } = redisPermissions
    const allowed = commands.map((command) => `+${command}`).join(' ')
    const server = use(await startRedis({ acl: [`user app on >a:b@c/d ${keys} ${channels} -@all ${allowed}`] }))
    const warnings: string[] = []
    const onWarning = (warning: string) => warnings.push(warning)
    const { redis } = use(await openRedis(server.urlAs('app', 'a:b@c/d'), { onWarning }))
    await expect(redis.set('else', 'x')).rejects.toThrow('NOPERM')
    await expect(redis.flushall()).rejects.toThrow('NOPERM')

    const onAlarm = (alarm: string) => warnings.push(alarm)
    const source = createRedisStream({ redis, name: 'betterstack:source', codec: letterCodec, onAlarm })
    const target = createRedisStream({ redis, name: 'betterstack:target', codec: letterCodec, onAlarm })
    const lease = createRedisLease(redis, { name: 'betterstack:leader', holder: 'a', ttlMs: 60_000 })
    const hold = await lease.hold()
    await source.publish(makeLetters(100), { fence: lease.fence(hold.held ? hold.token : 0) })
    await lease.release()

    const received: number[] = []
    const relay = run((signal) => source.relay(relayOf(target, 'a'), async (letter) => [letter], signal))
    const reader = run((signal) =>
      target.consume(subscriptionOf('b'), async (b) => void received.push(...b.map(({ number }) => number)), signal),
    )
    await eventually('all have arrived', () => received.length === 100)
    await Promise.all([relay.stop(), reader.stop()])
    expect(warnings).toEqual([])

    const failing = run((signal) =>
      source.relay(relayOf(target, 'c', { reclaimAfterMs: 30 }), () => Promise.reject(new Error('never')), signal),
    )
    await source.publish(makeLetters(3))
    await eventually('they are set aside', async () => (await source.depth(GROUP)).dead === 3)
    await failing.stop()

    const ending = new AbortController()
    const heard: number[] = []
    const bus = createRedisLiveBus({ redis, channel: 'betterstack:live', codec: letterCodec })
    await bus.subscribe(({ number }) => heard.push(number), ending.signal)
    await bus.publish({ number: 1, lines: [] })
    await eventually('it is heard', () => heard.length === 1)
    ending.abort()

    const { rateLimits, revocations } = createRedisBackend(redis, onAlarm)
    const rate = { limit: 2, windowMs: 60_000 }
    await rateLimits.take('a', rate)
    expect((await rateLimits.take('a', rate)).remaining).toBe(0)
    await rateLimits.forgive('a')
    await revocations.publish({ userIds: ['a'] })
    expect(warnings.filter((warning) => warning.includes('NOPERM'))).toEqual([])
  })
})
