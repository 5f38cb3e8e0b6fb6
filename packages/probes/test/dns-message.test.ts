import { describe, expect, test } from 'bun:test'
import dnsPacket, { type Answer, type Packet } from 'dns-packet'
import { createRandom } from '../farm/random.ts'
import { type DnsQuestion, decodeAnswer, encodeQuery } from '../src/dns/message.ts'
import { wireName } from '../src/dns/wire-name.ts'

const question: DnsQuestion = { name: 'shop.example', type: 'A' }
const ID = 0x1234
const A: Answer = { type: 'A', name: 'shop.example', ttl: 60, data: '192.0.2.1' }

const answered = (answers: Answer[], rest: Packet = {}, asked = question): Buffer =>
  dnsPacket.encode({ type: 'response', id: ID, questions: [asked], answers, ...rest })

/** A header, the question, and whatever comes behind it. */
function raw(
  counts: { flags?: number; questions?: number; answers?: number; authorities?: number },
  rest: Buffer[] = [],
) {
  const { flags = 0x8180, questions = 1, answers = 0, authorities = 0 } = counts
  const header = Buffer.alloc(12)
  for (const [index, value] of [ID, flags, questions, answers, authorities, 0].entries()) {
    header.writeUInt16BE(value, index * 2)
  }
  const asked = questions === 0 ? [] : [wireName('shop.example') ?? Buffer.alloc(0), Buffer.from([0, 1, 0, 1])]
  return Buffer.concat([header, ...asked, ...rest])
}

/** A record of the name in the question. */
function record(type: number, data: Buffer, { ttl = 60, length = data.length, inClass = 1, name = [0xc0, 12] } = {}) {
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(type, 0)
  fixed.writeUInt16BE(inClass, 2)
  fixed.writeUInt32BE(ttl, 4)
  fixed.writeUInt16BE(length, 8)
  return Buffer.concat([Buffer.from(name), fixed, data])
}
const ADDRESS = Buffer.from([192, 0, 2, 1])
const values = (bytes: Buffer) => decodeAnswer(bytes, question)?.answers.map(({ value }) => value)

describe('a question', () => {
  test('is read by another implementation as it was meant', () => {
    const packet = dnsPacket.decode(encodeQuery(question, ID, true) ?? Buffer.alloc(0))
    expect(packet).toMatchObject({
      id: ID,
      type: 'query',
      flag_rd: true,
      questions: [{ ...question, class: 'IN' }],
      additionals: [{ type: 'OPT', udpPayloadSize: 1_232, ednsVersion: 0 }],
    } as object)
  })

  test('about the root, without extensions', () => {
    const packet = dnsPacket.decode(encodeQuery({ name: '', type: 'NS' }, 1, false) ?? Buffer.alloc(0))
    expect(packet).toMatchObject({ questions: [{ name: '.', type: 'NS' }], additionals: [] } as object)
  })

  test.each([
    ['with an empty label', 'a..b'],
    ['that begins with a dot', '.a'],
    ['with a label of 64 letters', `${'a'.repeat(64)}.example`],
    ['of 254 letters', `${'a.'.repeat(126)}ab`],
    ['with a space', 'a b.example'],
    ['with a NUL', 'a\0.example'],
    ['beyond ASCII', 'bücher.example'],
    ['with an escaped byte', 'a\\000.example'],
  ])('cannot be about a name %s', (_what, name) => {
    expect(encodeQuery({ name, type: 'A' }, 1, true)).toBeUndefined()
  })

  test('may be about the longest of names', () => {
    const name = `${'a.'.repeat(125)}abc`
    expect(name).toHaveLength(253)
    expect(dnsPacket.decode(encodeQuery({ name, type: 'A' }, 1, false) ?? Buffer.alloc(0)).questions?.[0]?.name).toBe(
      name,
    )
  })
})

