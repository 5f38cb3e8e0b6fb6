import { describe, expect, test } from 'bun:test'
import { createKeyring, SecretError } from '../src/keyring.ts'
import { isSealed, keyIdOf } from '../src/sealed-text.ts'

const keyOf = (id: string, fill = id.charCodeAt(0)) => ({ id, key: new Uint8Array(32).fill(fill) })
const [a, b] = [keyOf('a'), keyOf('b')]
const keyring = createKeyring([a])
const context = 'workspace 1 auth.password'
const secret = 'correct horse battery staple'

function messageOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof SecretError) return error.message
  }
  throw new Error('it was not refused as it should')
}

describe('a sealed text', () => {
  test.each(['', 'x', secret, 'ünï¢ødé 🔑', 'x'.repeat(65_536)])('opens to what it was: %j', (text) => {
    expect(keyring.open(keyring.seal(text, context), context)).toBe(text)
  })

  test('shows its version and the id of its key, and nothing of what it holds', () => {
    const sealed = keyring.seal(secret, context)
    expect(sealed).toMatch(/^sealed\.v1\.a\.[\w-]{80}\.[\w-]{16}\.[\w-]+$/)
    expect(keyIdOf(sealed)).toBe('a')
    const bytes = sealed.split('.').map((piece) => Buffer.from(piece, 'base64url').toString('latin1'))
    expect([sealed, ...bytes].join(' ')).not.toContain(secret)
  })

  test('is another one each time', () => {
    const pieces = Array.from({ length: 100 }, () => keyring.seal(secret, context).split('.').slice(3))
    expect(new Set(pieces.flat()).size).toBe(300)
  })

  test('opens in its own place alone', () => {
    const sealed = keyring.seal(secret, context)
    expect(() => keyring.open(sealed, 'workspace 2 auth.password')).toThrow(SecretError)
    expect(() => keyring.open(sealed, '')).toThrow(SecretError)
  })

  test('does not open when any character of it was changed', () => {
    const sealed = keyring.seal('short', context)
    for (let at = 'sealed.v1.a.'.length; at < sealed.length; at += 1) {
      if (sealed[at] === '.') continue
      const other = sealed[at] === 'A' ? 'E' : 'A'
      const changed = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`
      // The last character of a piece carries bits that mean nothing.
      if (Buffer.from(changed, 'base64url').equals(Buffer.from(sealed, 'base64url'))) continue
      expect(() => keyring.open(changed, context)).toThrow(SecretError)
    }
  })

  test('does not open by another key of the same name', () => {
    const sealed = keyring.seal(secret, context)
    expect(messageOf(() => createKeyring([keyOf('a', 9)]).open(sealed, context))).toContain('"a"')
  })

  test('cannot pass for one of another key', () => {
    const both = createKeyring([a, { ...b, key: a.key }])
    const renamed = keyring.seal(secret, context).replace('sealed.v1.a.', 'sealed.v1.b.')
    expect(() => both.open(renamed, context)).toThrow(SecretError)
  })

  test.each([
    ['sealed.v1.a', false],
    ['sealed.v2.a.b.c.d', false],
    ['hunter2', false],
    ['', false],
    [keyring.seal('', context), true],
    [`${keyring.seal('', context)} `, false],
  ])('is known by its looks: %s is one: %p', (text, expected) => expect(isSealed(text)).toBe(expected))
})

describe('a keyring', () => {
  test('seals with its first key and opens with all', () => {
    const both = createKeyring([b, a])
    expect(both.newestId).toBe('b')
    expect(keyIdOf(both.seal(secret, context))).toBe('b')
    expect(both.open(keyring.seal(secret, context), context)).toBe(secret)
  })

  test('brings a text under its newest key without opening it, and in its place', () => {
    const sealed = keyring.seal(secret, context)
    const rewrapped = createKeyring([b, a]).rewrap(sealed)
    expect(keyIdOf(rewrapped)).toBe('b')
    expect(rewrapped.split('.').slice(4)).toEqual(sealed.split('.').slice(4))
    expect(createKeyring([b]).open(rewrapped, context)).toBe(secret)
    expect(() => createKeyring([b]).open(rewrapped, 'elsewhere')).toThrow(SecretError)
  })

  test('leaves a text alone that is under its newest key', () => {
    const sealed = keyring.seal(secret, context)
    expect(keyring.rewrap(sealed)).toBe(sealed)
  })

  const refused: [string, () => unknown, string][] = [
    [
      'a text of a key that it lacks',
      () => createKeyring([b]).open(keyring.seal(secret, context), context),
      '"a", which is not known here',
    ],
    ['to seal without any key', () => createKeyring([]).seal(secret, context), 'no instance key'],
    ['a text that is not sealed', () => keyring.open(secret, context), 'not a sealed text'],
    [
      'a key of the wrong length',
      () => createKeyring([{ id: 'k', key: new Uint8Array(16) }]),
      '"k" has 16 bytes, not 32',
    ],
    ['two keys of one name', () => createKeyring([a, keyOf('a', 3)]), 'the same id'],
    ['a name with a dot', () => createKeyring([{ ...a, id: 'a.b' }]), 'the id of an instance key'],
  ]
  test.each(refused)('refuses %s, in one line without a word of the text', (_what, act, words) => {
    const message = messageOf(act)
    expect(message).toContain(words)
    expect(message).not.toContain(secret)
    expect(message).not.toContain('\n')
  })
})
