import { describe, expect, test } from 'bun:test'
import { encodeFields, type Field, FieldDecoder } from '../src/h2/hpack.ts'
import { decodeHuffman } from '../src/h2/huffman.ts'

const bytes = (hex: string) => Buffer.from(hex, 'hex')
const decode = (hex: string) => new FieldDecoder().decode(bytes(hex))

const REQUESTS: readonly (readonly Field[])[] = [
  [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
  ],
  [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
    ['cache-control', 'no-cache'],
  ],
  [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', '/index.html'],
    [':authority', 'www.example.com'],
    ['custom-key', 'custom-value'],
  ],
]

const response = (status: string, seconds: number): Field[] => [
  [':status', status],
  ['cache-control', 'private'],
  ['date', `Mon, 21 Oct 2013 20:13:${seconds} GMT`],
  ['location', 'https://www.example.com'],
]
const RESPONSES: readonly (readonly Field[])[] = [
  response('302', 21),
  response('307', 21),
  [
    ...response('200', 22),
    ['content-encoding', 'gzip'],
    ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
  ],
]

/** The examples of the appendix have a table of 256 bytes, from which entries are evicted. */
const TABLE_OF_256 = '3fe101'

describe('the examples of RFC 7541', () => {
  const rows: [string, readonly (readonly Field[])[], string[]][] = [
    [
      'C.3: requests',
      REQUESTS,
      [
        '828684410f7777772e6578616d706c652e636f6d',
        '828684be58086e6f2d6361636865',
        '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
      ],
    ],
    [
      "C.4: requests in Huffman's code",
      REQUESTS,
      [
        '828684418cf1e3c2e5f23a6ba0ab90f4ff',
        '828684be5886a8eb10649cbf',
        '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
      ],
    ],
    [
      'C.5: responses',
      RESPONSES,
      [
        `${TABLE_OF_256}4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d`,
        '4803333037c1c0bf',
        '88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31',
      ],
    ],
    [
      "C.6: responses in Huffman's code",
      RESPONSES,
      [
        `${TABLE_OF_256}488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3`,
        '4883640effc1c0bf',
        '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
      ],
    ],
  ]
  test.each(rows)('%s', (_name, expected, blocks) => {
    const decoder = new FieldDecoder()
    for (const [index, block] of blocks.entries()) {
      expect(decoder.decode(bytes(block))).toEqual(expected[index] ?? [])
    }
  })

  test("C.4.1 and C.6.1: texts in Huffman's code", () => {
    expect(decodeHuffman(bytes('6402'))).toBe('302')
    expect(decodeHuffman(bytes('d07abe941054d444a8200595040b8166e082a62d1bff'))).toBe('Mon, 21 Oct 2013 20:13:21 GMT')
  })
})

describe('a block of fields', () => {
  test('comes out as it was put in', () => {
    const fields: Field[] = [
      ['x', ''],
      ['long', 'y'.repeat(5_000)],
    ]
    expect(new FieldDecoder().decode(encodeFields(fields))).toEqual(fields)
  })

  test.each([
    ['an index of nothing', '80'],
    ['an index beyond the table', 'ff7f'],
    ['a reference to an empty table', 'be'],
    ['a table larger than ours', '3fe21f'],
    ['a table resized after a field', '8820'],
    ['a text that is cut', '000541'],
    ['a name without a value', '000161'],
    ['a length without end', '007fffffffffffff'],
    ['a length beyond 2^28', '007fffffffff7f'],
    ['a padding of zeros', '000078816400'],
    ['a padding of a whole byte', '00016182fffe'],
    ['the end in a text', '0084ffffffff0161'],
  ])('is broken by %s', (_what, hex) => {
    expect(decode(hex)).toBe('broken')
  })

  test('may not refer to what was evicted', () => {
    const decoder = new FieldDecoder()
    expect(decoder.decode(bytes('4001610162'))).toEqual([['a', 'b']])
    expect(decoder.decode(bytes('be'))).toEqual([['a', 'b']])
    expect(decoder.decode(bytes('20'))).toEqual([])
    expect(decoder.decode(bytes('be'))).toBe('broken')
  })

  test('counts 32 bytes for each entry beside its text', () => {
    const decoder = new FieldDecoder()
    decoder.decode(bytes('3f2140016101624001630164'))
    expect(decoder.decode(bytes('be'))).toEqual([['c', 'd']])
    expect(decoder.decode(bytes('bf'))).toBe('broken')
  })

  test('larger than the table empties it', () => {
    const decoder = new FieldDecoder()
    decoder.decode(bytes('4001610162'))
    const large = Buffer.concat([bytes('4001617fa120'), Buffer.alloc(4_256, 'b')])
    expect(decoder.decode(large)).toEqual([['a', 'b'.repeat(4_256)]])
    expect(decoder.decode(bytes('be'))).toBe('broken')
  })

  test('is bounded in its fields and its bytes, and a bomb is told from a large one', () => {
    const put = Buffer.concat([bytes('4001617fa11e'), Buffer.alloc(4_000, 'b')])
    expect(new FieldDecoder().decode(Buffer.concat([put, Buffer.alloc(100, 0xbe)]))).toBe('bomb')
    expect(new FieldDecoder().decode(Buffer.alloc(201, 0x88))).toBe('too many')
    const fields = Array.from({ length: 14 }, (): Field => ['a', 'b'.repeat(5_000)])
    expect(new FieldDecoder().decode(encodeFields(fields))).toBe('too large')
  })

  test('of whatever bytes is read to its end, and never throws', () => {
    let seed = 7
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return seed >> 16
    }
    const decoder = new FieldDecoder()
    const seen = new Set<string>()
    for (let round = 0; round < 20_000; round += 1) {
      const decoded = decoder.decode(Buffer.from(Array.from({ length: random() % 64 }, random)))
      seen.add(typeof decoded === 'string' ? decoded : 'fields')
    }
    expect(seen).toEqual(new Set(['broken', 'fields']))
  })
})
