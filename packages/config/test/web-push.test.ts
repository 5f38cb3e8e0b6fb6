import { describe, expect, test } from 'bun:test'
import { createECDH } from 'node:crypto'
import { readEnvironment } from '../src/environment.ts'
import { readApiConfig, readNotifierConfig } from '../src/roles.ts'
import { makeWebPushKey, parseWebPushKey, webPushOf, webPushShape } from '../src/web-push.ts'

/** The pair of an application server in RFC 8291, Appendix A. */
const pair = {
  privateKey: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  publicKey: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
}

describe('the key of web push', () => {
  test('is made anew each time, and its public half follows from the private one', () => {
    const made = Array.from({ length: 20 }, makeWebPushKey)
    expect(new Set(made.map(({ privateKey }) => privateKey)).size).toBe(20)
    for (const key of made) expect(parseWebPushKey(key.privateKey)).toEqual(key)
    expect(parseWebPushKey(pair.privateKey)).toEqual(pair)
  })

  test('is a point that browsers take: 65 bytes, uncompressed', () => {
    const bytes = Buffer.from(makeWebPushKey().publicKey, 'base64url')
    expect([bytes.length, bytes[0]]).toEqual([65, 4])
    const other = createECDH('prime256v1')
    other.generateKeys()
    expect(other.computeSecret(bytes)).toHaveLength(32)
  })

  test('is the same for an api and a notifier', () => {
    const env = {
      ...{ DATABASE_URL: 'postgresql://db/x', REDIS_URL: 'redis://redis', INSTANCE_SECRET: 'x'.repeat(32) },
      WEB_PUSH_KEY: `${pair.privateKey}=`,
    }
    expect(readApiConfig(env).WEB_PUSH_KEY).toEqual(pair)
    expect(readNotifierConfig(env).WEB_PUSH_KEY).toEqual(pair)
  })

  test.each([
    ['too short', 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ'],
    ['a public one', pair.publicKey],
    ['nothing', 'A'.repeat(43)],
    ['no number of the curve', `${'_'.repeat(42)}8`],
    ['no base64url', 'yfWPiYE+n46HLnH0KqZOF1fJJU3MYrct3AELtAQ+oRw'],
  ])('is refused without a word of it where it is %s', (_what, text) => {
    const read = () => readEnvironment({ WEB_PUSH_KEY: text }, webPushShape)
    expect(read).toThrow('WEB_PUSH_KEY: takes a private key of P-256: 32 bytes as base64url')
    expect(read).toThrow(expect.not.stringContaining(text) as never)
  })
})

describe('whom a push service turns to', () => {
  const mail = { url: 'smtp://mail.example', ca: undefined }
  const cases: [publicUrl: string | undefined, from: string | undefined, subject: string][] = [
    ['https://uptime.example.com', 'Uptime <uptime@example.com>', 'https://uptime.example.com'],
    ['http://uptime.example.com', 'Uptime <uptime@example.com>', 'mailto:uptime@example.com'],
    ['https://localhost:3000', 'uptime@example.com', 'mailto:uptime@example.com'],
    [undefined, 'uptime@example.com', 'mailto:uptime@example.com'],
    [undefined, undefined, 'https://github.com/betteruptime/betteruptime'],
  ]
  test.each(cases)('at %p, with mail from %p, is %s', (publicUrl, from, subject) => {
    const settings = webPushOf(pair, { publicUrl, mail: from === undefined ? undefined : { ...mail, from } })
    expect(settings).toEqual({ ...pair, subject })
  })

  test('is nobody without a key', () => {
    expect(webPushOf(undefined, { publicUrl: 'https://uptime.example.com', mail: undefined })).toBeUndefined()
  })
})
