import { afterEach, describe, expect, test } from 'bun:test'
import type { HttpSpec } from '@repo/contracts/specs/http'
import type { OutcomeCode } from '@repo/domain/outcome'
import { encodeFields } from '../src/h2/hpack.ts'
import { type H2Step, startH2Target } from '../testing/h2-target.ts'
import { openDescriptors, probe, until } from './probing.ts'

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})

const asking = (url: string, rest: Partial<HttpSpec> = {}) =>
  probe(url, { httpVersion: '2', timeoutMs: 1_000, ...rest })

const headers = (status = '200', end = false, rest: [string, string][] = []) => ({
  type: 1,
  flags: 0x4 | (end ? 0x1 : 0),
  stream: 1,
  payload: encodeFields([[':status', status], ...rest]),
})
const data = (text: string, end = true) => ({ type: 0, flags: end ? 1 : 0, stream: 1, payload: Buffer.from(text) })
const settings = { type: 4 }

const raw = (payload: readonly number[]) => ({ type: 1, flags: 5, stream: 1, payload: Buffer.from(payload) })
const goAway = (lastStream: number, code: number, words = '') => ({
  type: 7,
  payload: Buffer.concat([Buffer.of(0, 0, 0, lastStream, 0, 0, 0, code), Buffer.from(words)]),
})
/** One field of 4,000 bytes, put into the table, and a hundred references to it of one byte each. */
const bomb = [0x88, 0x40, 1, 0x61, 0x7f, 0xa1, 0x1e, ...Buffer.alloc(4_000, 'b'), ...Buffer.alloc(100, 0xbe)]