describe('an answer', () => {
  const soa = { mname: 'ns.example', rname: 'a.b.example', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 }
  const records: [DnsQuestion['type'], Partial<Answer>, string][] = [
    ['A', { data: '192.0.2.1' }, '192.0.2.1'],
    ['AAAA', { data: '2001:db8::1:0:0:1' }, '2001:db8::1:0:0:1'],
    ['AAAA', { data: '::' }, '::'],
    ['AAAA', { data: '::1' }, '::1'],
    ['AAAA', { data: 'fe80::' }, 'fe80::'],
    ['AAAA', { data: '1:2:3:4:5:6:7:8' }, '1:2:3:4:5:6:7:8'],
    ['AAAA', { data: '1:0:3:4:5:6:7:8' }, '1:0:3:4:5:6:7:8'],
    ['CNAME', { data: 'CDN.example' }, 'cdn.example'],
    ['NS', { data: 'ns.example' }, 'ns.example'],
    ['PTR', { data: 'host.example' }, 'host.example'],
    ['MX', { data: { preference: 10, exchange: 'Mail.example' } }, '10 mail.example'],
    ['TXT', { data: ['v=spf1 ', 'ü'] }, 'v=spf1 ü'],
    ['SOA', { data: soa }, 'ns.example a.b.example 1 2 3 4 5'],
    ['SRV', { data: { priority: 1, weight: 2, port: 3, target: 'sip.example' } }, '1 2 3 sip.example'],
    ['CAA', { data: { flags: 128, tag: 'issue', value: 'ca.example' } }, '128 issue "ca.example"'],
  ]
  test.each(records)('with a record of type %s, %j, is read', (type, data, value) => {
    const asked = { name: 'shop.example', type }
    const bytes = answered([{ type, name: 'Shop.example', ttl: 60, ...data } as Answer], {}, asked)
    expect(decodeAnswer(bytes, asked)?.answers).toEqual([{ name: 'shop.example', type, ttlSeconds: 60, value }])
  })

  test('keeps a dot inside of a label apart from the dots between them', () => {
    const name = Buffer.from([5, 0x61, 0x2e, 0x62, 0x00, 0xff, 0])
    expect(values(raw({ answers: 1 }, [record(5, name)]))).toEqual(['a\\.b\\000\\255'])
  })

  test('holds no records of other classes and unknown types', () => {
    const others = [record(1, ADDRESS, { inClass: 3 }), record(65_280, Buffer.alloc(9)), record(1, ADDRESS)]
    expect(values(raw({ answers: 3 }, others))).toEqual(['192.0.2.1'])
  })

  test('has no time to live below nothing', () => {
    const bytes = raw({ answers: 1 }, [record(1, ADDRESS, { ttl: 0x80000001 })])
    expect(decodeAnswer(bytes, question)?.answers[0]?.ttlSeconds).toBe(0)
  })

  test('is read up to its 256th record', () => {
    const many = Array.from({ length: 2_000 }, () => record(1, ADDRESS))
    expect(values(raw({ answers: 2_000, authorities: 1 }, many))).toHaveLength(256)
  })

  test('that was cut in the midst of a record is still known to be cut', () => {
    const bytes = raw({ flags: 0x8380, answers: 2 }, [record(1, ADDRESS), Buffer.from([0xc0])])
    expect(decodeAnswer(bytes, question)).toMatchObject({ isTruncated: true, answers: [] })
  })

  test('may leave the question out where it refuses, and only there', () => {
    expect(decodeAnswer(raw({ flags: 0x8001, questions: 0 }), question)).toMatchObject({ rcode: 1 })
    expect(decodeAnswer(raw({ flags: 0x8000, questions: 0 }), question)).toBeUndefined()
    expect(decodeAnswer(raw({ flags: 0x8003, questions: 0 }), question)).toBeUndefined()
  })
})

