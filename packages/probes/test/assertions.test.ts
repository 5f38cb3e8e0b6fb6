import { describe, expect, test } from 'bun:test'
import zlib from 'node:zlib'
import { type Assertion, assertionSchema } from '@repo/contracts/specs/assertion'
import type { HttpSpec } from '@repo/contracts/specs/http'
import { parseJsonPlace } from '../src/assertions/json-place.ts'
import { makeCertificate } from '../testing/certificates.ts'
import { startTarget } from '../testing/target.ts'
import { probe } from './probing.ts'

interface Page {
  readonly body?: string | Uint8Array
  readonly fields?: string
  readonly status?: number
}

/** What a check with these assertions says about a page. */
async function judged(page: Page, assertions: readonly Assertion[], rest: Partial<HttpSpec> = {}) {
  const { body = '', fields = '', status = 200 } = page
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body)
  const head = `HTTP/1.1 ${status} OK\r\n${fields}Content-Length: ${bytes.length}\r\n\r\n`
  const site = await startTarget([Buffer.concat([Buffer.from(head, 'latin1'), bytes])])
  try {
    // Assertions go through the door that they come in by.
    return await probe(site.url, { ...rest, assertions: assertions.map((one) => assertionSchema.parse(one)) })
  } finally {
    await site.stop()
  }
}

const json = (at: string, is: string, value?: unknown) =>
  ({ kind: 'json', at, is, ...(value === undefined ? {} : { value }) }) as Assertion

const JSON_PAGE = JSON.stringify({ status: 'ok', items: [{ id: 7 }, { id: 8 }], 'a/b': { 'm~n': null }, load: 0.5 })

describe('an assertion that holds lets a check pass', () => {
  const rows: [string, Assertion, Page][] = [
    ['the status', { kind: 'status', expected: '200-204,301' }, {}],
    ['a header that is there', { kind: 'header', name: 'x-cache', is: 'present' }, { fields: 'X-Cache: HIT\r\n' }],
    ['a header that is not there', { kind: 'header', name: 'x-cache', is: 'absent' }, {}],
    [
      'the value of a header',
      { kind: 'header', name: 'X-Cache', is: 'equals', value: 'HIT' },
      { fields: 'x-cache: HIT\r\n' },
    ],
    [
      'a part of a header',
      { kind: 'header', name: 'Content-Type', is: 'contains', value: 'html' },
      { fields: 'Content-Type: text/html\r\n' },
    ],
    [
      'a pattern in a header',
      { kind: 'header', name: 'Server', is: 'matches', value: '^nginx/\\d' },
      { fields: 'Server: nginx/1.2\r\n' },
    ],
    ['a text in the body', { kind: 'body', is: 'contains', value: 'größe' }, { body: 'die größe' }],
    ['a text in any case', { kind: 'body', is: 'contains', value: 'WELCOME', ignoreCase: true }, { body: 'Welcome' }],
    ['a text that is not there', { kind: 'body', is: 'not-contains', value: 'Error' }, { body: 'fine' }],
    ['the whole body', { kind: 'body', is: 'equals', value: 'pong' }, { body: 'pong\n' }],
    ['a pattern in the body', { kind: 'pattern', is: 'matches', value: 'build-\\d+' }, { body: 'build-42' }],
    ['a pattern that is not there', { kind: 'pattern', is: 'not-matches', value: 'fatal|panic' }, { body: 'fine' }],
    ['a JSON value by pointer', json('/status', 'equals', 'ok'), { body: JSON_PAGE }],
    ['a JSON value by path', json('$.items[1].id', 'equals', 8), { body: JSON_PAGE }],
    ['a JSON value from the end', json('$.items[-1].id', 'equals', 8), { body: JSON_PAGE }],
    ['an escaped name', json('/a~1b/m~0n', 'equals', null), { body: JSON_PAGE }],
    ['a quoted name', json("$['a/b']", 'present'), { body: JSON_PAGE }],
    ['a JSON number', json('$.load', 'less', 0.8), { body: JSON_PAGE }],
    ['a JSON value that is absent', json('/error', 'absent'), { body: JSON_PAGE }],
    ['a JSON pattern', json('/status', 'matches', '^o'), { body: JSON_PAGE }],
    ['the time of a phase', { kind: 'time', phase: 'total', atMostMs: 5_000 }, {}],
    ['the size', { kind: 'size', is: 'at-least', bytes: 3 }, { body: 'four' }],
  ]
  test.each(rows)('%s', async (_what, assertion, page) => {
    expect(await judged(page, [assertion])).toMatchObject({ verdict: 'up', code: 'OK' })
  })
})