describe('a server that speaks HTTP/2 as it likes', () => {
  const rows: [string, readonly H2Step[], OutcomeCode][] = [
    ['answers', [settings, headers(), data('ok')], 'OK'],
    [
      'answers with padding',
      [
        settings,
        {
          type: 0x1,
          flags: 0xd,
          stream: 1,
          payload: Buffer.concat([Buffer.of(2), encodeFields([[':status', '200']]), Buffer.alloc(2)]),
        },
      ],
      'OK',
    ],
    ['answers after early hints', [settings, headers('103'), headers('200', true)], 'OK'],
    [
      'answers in two pieces of a head',
      [settings, { ...headers(), flags: 0x1 }, { type: 9, flags: 4, stream: 1 }],
      'OK',
    ],
    [
      'sends trailers',
      [settings, headers(), data('ok', false), { type: 1, flags: 5, stream: 1, payload: encodeFields([['x', 'y']]) }],
      'OK',
    ],
    [
      'promises more than it sends',
      [settings, headers('200', false, [['content-length', '10']]), data('ok')],
      'TRUNCATED_BODY',
    ],
    ['closes in the middle of the body', [settings, headers(), data('ok', false), 'FIN'], 'TRUNCATED_BODY'],
    [
      'resets the stream in the middle of the body',
      [settings, headers(), data('ok', false), { type: 3, stream: 1, payload: Buffer.of(0, 0, 0, 2) }],
      'TRUNCATED_BODY',
    ],
    ['resets the stream at once', [settings, { type: 3, stream: 1, payload: Buffer.of(0, 0, 0, 7) }], 'H2_ERROR'],
    ['says goodbye', [settings, { type: 7, payload: Buffer.of(0, 0, 0, 0, 0, 0, 0, 11) }], 'H2_ERROR'],
    ['closes without answering', ['FIN'], 'H2_ERROR'],
    ['speaks HTTP/1', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'FIN'], 'H2_ERROR'],
    ['sends interim answers without end', [settings, { endless: headers('103') }], 'NO_FINAL_RESPONSE'],
    ['sends settings without end', [{ endless: settings }], 'H2_ABUSE'],
    ['sends pings without end', [settings, { endless: { type: 6, payload: Buffer.alloc(8) } }], 'H2_ABUSE'],
    [
      'sends window updates without end',
      [settings, { endless: { type: 8, payload: Buffer.of(0, 0, 0, 1) } }],
      'H2_ABUSE',
    ],
    ['sends empty data without end', [settings, headers(), { endless: data('', false) }], 'H2_ABUSE'],
    ['sends unknown frames without end', [settings, { endless: { type: 0x77 } }], 'H2_ABUSE'],
    [
      'sends pieces of a head without end',
      [settings, { ...headers(), flags: 0 }, { endless: { type: 9, stream: 1 } }],
      'H2_ABUSE',
    ],
    [
      'sends a head of a megabyte',
      [
        settings,
        { ...headers(), flags: 0 },
        { endless: { type: 9, stream: 1, payload: encodeFields([['x', 'y'.repeat(15_000)]]) } },
      ],
      'HEADERS_TOO_LARGE',
    ],
    [
      'sends a thousand fields',
      [
        settings,
        headers(
          '200',
          true,
          Array.from({ length: 1_000 }, () => ['a', 'b'] as [string, string]),
        ),
      ],
      'TOO_MANY_HEADERS',
    ],
    [
      'refers to a table that there is not',
      [settings, { type: 1, flags: 5, stream: 1, payload: Buffer.of(0xbe) }],
      'H2_ERROR',
    ],
    [
      'pings in the middle of its head',
      [settings, { ...headers(), flags: 1 }, { type: 6, payload: Buffer.alloc(8) }, { type: 9, flags: 4, stream: 1 }],
      'H2_ERROR',
    ],
    ['breaks off a head', [settings, { ...headers(), flags: 0 }, data('x')], 'H2_ERROR'],
    ['speaks of another stream', [settings, { ...headers(), stream: 3 }], 'H2_ERROR'],
    ['pushes', [settings, { type: 5, stream: 1, payload: Buffer.alloc(4) }], 'H2_ERROR'],
    ['sends data first', [settings, data('x')], 'H2_ERROR'],
    ['sends a frame that is too large', [settings, Buffer.of(0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1)], 'H2_ERROR'],
    [
      'pads more than it sends',
      [settings, { type: 0x1, flags: 0xd, stream: 1, payload: Buffer.of(200, 0x88) }],
      'H2_ERROR',
    ],
    ['sends a status that is none', [settings, headers('2OO', true)], 'BAD_STATUS_LINE'],
    [
      'sends no status',
      [settings, { type: 1, flags: 5, stream: 1, payload: encodeFields([['x', 'y']]) }],
      'BAD_STATUS_LINE',
    ],
    ['hides a NUL in a field', [settings, headers('200', true, [['x', 'a\0b']])], 'BAD_HEADER'],
    ['is silent', [settings], 'TTFB_TIMEOUT'],
    ['stalls in the body', [settings, headers(), data('x', false)], 'BODY_TIMEOUT'],
    ['says something after its end', [settings, headers('200', true), data('x')], 'OK'],
    ['refers to its own table', [settings, raw([0x88, 0x40, 1, 0x61, 1, 0x62, 0xbe])], 'OK'],
    ['sends frames that nobody knows to nowhere', [settings, { type: 0x77, stream: 9 }, headers('200', true)], 'OK'],
    [
      'ranks a stream that there is not',
      [settings, { type: 2, stream: 3, payload: Buffer.alloc(5) }, headers('200', true)],
      'OK',
    ],
    ['announces its end but answers', [settings, goAway(1, 0), headers('200', true)], 'OK'],
    ['does not begin with its settings', [headers('200', true)], 'H2_ERROR'],
    ['sets something on a stream', [{ type: 4, stream: 1 }], 'H2_ERROR'],
    ['acknowledges with more settings', [settings, { type: 4, flags: 1, payload: Buffer.alloc(6) }], 'H2_ERROR'],
    ['sends half a setting', [{ type: 4, payload: Buffer.alloc(5) }], 'H2_ERROR'],
    ['wishes for a window of 4 GB', [{ type: 4, payload: Buffer.of(0, 4, 255, 255, 255, 255) }], 'H2_ERROR'],
    ['opens a window too far', [settings, { type: 8, payload: Buffer.of(0x7f, 255, 255, 255) }], 'H2_ERROR'],
    ['opens a window by nothing', [settings, { type: 8, stream: 1, payload: Buffer.alloc(4) }], 'H2_ERROR'],
    ['pings on a stream', [settings, { type: 6, stream: 1, payload: Buffer.alloc(8) }], 'H2_ERROR'],
    ['pings with seven bytes', [settings, { type: 6, payload: Buffer.alloc(7) }], 'H2_ERROR'],
    ['resets no stream', [settings, { type: 3, payload: Buffer.alloc(4) }], 'H2_ERROR'],
    ['resets with three bytes', [settings, { type: 3, stream: 1, payload: Buffer.alloc(3) }], 'H2_ERROR'],
    ['says half a goodbye', [settings, { type: 7, payload: Buffer.alloc(4) }], 'H2_ERROR'],
    ['sends fields of no stream', [settings, { ...headers(), stream: 0 }], 'H2_ERROR'],
    ['sends data of no stream', [settings, headers(), { ...data('x'), stream: 0 }], 'H2_ERROR'],
    ['goes on with no head', [settings, { type: 9, flags: 4, stream: 1 }], 'H2_ERROR'],
    ['sends two heads', [settings, headers(), headers()], 'H2_ERROR'],
    ['closes in the middle of its head', [settings, { ...headers(), flags: 0 }, 'FIN'], 'INCOMPLETE_HEADERS'],
    ['says two statuses', [settings, headers('200', true, [[':status', '404']])], 'BAD_HEADER'],
    ['says its status last', [settings, raw([0x00, 1, 0x61, 1, 0x62, 0x88])], 'BAD_STATUS_LINE'],
    ['asks in its answer', [settings, headers('200', true, [[':path', '/']])], 'BAD_HEADER'],
    ['says a status in its trailers', [settings, headers(), headers('200', true)], 'BAD_HEADER'],
    ['switches protocols', [settings, headers('101')], 'UNEXPECTED_UPGRADE'],
    ['ends after an interim answer', [settings, headers('103', true)], 'NO_FINAL_RESPONSE'],
    ['keeps a connection of HTTP/1 alive', [settings, headers('200', true, [['connection', 'close']])], 'BAD_HEADER'],
    ['sends chunks', [settings, headers('200', true, [['transfer-encoding', 'chunked']])], 'BAD_HEADER'],
    ['names a field in capitals', [settings, headers('200', true, [['X', 'y']])], 'BAD_HEADER'],
    ['names a field nothing', [settings, headers('200', true, [['', 'y']])], 'BAD_HEADER'],
    ['names a field in two words', [settings, headers('200', true, [['x y', 'z']])], 'BAD_HEADER'],
    ['breaks a line in a field', [settings, headers('200', true, [['x', 'a\r\nb']])], 'BAD_HEADER'],
    ['packs a bomb into its head', [settings, raw(bomb)], 'H2_ABUSE'],
    ['resizes its table beyond ours', [settings, raw([0x3f, 0xe2, 0x1f, 0x88])], 'H2_ERROR'],
    ['sends a body in crumbs', [settings, headers(), { endless: data('x', false) }], 'H2_ABUSE'],
    [
      'sends a body in crumbs with much padding',
      [
        settings,
        headers(),
        { endless: { type: 0, flags: 8, stream: 1, payload: Buffer.concat([Buffer.of(250, 65), Buffer.alloc(250)]) } },
      ],
      'H2_ABUSE',
    ],
    [
      'sends nothing but padding',
      [
        settings,
        headers(),
        { endless: { type: 0, flags: 8, stream: 1, payload: Buffer.concat([Buffer.of(255), Buffer.alloc(255)]) } },
      ],
      'H2_ABUSE',
    ],
    ['says goodbye without end', [settings, { endless: goAway(1, 0) }], 'H2_ABUSE'],
    [
      'sends a body without end',
      [settings, headers(), { endless: data('x'.repeat(16_000), false) }],
      'BODY_CAP_REACHED',
    ],
  ]
  test.each(rows)('%s: %s', async (_what, script, code) => {
    const site = await startH2Target(script)
    started.push(site)
    const before = openDescriptors()
    const startedAtMs = performance.now()
    const cpuBefore = process.cpuUsage()
    const outcome = await asking(site.url, { timeoutMs: 400 })
    const cpu = process.cpuUsage(cpuBefore)
    expect(outcome.code).toBe(code)
    expect(outcome.message).toMatch(/^[\x20-\x7e…]{1,300}$/)
    expect(performance.now() - startedAtMs).toBeLessThan(2_000)
    expect(cpu.user + cpu.system).toBeLessThan(500_000)
    await until(() => site.openConnections() === 0, 'the connection to close')
    await until(() => openDescriptors() <= before, 'the descriptors to be given back')
  })
})

