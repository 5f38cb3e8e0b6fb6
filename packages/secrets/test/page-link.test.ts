import { describe, expect, test } from 'bun:test'
import { type PageDeed, readPageLink, signPageLink } from '../src/page-link.ts'
import { subscriberAddressKey } from '../src/subscriber-address.ts'

const id = '0198c0de-0000-7000-8000-00000000abcd'
const nowMs = Date.UTC(2026, 5, 1, 12)
const link = { deed: 'confirm', id, untilMs: nowMs + 1_000 } as const
const read = (token: string, changed: { secret?: string; deed?: PageDeed; nowMs?: number } = {}) => {
  const { secret = 'secret', ...rest } = changed
  return readPageLink(secret, { deed: 'confirm', token, nowMs, ...rest })
}

describe('the token of a link', () => {
  test('names whom it is of, until it is over', () => {
    const token = signPageLink('secret', link)
    expect(read(token)).toBe(id)
    expect(read(token, { nowMs: nowMs + 1_000 })).toBeUndefined()
    const lasting = signPageLink('secret', { ...link, untilMs: null })
    expect(read(lasting, { nowMs: nowMs + 1e12 })).toBe(id)
  })

  test('is good for one deed, on one page', () => {
    const token = signPageLink('secret', link)
    expect(read(token, { deed: 'unsubscribe' })).toBeUndefined()
    expect(read(token, { secret: 'another' })).toBeUndefined()
  })

  test('is none once anything of it is another', () => {
    const token = signPageLink('secret', link)
    for (let place = 0; place < token.length; place += 1) {
      const other = `${token.slice(0, place)}${token[place] === '1' ? '2' : '1'}${token.slice(place + 1)}`
      expect(read(other)).toBeUndefined()
    }
    const [digits, , signature] = token.split('.')
    for (const text of ['', '..', `${digits}..${signature}`, `${token} `, `${token}=`])
      expect(read(text)).toBeUndefined()
  })
})

describe('an address', () => {
  test('is the same however it is written', () => {
    expect(subscriberAddressKey('email', 'Ada@Example.com')).toBe(subscriberAddressKey('email', 'ada@example.com'))
    expect(subscriberAddressKey('slack', 'https://HOOKS.example/a')).toBe(
      subscriberAddressKey('slack', 'https://hooks.example/a'),
    )
    expect(subscriberAddressKey('slack', 'https://hooks.example/a')).not.toBe(
      subscriberAddressKey('slack', 'https://hooks.example/A'),
    )
  })

  test('of a hook does not stand in what it is known by', () => {
    expect(subscriberAddressKey('slack', 'https://hooks.example/SEKRET')).not.toMatch(/SEKRET|hooks/)
  })
})