describe('no answer', () => {
  const rows: [string, Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['a header alone', raw({}).subarray(0, 12)],
    ['a query', raw({ flags: 0x0100 })],
    ['a notification', raw({ flags: 0xa000 })],
    ['two questions', raw({ questions: 2 })],
    ['another name', answered([], {}, { name: 'other.example', type: 'A' })],
    ['another type', answered([], {}, { name: 'shop.example', type: 'AAAA' })],
    ['a name that points to itself', raw({ answers: 1 }, [record(1, ADDRESS, { name: [0xc0, 30] })])],
    ['a name that points ahead', raw({ answers: 1 }, [record(1, ADDRESS, { name: [0xc0, 40] })])],
    ['two names that point to each other', raw({ answers: 1 }, [record(5, Buffer.from([0xc0, 44, 0xc0, 42]))])],
    ['a reserved kind of label', raw({ answers: 1 }, [record(1, ADDRESS, { name: [0x80, 0] })])],
    ['a name of 300 bytes', raw({ answers: 1 }, [record(5, Buffer.concat([Buffer.alloc(298, 1), Buffer.alloc(2)]))])],
    ['an address of 3 bytes', raw({ answers: 1 }, [record(1, ADDRESS.subarray(1))])],
    ['an address of 5 bytes', raw({ answers: 1 }, [record(1, Buffer.from([1, 2, 3, 4, 5]))])],
    ['a record that is longer than the message', raw({ answers: 1 }, [record(1, ADDRESS, { length: 400 })])],
    ['a text that is longer than its record', raw({ answers: 1 }, [record(16, Buffer.from([200, 97]))])],
    ['more records promised than sent', raw({ answers: 2 }, [record(1, ADDRESS)])],
  ]
  test.each(rows)('is %s', (_what, bytes) => {
    expect(decodeAnswer(bytes, question)).toBeUndefined()
  })

  test('is any answer that was cut anywhere', () => {
    const whole = answered([A, { type: 'TXT', name: 'shop.example', ttl: 1, data: 'text' }])
    for (let length = 0; length < whole.length; length += 1) {
      expect(decodeAnswer(whole.subarray(0, length), question)).toBeUndefined()
    }
    expect(decodeAnswer(whole, question)?.answers).toHaveLength(2)
  })

  test('takes long to read: a message of 64 KiB made of pointers', () => {
    const links = 8_000
    const chainAt = raw({}).length + 12
    const chain = Buffer.alloc(links * 2)
    for (let link = 0; link < links; link += 1) {
      chain.writeUInt16BE(0xc000 | (link === 0 ? 12 : chainAt + (link - 1) * 2), link * 2)
    }
    const end = chainAt + (links - 1) * 2
    const toItsEnd = record(1, ADDRESS, { name: [0xc0 | (end >> 8), end & 0xff] })
    const bytes = raw({ answers: 3_000 }, [record(65_280, chain), ...Array.from({ length: 2_999 }, () => toItsEnd)])
    const startedAtMs = performance.now()
    expect(decodeAnswer(bytes, question)).toBeUndefined()
    expect(performance.now() - startedAtMs).toBeLessThan(200)
  })

  test('makes the reader throw: answers with bytes turned over, and noise', () => {
    const { below, pick } = createRandom(7)
    const seeds = wellFormed()
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = Buffer.from(pick(seeds))
      for (let flips = below(6); flips >= 0; flips -= 1) bytes[below(bytes.length)] = below(256)
      const { answers = [] } = decodeAnswer(bytes, question) ?? {}
      expect(answers.length).toBeLessThanOrEqual(256)
    }
  })
})

function wellFormed(): Buffer[] {
  const name = 'shop.example'
  return [
    answered([
      { type: 'CNAME', name, ttl: 1, data: 'cdn.example' },
      { ...A, name: 'cdn.example' },
    ]),
    answered([
      { type: 'TXT', name, ttl: 1, data: ['one', 'two'] },
      { type: 'AAAA', name, ttl: 1, data: '2001:db8::1' },
    ]),
    answered([
      { type: 'CAA', name, ttl: 1, data: { flags: 0, tag: 'issue', value: 'x' } },
      { type: 'NS', name, data: 'n.x' },
    ]),
    answered([{ type: 'MX', name, ttl: 1, data: { preference: 1, exchange: 'm.x' } }], {
      authorities: [
        {
          type: 'SOA',
          name,
          data: { mname: 'n', rname: 'r', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 },
        },
      ],
    }),
  ]
}
