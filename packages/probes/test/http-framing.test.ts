import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { verdictOf } from '../src/engine/failure.ts'
import { openDescriptors, phaseSumUs, probe, probeScript, type Row, until } from './farm.ts'

const OK = 'HTTP/1.1 200 OK\r\n'
const EMPTY = `${OK}Content-Length: 0\r\n\r\n`
const chunked = (...parts: string[]) => [`${OK}Transfer-Encoding: chunked\r\n\r\n`, ...parts]
const SOON = 700

const connections: Row[] = [
  {
    name: 'accepts and says nothing',
    script: [],
    code: 'TTFB_TIMEOUT',
    spec: { timeoutMs: 300 },
    withinMs: 550,
    message: /no response in \d+ ms/,
  },
  { name: 'accepts and closes at once', script: ['FIN'], target: { greets: true }, code: 'EMPTY_REPLY' },
  {
    name: 'closes after the request',
    script: ['FIN'],
    code: 'EMPTY_REPLY',
    message: /closed the connection without answering/,
  },
  { name: 'accepts and resets at once', script: ['RST'], target: { greets: true }, code: 'TCP_RESET' },
  { name: 'resets after the request', script: ['RST'], code: 'TCP_RESET' },
  {
    name: 'resets in the middle of the headers',
    script: [`${OK}Server: x\r\nX-Half`, { pauseMs: 30 }, 'RST'],
    code: 'RESET_IN_HEADERS',
    message: /after 34 bytes/,
  },
  { name: 'closes before the headers are complete', script: [`${OK}Server: x\r\n`, 'FIN'], code: 'INCOMPLETE_HEADERS' },
  { name: 'closes in the middle of the status line', script: ['HTTP/1.1 2', 'FIN'], code: 'INCOMPLETE_HEADERS' },
  {
    name: 'speaks SSH',
    script: ['SSH-2.0-OpenSSH_9.6\r\n'],
    target: { greets: true },
    code: 'NOT_HTTP',
    message: /'SSH-2.0-OpenSSH_9.6' instead of HTTP/,
  },
  { name: 'speaks SMTP', script: ['220 mail.example ESMTP\r\n'], target: { greets: true }, code: 'NOT_HTTP' },
  {
    name: 'speaks TLS on a plain port',
    script: [Uint8Array.of(0x15, 3, 3, 0, 2, 2, 10)],
    code: 'NOT_HTTP',
    message: /speaks TLS/,
  },
  { name: 'answers before it was asked', script: [EMPTY, 'FIN'], target: { greets: true }, code: 'OK' },
  {
    name: 'answers in full and then resets',
    script: [`${OK}Content-Length: 2\r\n\r\nok`, { pauseMs: 20 }, 'RST'],
    code: 'OK',
  },
]

