import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import {
  ConfigError,
  list,
  logLevel,
  port,
  postgresUrl,
  readEnvironment,
  redisUrl,
  secret,
} from '../src/environment.ts'

const directory = mkdtempSync(join(tmpdir(), 'betteruptime-config-'))
afterAll(() => rmSync(directory, { recursive: true }))

function fileWith(text: string): string {
  const path = join(directory, crypto.randomUUID())
  writeFileSync(path, text)
  return path
}

describe('a configuration', () => {
  const shape = { DATABASE_URL: postgresUrl, PORT: port.default(3_000), HOST: z.string().optional() }
  const url = 'postgresql://db/x'

  const good: [string, Record<string, string>, Record<string, unknown>][] = [
    ['takes defaults for what is not set', { DATABASE_URL: url }, { DATABASE_URL: url, PORT: 3_000 }],
    [
      'takes an empty variable for one that is not set',
      { DATABASE_URL: url, PORT: '' },
      { DATABASE_URL: url, PORT: 3_000 },
    ],
    ['reads numbers', { DATABASE_URL: url, PORT: '8080' }, { DATABASE_URL: url, PORT: 8_080 }],
    ['ignores what is not its own', { DATABASE_URL: url, OTHER: '1' }, { DATABASE_URL: url, PORT: 3_000 }],
    [
      'reads a value from a file, without its line end',
      { DATABASE_URL_FILE: fileWith(`${url}\n`) },
      { DATABASE_URL: url, PORT: 3_000 },
    ],
    [
      'prefers the file over the variable',
      { DATABASE_URL: 'postgresql://old/x', DATABASE_URL_FILE: fileWith(url) },
      { DATABASE_URL: url, PORT: 3_000 },
    ],
  ]
  test.each(good)('%s', (_sentence, env, config) => expect(readEnvironment(env, shape)).toEqual(config as never))

  const missing = join(directory, 'missing')
  const refused: [string, Record<string, string>, string][] = [
    ['without what it needs', {}, 'DATABASE_URL: is not set'],
    ['with an empty value for what it needs', { DATABASE_URL: '' }, 'DATABASE_URL: is not set'],
    ['with an empty file for what it needs', { DATABASE_URL_FILE: fileWith(' \n') }, 'DATABASE_URL: is not set'],
    ['with a file that is not there', { DATABASE_URL_FILE: missing }, `DATABASE_URL_FILE: cannot read ${missing}`],
    ['with a wrong value', { DATABASE_URL: 'mysql://db' }, 'DATABASE_URL: must start with postgresql://'],
    [
      'with a URL that is none, which is not repeated for its password',
      { DATABASE_URL: 'postgresql://me:pass#word@db/x' },
      'DATABASE_URL: is not a valid URL: signs like # / @ in a password are percent-encoded',
    ],
  ]
  test.each(refused)('cannot be used %s', (_sentence, env, message) => {
    expect(() => readEnvironment(env, shape)).toThrow(new ConfigError(message))
  })

  test('that is wrong in several places names them all', () => {
    expect(() => readEnvironment({ PORT: '70000' }, shape)).toThrow(/^DATABASE_URL: is not set; PORT: /)
  })

  test('never repeats a secret that it refuses', () => {
    expect(() => readEnvironment({ INSTANCE_SECRET: 'hunter2' }, { INSTANCE_SECRET: secret })).toThrow(
      new ConfigError('INSTANCE_SECRET: must have at least 32 characters'),
    )
  })

  test('cannot be changed', () => {
    expect(Object.isFrozen(readEnvironment({ DATABASE_URL: url }, shape))).toBe(true)
  })
})

describe('a value', () => {
  const accepted: [string, z.ZodType, string, unknown][] = [
    ['a list', list, ' a, b ,,c ', ['a', 'b', 'c']],
    ['any free port', port, '0', 0],
    ['a redis over TLS', redisUrl, 'rediss://r', 'rediss://r'],
    ['the short scheme of PostgreSQL', postgresUrl, 'postgres://db', 'postgres://db'],
    ['a quiet log', logLevel, 'silent', 'silent'],
  ]
  test.each(accepted)('may be %s', (_what, schema, text, value) => expect(schema.parse(text)).toEqual(value))

  const refused: [string, z.ZodType, string][] = [
    ['a port that is none', port, '65536'],
    ['a port in words', port, 'http'],
    ['half a port', port, '80.5'],
    ['a redis over HTTP', redisUrl, 'http://r'],
    ['a loud log', logLevel, 'LOUD'],
    ['a short secret', secret, 'x'.repeat(31)],
  ]
  test.each(refused)('may not be %s', (_what, schema, text) => expect(schema.safeParse(text).success).toBe(false))
})
