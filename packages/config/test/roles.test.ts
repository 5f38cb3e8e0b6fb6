import { describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { parseRegion } from '@repo/domain/region'
import { redisOptions } from '../src/redis.ts'
import {
  readApiConfig,
  readConsumerConfig,
  readDbpusherConfig,
  readNotifierConfig,
  readPublisherConfig,
  watchdogOf,
} from '../src/roles.ts'
import { isLoopback, readStandaloneConfig } from '../src/standalone.ts'

describe('a standalone instance', () => {
  test('needs no configuration', () => {
    expect(readStandaloneConfig({}, {})).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 3_000,
      region: parseRegion('local'),
      dataDirectory: resolve('data'),
      LOG_LEVEL: 'warn',
    })
  })

  const egress: [string, Record<string, string>, string[]][] = [
    ['may check the private network while it listens on loopback alone', {}, ['private']],
    ['may not when others can reach it', { HOST: '0.0.0.0' }, []],
    ['may not when it listens on every IPv6 address', { HOST: '::' }, []],
    [
      'may check what it is told, wherever it listens',
      { HOST: '0.0.0.0', PROBE_ALLOWED_CIDRS: '10.0.0.0/8, ::1' },
      ['10.0.0.0/8', '::1'],
    ],
  ]
  test.each(egress)('%s', (_sentence, env, allow) => expect(readStandaloneConfig(env, {}).egressAllow).toEqual(allow))

  test('listens where its flags say, rather than its environment', () => {
    const env = { HOST: '10.0.0.1', PORT: '1', BETTERUPTIME_DATA: '/from/environment' }
    expect(readStandaloneConfig(env, { host: '0.0.0.0', port: '8080', data: '/from/flags' })).toMatchObject({
      HOST: '0.0.0.0',
      PORT: 8_080,
      dataDirectory: '/from/flags',
      egressAllow: [],
    })
    expect(readStandaloneConfig(env, {})).toMatchObject({
      HOST: '10.0.0.1',
      PORT: 1,
      dataDirectory: '/from/environment',
    })
  })

  test.each(['192.0.2.1', '192.0.2.1:5353', '2001:db8::1', '[2001:db8::1]:53', '192.0.2.1, [::1]'])(
    'asks the name servers that it is told: %s',
    (NAME_SERVERS) => {
      expect(readStandaloneConfig({ NAME_SERVERS }, {}).NAME_SERVERS).toEqual(NAME_SERVERS.split(', '))
    },
  )
  test.each(['dns.example', '192.0.2.1:', '192.0.2.1:65536', '[192.0.2.1]:53', '[::1', 'https://192.0.2.1'])(
    'does not ask %s',
    (NAME_SERVERS) => expect(() => readStandaloneConfig({ NAME_SERVERS }, {})).toThrow('NAME_SERVERS: takes addresses'),
  )

  test('is one region, unless others can join over Redis', () => {
    expect(() => readStandaloneConfig({ REGIONS: 'eu,us' }, {})).toThrow('REGIONS: one process is one region')
    const config = readStandaloneConfig({ REGIONS: 'eu,us', REDIS_URL: 'redis://r' }, {})
    expect(config.region).toBe(parseRegion('eu'))
  })

  test.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.1', false],
    ['localhost.example.com', false],
    ['127.0.0.1.evil.example', false],
    ['127.evil.example', false],
    ['127.0.0.1\n', false],
  ])('takes %s for loopback: %p', (host, expected) => expect(isLoopback(host)).toBe(expected))
})