describe('what is said of a server over HTTP/2', () => {
  const rows: [string, readonly H2Step[], RegExp][] = [
    ['speaks HTTP/1', [Buffer.from('HTTP/1.1 400 Bad\r\n\r\n')], /answered 'HTTP\/1\.1 400 Bad' instead of HTTP\/2$/],
    ['says why it leaves', [settings, goAway(0, 11, 'too\x07many')], /\(ENHANCE_YOUR_CALM: 'too\\x07many'\)$/],
    ['packs a bomb', [settings, raw(bomb)], /sends 4,107 bytes of fields that unfold into more than 65,536$/],
    ['sends an odd ping', [settings, { type: 6, payload: Buffer.alloc(7) }], /sends PING of 7 bytes/],
    ['belongs to HTTP/1', [settings, headers('200', true, [['upgrade', 'h2c']])], /'upgrade' has no place in HTTP\/2$/],
  ]
  test.each(rows)('that %s names it', async (_what, script, message) => {
    const site = await startH2Target(script)
    started.push(site)
    expect((await asking(site.url)).message).toMatch(message)
  })
})

describe('the windows of a server', () => {
  const window = (byteCount: number): H2Step => {
    const payload = Buffer.of(0, 4, 0, 0, 0, 0)
    payload.writeUInt32BE(byteCount, 2)
    return { type: 4, payload }
  }
  const post = { method: 'POST', body: 'ä'.repeat(65_536), timeoutMs: 300 } as const
  const posting = async (script: readonly H2Step[]) => {
    const site = await startH2Target(script)
    started.push(site)
    return { outcome: await asking(site.url, post), received: site.dataBytes() }
  }

  test('that stay closed keep the rest of a request back, which is their fault', async () => {
    const { outcome, received } = await posting([window(0)])
    expect(outcome).toMatchObject({ verdict: 'down', code: 'H2_ABUSE' })
    expect(outcome.message).toBe('HTTP/2: the server left no room for the last 65,537 bytes of the request')
    expect(received).toBe(65_535)
  })

  test('do not add up where one setting replaces another', async () => {
    const { received } = await posting([window(70_000), window(70_000), { type: 8, payload: Buffer.of(0, 1, 0, 0) }])
    expect(received).toBe(70_000)
  })

  test('that close do not matter to who has nothing to send', async () => {
    const site = await startH2Target([window(0), headers('200', true)])
    started.push(site)
    expect((await asking(site.url)).code).toBe('OK')
  })
})
