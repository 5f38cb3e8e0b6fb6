import { describe, expect, test } from 'bun:test'
import { checkResultSchema } from '@repo/contracts/check-message'
import { checkSpecSchema } from '@repo/contracts/check-spec'
import { makeHops, makeMonitorId, makeOutcome, makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { createMask, isOurWords, maskOutcome } from '../src/mask-outcome.ts'

const http = { kind: 'http', url: 'https://shop.example/' }
const base64 = (text: string) => Buffer.from(text).toString('base64')
const maskOf = (spec: object) => createMask(checkSpecSchema.parse(spec))

describe('a secret that the target says back', () => {
  const token = { ...http, auth: { kind: 'bearer', token: 'SEKRET/1+x' } }
  const basic = { ...http, auth: { kind: 'basic', username: 'ada', password: 'SEKRET' } }
  const tcp = { kind: 'tcp', host: 'shop.example', port: 6_379 }
  const rows: [string, object, string][] = [
    ['as it is', token, 'no such token: SEKRET/1+x'],
    ['in a URL', token, `/login?token=${encodeURIComponent('SEKRET/1+x')}`],
    ['in base64', token, base64('SEKRET/1+x')],
    ['as a user and a password', basic, `Basic ${base64('ada:SEKRET')}`],
    ['in a header', { ...http, headers: [{ name: 'X-Key', value: 'SEKRET' }] }, 'bad key SEKRET'],
    ['out of a body', { ...http, body: '{"password":"SEKRET-1234"}' }, 'wrong: \\"SEKRET-1234\\"'],
    ['out of a form', { ...http, body: 'user=ada&password=SEKRET-1234' }, 'wrong: SEKRET-1234'],
    [
      'out of a conversation',
      { ...tcp, script: [{ send: 'AUTH SEKRET-1234\r\n' }] },
      "unknown 'AUTH SEKRET-1234\\r\\n'",
    ],
    [
      'to a proxy',
      { ...http, proxy: { host: 'p.example', port: 1, username: 'u', password: 'SEKRET' } },
      base64('u:SEKRET'),
    ],
  ]
  test.each(rows)('%s is hidden', (_how, spec, text) => {
    const masked = maskOf(spec)(text)
    expect(masked).toContain('•••')
    expect(masked).not.toContain('SEKRET')
    expect(masked).not.toContain(base64('SEKRET').slice(0, 6))
  })

  test.each([
    ["said 'AUTH SEKRET-12…', and", "said 'AUTH •••…', and"],
    ['SEKR', '•••'],
    ['it ends with SEKRET-1234-5', 'it ends with •••'],
    ['… SEK…', '… SEK…'],
  ])('cut short is hidden too: %s', (text, masked) => {
    expect(maskOf({ ...http, auth: { kind: 'bearer', token: 'SEKRET-1234-5678' } })(text)).toBe(masked)
  })

  test('does not make plain words unreadable', () => {
    const spec = { ...http, auth: { kind: 'basic', username: 'admin', password: 'SEKRET' }, body: 'hello' }
    expect(maskOf(spec)('hello admin, see https://shop.example/admin')).toBe(
      'hello admin, see https://shop.example/admin',
    )
  })

  test.each([
    ['just passes', {}, true],
    ['passes with a remark', { code: 'TLS_EXPIRING' }, false],
    ['was sent on', { hops: makeHops(1) }, false],
    ['has something to tell of its own', { facts: { banner: 'SEKRET' } }, false],
  ] as const)('is looked for unless a check %s, which says nothing but our words: %j', (_what, changed, expected) => {
    expect(isOurWords(makeOutcome('up', changed))).toBe(expected)
  })

  test('is hidden in every text of an outcome, and what is left is still a result', () => {
    const spec = { ...http, auth: { kind: 'bearer', token: '127.0.0.1' } }
    const outcome = makeOutcome('down', {
      message: 'said 127.0.0.1',
      address: '127.0.0.1',
      hops: makeHops(0).map((hop) => ({ ...hop, url: 'https://a.example/127.0.0.1' })),
      facts: { said: '127.0.0.1', all: ['127.0.0.1'], count: 1 },
      evidence: {
        request: 'x 127.0.0.1',
        responseHead: '127.0.0.1',
        body: '127.0.0.1',
        addresses: ['127.0.0.1'],
        chain: ['127.0.0.1'],
        curl: '127.0.0.1',
      },
    })
    const masked = maskOutcome(outcome, maskOf(spec))
    const result = {
      ...makeResult({ id: makeMonitorId(), monitorKey: 1 }, makeTick('a', noonMs, 'up')),
      outcome: masked,
    }
    expect<unknown>(checkResultSchema.parse(result)).toEqual(result)
    const { address, ...said } = masked
    expect(address).toBe('127.0.0.1')
    expect({
      ...said,
      hops: said.hops.map(({ url }) => url),
      evidence: { ...said.evidence, addresses: [] },
    }).toMatchObject({
      message: 'said •••',
      hops: ['https://a.example/•••'],
      facts: { said: '•••', all: ['•••'], count: 1 },
      evidence: { request: 'x •••', responseHead: '•••', body: '•••', chain: ['•••'], curl: '•••' },
    })
  })
})
