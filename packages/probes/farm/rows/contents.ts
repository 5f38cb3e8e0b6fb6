import zlib from 'node:zlib'
import type { Assertion } from '@repo/contracts/specs/assertion'
import type { ScriptRow } from '../row.ts'

const keyword: Assertion = { kind: 'body', is: 'contains', value: 'needle' }
const looking = { assertions: [keyword] }
const json = (at: string): { assertions: Assertion[] } => ({ assertions: [{ kind: 'json', at, is: 'present' }] })

const page = (body: string | Uint8Array, fields = ''): Uint8Array[] => {
  const bytes = Buffer.from(body as Uint8Array)
  return [Buffer.from(`HTTP/1.1 200 OK\r\n${fields}Content-Length: ${bytes.length}\r\n\r\n`, 'latin1'), bytes]
}
const coded = (coding: string) => `Content-Encoding: ${coding}\r\n`
const zeros = Buffer.alloc(8 * 1_048_576)

export const contents: readonly ScriptRow[] = [
  ...(
    [
      ['gzip', zlib.gzipSync(zeros)],
      ['br', zlib.brotliCompressSync(zeros, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } })],
      ['zstd', zlib.zstdCompressSync(zeros)],
      ['deflate', zlib.deflateSync(zeros)],
    ] as const
  ).flatMap(([coding, bomb]): ScriptRow[] => [
    { id: 'E1', name: `sends a bomb in ${coding}`, code: 'OK', script: page(bomb, coded(coding)) },
    {
      id: 'E2',
      name: `sends a bomb in ${coding}, in which a word is looked for`,
      code: 'KEYWORD_NOT_FOUND',
      message: /first 256 KiB/,
      spec: looking,
      script: page(bomb, coded(coding)),
    },
  ]),
  {
    id: 'E3',
    name: 'encodes six times over',
    code: 'OK',
    script: page('x', coded('gzip, gzip, gzip, gzip, gzip, gzip')),
  },
  {
    id: 'E3',
    name: 'encodes six times over, where a word is looked for',
    code: 'TOO_MANY_ENCODINGS',
    spec: looking,
    script: page('x', coded('gzip, gzip, gzip, gzip, gzip, gzip')),
  },
  {
    id: 'E5',
    name: 'breaks the header of gzip',
    code: 'BAD_ENCODING',
    spec: looking,
    script: page('needle', coded('gzip')),
  },
  {
    id: 'E5',
    name: 'cuts gzip short',
    code: 'BAD_ENCODING',
    spec: looking,
    script: page(zlib.gzipSync('needle').subarray(0, -6), coded('gzip')),
  },
  { id: 'E5', name: 'breaks gzip where nobody looks', code: 'OK', script: page('needle', coded('gzip')) },
  {
    id: 'E6',
    name: 'sends two members of gzip',
    code: 'OK',
    spec: looking,
    script: page(Buffer.concat([zlib.gzipSync('hay'), zlib.gzipSync('needle')]), coded('gzip')),
  },
  { id: 'E13', name: 'sends UTF-16', code: 'OK', spec: looking, script: page(Buffer.from('\ufeffneedle', 'utf16le')) },
  { id: 'E13', name: 'sends NULs around the word', code: 'OK', spec: looking, script: page('\0needle\0') },
  {
    id: 'E14',
    name: 'splits the word between two chunks',
    code: 'OK',
    spec: looking,
    script: [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nnee\r\n',
      { pauseMs: 20 },
      '3\r\ndle\r\n0\r\n\r\n',
    ],
  },
  {
    id: 'E15',
    name: 'says the word after what is kept',
    code: 'KEYWORD_NOT_FOUND',
    message: /first 256 KiB/,
    spec: looking,
    script: page(`${'x'.repeat(300_000)}needle`),
  },
  ...(
    [
      ['a hundred thousand levels', '['.repeat(100_000), 'JSON_INVALID'],
      ['no JSON', '<html>', 'JSON_INVALID'],
      ['a number beyond all numbers', '{"a":1e999}', 'OK'],
      ['the name __proto__', '{"__proto__":{"a":1}}', 'JSON_MISMATCH'],
      ['one name twice', '{"a":1,"a":2}', 'OK'],
    ] as const
  ).map(
    ([what, body, code]): ScriptRow => ({
      id: 'E17',
      name: `sends JSON with ${what}`,
      code,
      spec: json('/a'),
      script: page(body),
    }),
  ),
  {
    id: 'E18',
    name: 'sends a ransom note with 200',
    code: 'KEYWORD_PRESENT',
    spec: { assertions: [{ kind: 'body', is: 'not-contains', value: 'bitcoin' }] },
    script: page('send bitcoin'),
  },
  { id: 'E18', name: 'sends a ransom note that nobody looks for', code: 'OK', script: page('send bitcoin') },
  {
    id: 'E19',
    name: 'names a charset that nobody knows',
    code: 'OK',
    spec: looking,
    script: page('needle', 'Content-Type: text/html; charset=\xf0\x9f\x92\xa5\r\n'),
  },
]