describe('a role', () => {
  const redis = { REDIS_URL: 'redis://r' }
  const stored = { ...redis, DATABASE_URL: 'postgresql://db' }
  const api = { ...stored, INSTANCE_SECRET: 'x'.repeat(32) }
  type Read = (env: Record<string, string>) => object

  const needs: [string, string, Read, Record<string, string>][] = [
    ['publisher', 'DATABASE_URL', readPublisherConfig, redis],
    ['publisher', 'REDIS_URL', readPublisherConfig, { DATABASE_URL: 'postgresql://db' }],
    ['dbpusher', 'DATABASE_URL', readDbpusherConfig, redis],
    ['notifier', 'DATABASE_URL', readNotifierConfig, redis],
    ['consumer', 'REGION', readConsumerConfig, redis],
    ['api', 'INSTANCE_SECRET', readApiConfig, stored],
  ]
  test.each(needs)('of a %s needs %s', (_role, name, read, env) => {
    expect(() => read(env)).toThrow(`${name}: is not set`)
  })

  test('of a consumer holds no credentials of the database, even where they lie about', () => {
    expect(readConsumerConfig({ ...stored, REGION: 'eu' })).toEqual({
      ...redis,
      LOG_LEVEL: 'info',
      REGION: parseRegion('eu'),
      PROBE_CONCURRENCY: 500,
      PROBE_PER_HOST: 4,
      REGION_CANARIES: ['self', 'resolvers'],
      PROBE_ALLOWED_CIDRS: [],
      INSTANCE_KEYS: [],
      METRICS_HOST: '127.0.0.1',
      METRICS_PORT: 0,
    })
  })

  test('reaches its Redis through Sentinels and with certificates of its own, where it is told to', () => {
    const env = {
      REDIS_URL: 'rediss+sentinel://u:p@s1:26379,s2/main',
      REDIS_CA_FILE: '/etc/ca.pem',
      REDIS_SENTINEL_PASSWORD: 'p2',
      REGION: 'eu',
    }
    const config = readConsumerConfig(env)
    expect(config.REDIS_URL).toBe(env.REDIS_URL)
    expect(redisOptions(config)).toEqual({ tls: { caFile: '/etc/ca.pem' }, sentinelPassword: 'p2' })
    expect(redisOptions(readConsumerConfig({ ...redis, REGION: 'eu' }))).toEqual({})
  })

  test('of a consumer takes its region and its Redis from the command line first', () => {
    const flags = { region: 'fra', redisUrl: 'redis://flag' }
    expect(readConsumerConfig({ REGION: 'eu', ...redis }, flags)).toMatchObject({
      REGION: parseRegion('fra'),
      REDIS_URL: 'redis://flag',
    })
  })

  test('of a consumer is refused with a canary that is neither known nor an address', () => {
    expect(() => readConsumerConfig({ ...redis, REGION: 'eu', REGION_CANARIES: 'self,moon' })).toThrow(
      'REGION_CANARIES: takes "self", "resolvers" and addresses of websites',
    )
  })

  test.each([
    ['no region at all', { REGIONS: ' , ' }, 'REGIONS: at least one region'],
    ['a region that is none', { REGIONS: 'eu,US' }, 'REGIONS: not a region: "US"'],
    ['a region that is called as pings are', { REGIONS: 'eu,heartbeat' }, 'REGIONS: "heartbeat" is the name'],
    ['a dashboard that is no URL', { WEB_ORIGIN: 'web' }, 'WEB_ORIGIN: '],
  ])('of an api is refused with %s', (_what, env, message) => {
    expect(() => readApiConfig({ ...api, ...env })).toThrow(message)
  })

  test('of an api listens on loopback and knows one region where nobody says otherwise', () => {
    expect(readApiConfig(api)).toMatchObject({ HOST: '127.0.0.1', PORT: 3_000, REGIONS: [parseRegion('local')] })
  })

  test('of a dbpusher tells somebody outside once a minute that all works, where there is somebody to be told', () => {
    const dbpusher = { ...redis, DATABASE_URL: 'postgresql://db/x' }
    expect(watchdogOf(readDbpusherConfig(dbpusher))).toBeUndefined()
    const url = 'https://hc.example/ping/token'
    const told = (seconds = {}) => watchdogOf(readDbpusherConfig({ ...dbpusher, WATCHDOG_URL: url, ...seconds }))
    expect(told()).toEqual({ url, intervalMs: 60_000 })
    expect(told({ WATCHDOG_INTERVAL_SECONDS: '10' })).toEqual({ url, intervalMs: 10_000 })
  })

  test.each(['ftp://hc.example/token', 'hc.example/token', 'https://'])(
    'of a dbpusher is refused with the watchdog %s, of which nothing is repeated',
    (url) => {
      const dbpusher = { ...redis, DATABASE_URL: 'postgresql://db/x', WATCHDOG_URL: url }
      expect(() => readDbpusherConfig(dbpusher)).toThrow(/^WATCHDOG_URL: takes an address that starts with(?!.*token)/)
    },
  )

  describe('that handles secrets', () => {
    const [newest, older] = ['A'.repeat(43), `${'A'.repeat(41)}Bw`]
    const both: [string, Read][] = [
      ['api', (env) => readApiConfig({ ...api, ...env })],
      ['consumer', (env) => readConsumerConfig({ ...redis, REGION: 'eu', ...env })],
      ['notifier', (env) => readNotifierConfig({ ...stored, ...env })],
    ]
    test.each(both)('%s: takes the keys of the instance, the newest first', (_role, read) => {
      expect(read({ INSTANCE_KEYS: `new:${newest}, old-1:${older}=` })).toMatchObject({
        INSTANCE_KEYS: [
          { id: 'new', key: Buffer.alloc(32) },
          { id: 'old-1', key: Buffer.from(older, 'base64url') },
        ],
      })
    })

    test.each([
      ['a key that is too short', `a:${'A'.repeat(42)}`],
      ['a key without a name', newest],
      ['a name with a dot', `a.b:${newest}`],
      ['an empty one among them', `a:${newest},,b:${older}`],
      ['two of one name', `a:${newest},a:${older}`],
    ])('is refused with %s, of which nothing is repeated', (_what, keys) => {
      const [, read] = both[0] ?? []
      expect(() => read?.({ INSTANCE_KEYS: keys })).toThrow(/^INSTANCE_KEYS: (takes id:key|two keys)(?!.*AAAA)/)
    })
  })
})
