import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../src/environment.ts'
import { addInstanceKey, dropOldInstanceKeys, loadOrCreateSecrets } from '../src/secrets.ts'

describe('the secrets of an instance', () => {
  let directory = ''
  let path = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'betteruptime-secrets-'))
    path = join(directory, 'secrets.json')
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  test('are made once and found again', () => {
    expect(loadOrCreateSecrets(directory)).toEqual(loadOrCreateSecrets(directory))
    expect(readdirSync(directory)).toEqual(['secrets.json'])
  })

  test('get a key at the start where an instance of an earlier version made them, and keep all else', () => {
    const before = { instanceSecret: 'x'.repeat(40), databasePassword: 'y'.repeat(20), note: 'of the operator' }
    writeFileSync(path, JSON.stringify(before))
    const secrets = loadOrCreateSecrets(directory)
    expect(secrets).toMatchObject(before)
    expect(secrets.instanceKeys).toHaveLength(1)
    expect(secrets.instanceKeys[0]?.key).toHaveLength(32)
    expect(secrets.webPushKey.publicKey).toHaveLength(87)
    expect(loadOrCreateSecrets(directory)).toEqual(secrets)
  })

  test('take a new key before the others, and forget the others when they are told to', () => {
    const [first] = loadOrCreateSecrets(directory).instanceKeys
    const [newest, older] = addInstanceKey(directory).instanceKeys
    expect(older).toEqual(first)
    expect(newest?.id).not.toBe(first?.id ?? '')
    expect(loadOrCreateSecrets(directory).instanceKeys).toHaveLength(2)
    expect(dropOldInstanceKeys(directory).instanceKeys.map(({ id }) => id)).toEqual([newest?.id ?? ''])
    expect(loadOrCreateSecrets(directory).instanceKeys).toHaveLength(1)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('keep the key that browsers have subscribed with, whatever becomes of the others', () => {
    const { webPushKey } = loadOrCreateSecrets(directory)
    addInstanceKey(directory)
    expect(dropOldInstanceKeys(directory).webPushKey).toEqual(webPushKey)
    expect(loadOrCreateSecrets(directory).webPushKey).toEqual(webPushKey)
    const { webPushKey: _, ...before } = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify(before))
    const { webPushKey: made, ...rest } = loadOrCreateSecrets(directory)
    expect(made).not.toEqual(webPushKey)
    expect(rest.instanceSecret).toBe(before.instanceSecret)
    expect(loadOrCreateSecrets(directory)).toEqual({ ...rest, webPushKey: made })
  })

  test('are different in every instance, and long', () => {
    const first = loadOrCreateSecrets(directory)
    rmSync(path)
    const second = loadOrCreateSecrets(directory)
    expect(first.instanceSecret).not.toBe(second.instanceSecret)
    expect(first.databasePassword).not.toBe(second.databasePassword)
    expect(first.instanceSecret.length).toBeGreaterThanOrEqual(43)
  })

  test('can be read by their owner alone, also after somebody opened them up', () => {
    loadOrCreateSecrets(directory)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    chmodSync(path, 0o644)
    loadOrCreateSecrets(directory)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['an empty file', ''],
    ['half a file', '{"instanceSecret": "abc'],
    ['a file without one of them', JSON.stringify({ instanceSecret: 'x'.repeat(40) })],
    [
      'a key that is none',
      JSON.stringify({ instanceSecret: 'x'.repeat(40), databasePassword: 'x'.repeat(20), instanceKeys: 'a:b' }),
    ],
    ['a secret that is too short', JSON.stringify({ instanceSecret: 'x', databasePassword: 'x'.repeat(20) })],
  ])('are refused and left alone when damaged: %s', (_how, text) => {
    writeFileSync(path, text)
    expect(() => loadOrCreateSecrets(directory)).toThrow(ConfigError)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})