describe('an assertion that does not hold', () => {
  const rows: [string, Assertion, Page, string, RegExp][] = [
    ['status', { kind: 'status', expected: '204' }, {}, 'UNEXPECTED_STATUS', /answered 200, expected 204/],
    [
      'header',
      { kind: 'header', name: 'X-Cache', is: 'equals', value: 'HIT' },
      { fields: 'X-Cache: MISS\r\n' },
      'HEADER_MISMATCH',
      /X-Cache is 'MISS'; expected: equals 'HIT'/,
    ],
    [
      'missing header',
      { kind: 'header', name: 'X-Cache', is: 'present' },
      {},
      'HEADER_MISMATCH',
      /X-Cache is not there; expected: present/,
    ],
    [
      'keyword',
      { kind: 'body', is: 'contains', value: 'Welcome' },
      { body: 'Sorry' },
      'KEYWORD_NOT_FOUND',
      /does not contain 'Welcome'/,
    ],
    [
      'forbidden keyword',
      { kind: 'body', is: 'not-contains', value: 'ransom' },
      { body: 'pay the ransom' },
      'KEYWORD_PRESENT',
      /contains 'ransom'/,
    ],
    [
      'pattern',
      { kind: 'pattern', is: 'matches', value: 'v\\d' },
      { body: 'vx' },
      'KEYWORD_NOT_FOUND',
      /does not match/,
    ],
    [
      'forbidden pattern',
      { kind: 'pattern', is: 'not-matches', value: 'v\\d' },
      { body: 'v1' },
      'KEYWORD_PRESENT',
      /matches/,
    ],
    [
      'JSON value',
      json('/status', 'equals', 'down'),
      { body: JSON_PAGE },
      'JSON_MISMATCH',
      /\/status is "ok"; expected: exactly "down"/,
    ],
    ['JSON number', json('/load', 'greater', 1), { body: JSON_PAGE }, 'JSON_MISMATCH', /0\.5; expected: more than 1/],
    ['missing JSON value', json('$.nothing.here', 'present'), { body: JSON_PAGE }, 'JSON_MISMATCH', /is not there/],
    ['JSON that is none', json('/a', 'present'), { body: '<html>' }, 'JSON_INVALID', /is not JSON/],
    [
      'size',
      { kind: 'size', is: 'at-most', bytes: 3 },
      { body: 'four' },
      'BODY_SIZE',
      /has 4 bytes; expected: at most 3/,
    ],
    ['certificate', { kind: 'certificate', atLeastDays: 1 }, {}, 'NOT_HTTPS', /no certificate/],
  ]
  test.each(rows)('is down: %s', async (_what, assertion, page, code, message) => {
    const outcome = await judged(page, [assertion])
    expect(outcome).toMatchObject({ verdict: 'down', code } as object)
    expect(outcome.message).toMatch(message)
  })

  test('is degraded where that is wished, and the weightiest speaks', async () => {
    const mild: Assertion = { kind: 'body', is: 'contains', value: 'a', severity: 'degraded' }
    const grave: Assertion = { kind: 'body', is: 'contains', value: 'b' }
    expect(await judged({}, [mild])).toMatchObject({ verdict: 'degraded', code: 'KEYWORD_NOT_FOUND' })
    expect((await judged({}, [mild, grave])).message).toContain("'b'")
  })

  test('about the days of a certificate names them', async () => {
    const identity = await makeCertificate({ names: ['127.0.0.1'] })
    const site = await startTarget(['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'], { tls: identity })
    const spec = { tls: { verify: false }, assertions: [{ kind: 'certificate', atLeastDays: 60 } as const] }
    expect((await probe(site.url, spec)).message).toMatch(/expires in (29|30) days, sooner than 60/)
    await site.stop()
  })
})