const statusLines: Row[] = [
  { name: 'sends a body alone (HTTP/0.9)', script: ['<html>hello</html>', 'FIN'], code: 'NOT_HTTP' },
  { name: 'sends garbage without end', script: [{ endless: 'garbage' }], code: 'NOT_HTTP' },
  { name: 'sends a single wrong byte and waits', script: ['X'], code: 'NOT_HTTP' },
  { name: 'leaves out the reason', script: ['HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n'], code: 'OK' },
  {
    name: 'leaves out the reason but not its space',
    script: ['HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n'],
    code: 'OK',
  },
  { name: 'ends its lines with line feeds alone', script: ['HTTP/1.1 200 OK\nContent-Length: 2\n\nok'], code: 'OK' },
  { name: 'sends one empty line first', script: [`\r\n${EMPTY}`], code: 'OK' },
  { name: 'sends two empty lines first', script: [`\r\n\r\n${EMPTY}`], code: 'NOT_HTTP' },
  {
    name: 'sends its answer byte by byte',
    script: [{ drip: `${OK}Content-Length: 2\r\n\r\nok`, everyMs: 1 }],
    code: 'OK',
  },
  { name: 'spells the protocol in small letters', script: ['http/1.1 200 OK\r\n\r\n', 'FIN'], code: 'BAD_STATUS_LINE' },
  { name: 'puts two spaces before the status', script: ['HTTP/1.1  200 OK\r\n\r\n', 'FIN'], code: 'BAD_STATUS_LINE' },
  { name: 'answers 2OO with letters', script: ['HTTP/1.1 2OO OK\r\n\r\n', 'FIN'], code: 'BAD_STATUS_LINE' },
  { name: 'answers 000', script: ['HTTP/1.1 000 OK\r\n\r\n', 'FIN'], code: 'BAD_STATUS_LINE' },
  { name: 'answers 099', script: ['HTTP/1.1 099 OK\r\n\r\n', 'FIN'], code: 'BAD_STATUS_LINE' },
  { name: 'answers -1', script: ['HTTP/1.1 -1 OK\r\n\r\n', 'FIN'], code: 'BAD_STATUS_LINE' },
  {
    name: 'answers a hundred digits',
    script: [`HTTP/1.1 ${'2'.repeat(100)} OK\r\n\r\n`, 'FIN'],
    code: 'BAD_STATUS_LINE',
  },
  { name: 'names no version', script: ['HTTP/ 200 OK\r\n\r\n', 'FIN'], code: 'BAD_STATUS_LINE' },
  { name: 'claims HTTP/2.0', script: ['HTTP/2.0 200 OK\r\n\r\n', 'FIN'], code: 'BAD_HTTP_VERSION' },
  { name: 'claims HTTP/1.9', script: ['HTTP/1.9 200 OK\r\n\r\n', 'FIN'], code: 'BAD_HTTP_VERSION' },
  { name: 'claims HTTP/3', script: ['HTTP/3 200\r\n\r\n', 'FIN'], code: 'BAD_HTTP_VERSION' },
  {
    name: 'answers 999',
    script: ['HTTP/1.1 999 What\r\n\r\n', 'FIN'],
    code: 'UNEXPECTED_STATUS',
    message: /answered 999/,
  },
  { name: 'answers 600', script: ['HTTP/1.1 600 What\r\n\r\n', 'FIN'], code: 'UNEXPECTED_STATUS' },
  { name: 'hides a NUL in the reason', script: ['HTTP/1.1 200 O\0K\r\n\r\n', 'FIN'], code: 'BAD_HEADER' },
  {
    name: 'hides an escape sequence in the reason',
    script: ['HTTP/1.1 200 \x1b[31mOK\r\n\r\n', 'FIN'],
    code: 'BAD_HEADER',
    message: /\\x1b/,
  },
  {
    name: 'writes its reason in Latin-1',
    script: ['HTTP/1.1 200 D\xe9j\xe0\r\nContent-Length: 0\r\n\r\n'],
    code: 'OK',
  },
  { name: 'never ends its status line', script: [`HTTP/1.1 200 ${'a'.repeat(9_000)}`], code: 'HEADERS_TOO_LARGE' },
]

const headers: Row[] = [
  { name: 'sends a field without a colon', script: [`${OK}nonsense\r\n\r\n`], code: 'BAD_HEADER' },
  { name: 'puts a space before the colon', script: [`${OK}Server : x\r\n\r\n`], code: 'BAD_HEADER' },
  { name: 'sends a field without a name', script: [`${OK}: x\r\n\r\n`], code: 'BAD_HEADER' },
  { name: 'folds a field', script: [`${OK}Server: x\r\n  y\r\n\r\n`], code: 'BAD_HEADER' },
  { name: 'folds the first field', script: [`${OK} Server: x\r\n\r\n`], code: 'BAD_HEADER' },
  { name: 'hides a NUL in a field', script: [`${OK}Server: a\0b\r\n\r\n`], code: 'BAD_HEADER', message: /\\x00/ },
  { name: 'hides a carriage return in a field', script: [`${OK}Server: a\rb\r\n\r\n`], code: 'BAD_HEADER' },
  {
    name: 'writes a field in UTF-8',
    script: [Buffer.from(`${OK}X-City: Zürich 💥\r\nContent-Length: 0\r\n\r\n`)],
    code: 'OK',
  },
  { name: 'sends 10,000 fields', script: [OK, 'A: b\r\n'.repeat(10_000), '\r\n'], code: 'TOO_MANY_HEADERS' },
  { name: 'sends 200 fields', script: [`${OK}${'A: b\r\n'.repeat(199)}Content-Length: 0\r\n\r\n`], code: 'OK' },
  {
    name: 'sends 100 KiB of cookies',
    script: [OK, `Set-Cookie: ${'c'.repeat(4_000)}\r\n`.repeat(25), '\r\n'],
    code: 'HEADERS_TOO_LARGE',
  },
  {
    name: 'sends one field of 60 KiB',
    script: [`${OK}Csp: ${'c'.repeat(60_000)}\r\nContent-Length: 0\r\n\r\n`],
    code: 'OK',
  },
  { name: 'never comes to the colon', script: [`${OK}${'n'.repeat(60_000)}`], code: 'HEADERS_TOO_LARGE' },
  { name: 'never ends its headers', script: [OK, { endless: 'X: y\r\n' }], code: 'TOO_MANY_HEADERS' },
  {
    name: 'drips its headers',
    script: [OK, { drip: 'X: y\r\n'.repeat(500), everyMs: 20 }],
    code: 'HEADERS_TIMEOUT',
    spec: { timeoutMs: 400 },
    withinMs: 650,
  },
  {
    name: 'stops in the middle of its headers',
    script: [`${OK}Server: x\r\n`],
    code: 'HEADERS_TIMEOUT',
    spec: { timeoutMs: 300 },
    withinMs: 550,
  },
]

const lengths: Row[] = [
  { name: 'sends exactly its length', script: [`${OK}Content-Length: 5\r\n\r\nhello`], code: 'OK' },
  { name: 'sends more than its length', script: [`${OK}Content-Length: 5\r\n\r\nhello, world`, 'FIN'], code: 'OK' },
  {
    name: 'promises more than it sends',
    script: [`${OK}Content-Length: 5000\r\n\r\n${'x'.repeat(1_234)}`, 'FIN'],
    code: 'TRUNCATED_BODY',
    message: /promised 5,000 bytes, sent 1,234/,
  },
  {
    name: 'resets in the middle of the body',
    script: [`${OK}Content-Length: 5000\r\n\r\nxx`, { pauseMs: 30 }, 'RST'],
    code: 'TRUNCATED_BODY',
  },
  {
    name: 'names two different lengths',
    script: [`${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`, 'FIN'],
    code: 'BAD_CONTENT_LENGTH',
  },
  {
    name: 'names the same length twice',
    script: [`${OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`],
    code: 'OK',
  },
  { name: 'names the same length twice in one field', script: [`${OK}Content-Length: 5, 5\r\n\r\nhello`], code: 'OK' },
  {
    name: 'stalls at 99 %',
    script: [`${OK}Content-Length: 100\r\n\r\n${'x'.repeat(99)}`],
    code: 'BODY_TIMEOUT',
    spec: { timeoutMs: 300 },
    withinMs: 550,
  },
  {
    name: 'drips its body',
    script: [`${OK}Content-Length: 5000\r\n\r\n`, { drip: 'x'.repeat(5_000), everyMs: 20 }],
    code: 'BODY_TIMEOUT',
    spec: { timeoutMs: 400 },
    withinMs: 650,
  },
  {
    name: 'promises 5 GB',
    script: [`${OK}Content-Length: 5368709120\r\n\r\n`, { endless: 'x'.repeat(65_536) }],
    code: 'OK',
  },
  { name: 'sends without end', script: [`${OK}\r\n`, { endless: 'x'.repeat(65_536) }], code: 'BODY_CAP_REACHED' },
  { name: 'ends its body by closing', script: [`${OK}\r\nhello`, 'FIN'], code: 'OK' },
  { name: 'speaks HTTP/1.0 and closes', script: ['HTTP/1.0 200 OK\r\n\r\nhello', 'FIN'], code: 'OK' },
  {
    name: 'resets a body that closing would end',
    script: [`${OK}\r\nhello`, { pauseMs: 30 }, 'RST'],
    code: 'TRUNCATED_BODY',
  },
  {
    name: 'names no length and never closes',
    script: [`${OK}Connection: keep-alive\r\n\r\nhello`],
    code: 'BODY_TIMEOUT',
    spec: { timeoutMs: 300 },
    withinMs: 550,
  },
  { name: 'sends NULs and invalid UTF-8', script: [`${OK}Content-Length: 4\r\n\r\n\0\xff\xfe\xc3`], code: 'OK' },
  ...['-1', '+5', '0x5', 'five', '', '5 5', '5;', '18446744073709551616'].map<Row>((length) => ({
    name: `names the length '${length}'`,
    script: [`${OK}Content-Length: ${length}\r\n\r\nhello`, 'FIN'],
    code: 'BAD_CONTENT_LENGTH',
  })),
]