describe('a body', () => {
  const keyword: Assertion = { kind: 'body', is: 'contains', value: 'needle' }
  const encoded = (coding: string) => `Content-Encoding: ${coding}\r\n`
  const text = `${'hay'.repeat(20_000)}needle`

  const readable: [string, Page][] = [
    ['in gzip', { body: zlib.gzipSync(text), fields: encoded('gzip') }],
    [
      'in two members of gzip',
      { body: Buffer.concat([zlib.gzipSync('hay'), zlib.gzipSync('needle')]), fields: encoded('gzip') },
    ],
    ['in deflate with its header', { body: zlib.deflateSync(text), fields: encoded('deflate') }],
    ['in deflate without', { body: zlib.deflateRawSync(text), fields: encoded('deflate') }],
    ['in brotli', { body: zlib.brotliCompressSync(text), fields: encoded('br') }],
    ['in zstd', { body: zlib.zstdCompressSync(text), fields: encoded('zstd') }],
    ['encoded twice', { body: zlib.gzipSync(zlib.deflateSync(text)), fields: encoded('deflate, gzip') }],
    ['in UTF-16 by its mark', { body: Buffer.from('\ufeffneedle', 'utf16le') }],
    [
      'in the charset that it declares',
      { body: Buffer.from('needle \xfc', 'latin1'), fields: 'Content-Type: text/html; charset=latin1\r\n' },
    ],
    [
      'with a charset that nobody knows',
      { body: 'needle', fields: 'Content-Type: text/html; charset=\xf0\x9f\x92\xa5\r\n' },
    ],
    ['with NUL characters', { body: 'a\0needle' }],
  ]
  test.each(readable)('is read %s', async (_how, page) => {
    expect((await judged(page, [keyword])).code).toBe('OK')
  })

  const broken: [string, Page, string][] = [
    ['a broken header of gzip', { body: 'no gzip at all', fields: encoded('gzip') }, 'BAD_ENCODING'],
    ['a truncated gzip', { body: zlib.gzipSync(text).subarray(0, -12), fields: encoded('gzip') }, 'BAD_ENCODING'],
    [
      'a wrong checksum',
      { body: Buffer.concat([zlib.gzipSync(text).subarray(0, -8), Buffer.alloc(8)]), fields: encoded('gzip') },
      'BAD_ENCODING',
    ],
    ['an encoding that nobody knows', { body: text, fields: encoded('aes128gcm') }, 'BAD_ENCODING'],
    ['three encodings', { body: text, fields: encoded('gzip, gzip, gzip') }, 'TOO_MANY_ENCODINGS'],
  ]
  test.each(broken)('is down where somebody looks into it: %s', async (_what, page, code) => {
    expect((await judged(page, [keyword])).code).toBe(code as never)
    expect((await judged(page, [])).code, 'and up where nobody does').toBe('OK')
  })

  test('that is a bomb costs no more than its first quarter of a megabyte', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(64 * 1_048_576))
    const found = await judged({ body: Buffer.concat([bomb]), fields: encoded('gzip') }, [keyword])
    expect(found).toMatchObject({ verdict: 'down', code: 'KEYWORD_NOT_FOUND' })
    expect(found.message).toContain('first 256 KiB')
  })

  test('is searched across the chunks that it comes in', async () => {
    const site = await startTarget([
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nnee\r\n',
      { pauseMs: 20 },
      '3\r\ndle\r\n0\r\n\r\n',
    ])
    expect((await probe(site.url, { assertions: [keyword] })).code).toBe('OK')
    await site.stop()
  })

  test('with a keyword after the kept part says how far was looked', async () => {
    const outcome = await judged({ body: `${'x'.repeat(300_000)}needle` }, [keyword])
    expect(outcome.message).toBe("Body: does not contain 'needle', as far as its first 256 KiB tell")
  })

  const strange: [string, string][] = [
    ['a hundred thousand levels', '['.repeat(100_000)],
    ['a number beyond all numbers', '{"a":1e999}'],
    ['names of the language', '{"__proto__":{"a":1},"constructor":2}'],
    ['a name twice', '{"a":1,"a":2}'],
    ['half a character', '{"a":"\\ud800"}'],
  ]
  test.each(strange)('of JSON with %s crashes nothing', async (_what, body) => {
    const { verdict } = await judged({ body }, [json('/toString', 'absent'), json('/a', 'equals', 2)])
    expect(['up', 'down']).toContain(verdict)
  })
})

describe('where a value of JSON lies', () => {
  test.each([
    ['', []],
    ['/', ['']],
    ['/a/0', ['a', '0']],
    ['$', []],
    ['$.a.b', ['a', 'b']],
    ['$["a b"][3]', ['a b', 3]],
  ] as [string, (string | number)[]][])('%p', (text, place) => {
    expect(parseJsonPlace(text)).toEqual(place)
  })

  test.each(['a', '/~2', '$.', '$..a', '$.a[*]', '$[?(@.a)]', '$[0:2]', "$['a'"])('%p is none', (text) => {
    expect(parseJsonPlace(text)).toBeUndefined()
  })
})