const chunks: Row[] = [
  { name: 'sends chunks', script: chunked('5\r\nhello\r\n', '7\r\n, world\r\n', '0\r\n\r\n'), code: 'OK' },
  {
    name: 'sends chunks byte by byte',
    script: [
      `${OK}Transfer-Encoding: Chunked\r\n\r\n`,
      { drip: 'a;x=y\r\n0123456789\r\n0\r\nX: y\r\n\r\n', everyMs: 1 },
    ],
    code: 'OK',
  },
  { name: 'sends a trailer', script: chunked('1\r\na\r\n0\r\nX-Sum: 1\r\nX-Other: 2\r\n\r\n'), code: 'OK' },
  {
    name: 'sends both a length and chunks',
    script: [`${OK}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`],
    code: 'AMBIGUOUS_LENGTH',
  },
  {
    name: 'names chunked in two fields',
    script: [`${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    code: 'OK',
  },
  {
    name: 'closes before the last chunk',
    script: chunked('5\r\nhello\r\n', 'FIN'),
    code: 'TRUNCATED_BODY',
    message: /after 5 bytes/,
  },
  { name: 'closes in the middle of a chunk', script: chunked('5\r\nhe', 'FIN'), code: 'TRUNCATED_BODY' },
  {
    name: 'closes after the last chunk, before its empty line',
    script: chunked('5\r\nhello\r\n0\r\n', 'FIN'),
    code: 'TRUNCATED_BODY',
  },
  {
    name: 'never sends the last chunk',
    script: chunked('5\r\nhello\r\n'),
    code: 'BODY_TIMEOUT',
    spec: { timeoutMs: 300 },
    withinMs: 550,
  },
  {
    name: 'sends chunks without end',
    script: [`${OK}Transfer-Encoding: chunked\r\n\r\n`, { endless: `8000\r\n${'x'.repeat(0x8000)}\r\n` }],
    code: 'BODY_CAP_REACHED',
  },
  {
    name: 'sends a chunk extension of 1 MB',
    script: chunked(`5;${'x'.repeat(1_000_000)}\r\nhello\r\n0\r\n\r\n`),
    code: 'BAD_CHUNK',
  },
  { name: 'sends a size that is not a number', script: chunked('zz\r\nhello\r\n'), code: 'BAD_CHUNK' },
  { name: 'sends a negative size', script: chunked('-5\r\nhello\r\n'), code: 'BAD_CHUNK' },
  { name: 'sends an empty size', script: chunked('\r\nhello\r\n'), code: 'BAD_CHUNK' },
  { name: 'sends a size of 2^64', script: chunked('10000000000000000\r\nhello\r\n'), code: 'BAD_CHUNK' },
  { name: 'sends more than the size', script: chunked('3\r\nhello\r\n0\r\n\r\n'), code: 'BAD_CHUNK' },
  { name: 'hides a NUL in a chunk extension', script: chunked('5;a\0\r\nhello\r\n'), code: 'BAD_CHUNK' },
  { name: 'hides a NUL in a trailer', script: chunked('0\r\nX: a\0b\r\n\r\n'), code: 'BAD_TRAILER' },
  { name: 'sends a trailer without a colon', script: chunked('0\r\nnonsense\r\n\r\n'), code: 'BAD_TRAILER' },
  { name: 'sends trailers without end', script: [...chunked('0\r\n'), { endless: 'X: y\r\n' }], code: 'BAD_TRAILER' },
  ...[
    'chunked, chunked',
    'chunked, identity',
    'chunked, gzip',
    'gzip, chunked',
    'gzip',
    'identity',
    'chunkedd',
    '',
  ].map<Row>((coding) => ({
    name: `names the transfer encoding '${coding}'`,
    script: [`${OK}Transfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`, 'FIN'],
    code: 'BAD_TRANSFER_ENCODING',
  })),
]

const statuses: Row[] = [
  { name: 'sends 100 Continue and then 200', script: [`HTTP/1.1 100 Continue\r\n\r\n${EMPTY}`], code: 'OK' },
  {
    name: 'sends 103 Early Hints twice and then 200',
    script: ['HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(2), EMPTY],
    code: 'OK',
  },
  {
    name: 'sends 100 Continue and closes',
    script: ['HTTP/1.1 100 Continue\r\n\r\n', 'FIN'],
    code: 'NO_FINAL_RESPONSE',
  },
  {
    name: 'sends 100 Continue without end',
    script: [{ endless: 'HTTP/1.1 100 Continue\r\n\r\n' }],
    code: 'NO_FINAL_RESPONSE',
  },
  {
    name: 'switches protocols although nobody asked',
    script: ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n'],
    code: 'UNEXPECTED_UPGRADE',
  },
  { name: 'sends 204 with a body', script: ['HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello'], code: 'OK' },
  {
    name: 'sends 204 in chunks',
    script: ['HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n'],
    code: 'OK',
  },
  {
    name: 'sends 304 with a length, unasked',
    script: ['HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
    code: 'UNEXPECTED_STATUS',
  },
  {
    name: 'sends 304 where that is expected',
    script: ['HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
    spec: { expectedStatus: [{ from: 304, to: 304 }] },
    code: 'OK',
  },
  {
    name: 'sends 404 with a body that never ends',
    script: ['HTTP/1.1 404 Not Found\r\n\r\n', { endless: 'x'.repeat(65_536) }],
    code: 'UNEXPECTED_STATUS',
  },
  {
    name: 'sends 404 where that is expected',
    script: ['HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'],
    spec: {
      expectedStatus: [
        { from: 200, to: 299 },
        { from: 404, to: 404 },
      ],
    },
    code: 'OK',
  },
  {
    name: 'sends 429',
    script: ['HTTP/1.1 429 Too Many Requests\r\n\r\n', 'FIN'],
    code: 'RATE_LIMITED',
    verdict: 'degraded',
  },
  {
    name: 'sends 503 with Retry-After',
    script: ['HTTP/1.1 503 Busy\r\nretry-after: 120\r\n\r\n', 'FIN'],
    code: 'RATE_LIMITED',
    verdict: 'degraded',
  },
  { name: 'sends 503 without Retry-After', script: ['HTTP/1.1 503 Busy\r\n\r\n', 'FIN'], code: 'UNEXPECTED_STATUS' },
  ...[300, 305, 306, 400, 408, 421, 425, 431, 500, 520, 526].map<Row>((status) => ({
    name: `sends ${status}`,
    script: [`HTTP/1.1 ${status} Status\r\nContent-Length: 0\r\n\r\n`],
    code: 'UNEXPECTED_STATUS',
    message: new RegExp(`answered ${status}`),
  })),
]

let descriptorsBefore = 0
const rejections: unknown[] = []
const noteRejection = (reason: unknown) => rejections.push(reason)
beforeAll(async () => {
  process.on('unhandledRejection', noteRejection)
  await probeScript({ name: 'warm', script: [EMPTY], code: 'OK' })
  descriptorsBefore = openDescriptors()
})
afterAll(async () => {
  await until(() => openDescriptors() <= descriptorsBefore, 'all descriptors to be closed')
  process.off('unhandledRejection', noteRejection)
  expect(rejections).toEqual([])
})

const farms: [string, Row[]][] = [
  ['whose connection is odd', connections],
  ['with an odd status line', statusLines],
  ['with odd headers', headers],
  ['with an odd length', lengths],
  ['that answers in chunks', chunks],
  ['with an odd status', statuses],
]

describe.each(farms)('a target %s', (_group, rows) => {
  test.each(rows.map((row) => [row.name, row.code, row] as const))('that %s is %s', async (_name, code, row) => {
    const startedAtMs = performance.now()
    const outcome = await probeScript(row)
    const elapsedMs = performance.now() - startedAtMs

    expect({ code: outcome.code, verdict: outcome.verdict }).toEqual({ code, verdict: row.verdict ?? verdictOf(code) })
    expect(outcome.message).toMatch(row.message ?? /./)
    expect(outcome.message).toMatch(/^[\x20-\x7e…]{1,300}$/)
    expect(elapsedMs).toBeLessThan(row.withinMs ?? SOON)
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
    expect(outcome.address).toBe('127.0.0.1')
  })
})

test('a target that refuses the connection is down', async () => {
  const outcome = await probe('http://127.0.0.1:1/')
  expect(outcome).toMatchObject({ verdict: 'down', code: 'TCP_REFUSED', address: '127.0.0.1', status: null })
  expect(outcome.message).toBe('TCP: 127.0.0.1:1 refused the connection')
})
