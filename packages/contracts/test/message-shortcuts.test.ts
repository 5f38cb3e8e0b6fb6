import { describe, expect, test } from 'bun:test'
import type { Check, CheckResult } from '@repo/domain/check'
import { parseRegion } from '@repo/domain/region'
import {
  makeCertificateFacts,
  makeHops,
  makeMonitorId,
  makeOutcome,
  makeResult,
  makeTick,
  makeWorkspaceId,
  noonMs,
} from '@repo/domain/testing'
import type { z } from 'zod'
import { type Codec, checkCodec, checkResultCodec, checkResultSchema, checkSchema } from '../src/check-message.ts'
import type { CheckSpec } from '../src/check-spec.ts'
import { isExactResult } from '../src/exact-result.ts'
import { KnownSpecs } from '../src/known-specs.ts'
import { httpSpecSchema } from '../src/specs/http.ts'

const id = makeMonitorId()
const spec = httpSpecSchema.parse({
  kind: 'http',
  url: 'https://example.com/',
  headers: [{ name: 'x-a', value: 'b' }],
  assertions: [{ kind: 'body', is: 'contains', value: ',"spec":{"kind":"tcp"}' }],
})
const check: Check<CheckSpec> = {
  monitorId: id,
  monitorKey: 7,
  region: parseRegion('eu-1'),
  scheduledAtMs: noonMs,
  workspaceId: makeWorkspaceId(),
  expiresAtMs: noonMs + 30_000,
  spec,
}
const result: CheckResult = {
  ...makeResult({ id, monitorKey: 7 }, makeTick('eu-1', noonMs, 'up')),
  outcome: makeOutcome('down', {
    phases: { dns: 1, connect: 2, tls: 3, firstByte: 4, transfer: null, total: 2_147_483_647 },
    address: '2001:db8::1',
    hops: makeHops(3),
    httpVersion: '1.1',
    bodyBytes: 1_234,
    certificate: {
      ...makeCertificateFacts(Date.UTC(2099, 0)),
      chain: [{ subject: 'CN=a', issuer: 'CN=b', notAfter: '2099-01-01T00:00:00.000Z' }],
    },
    facts: { records: ['a', 'b'], serial: 7, isCached: false, nothing: null },
    evidence: {
      request: 'GET / HTTP/1.1',
      responseHead: null,
      body: 'x',
      addresses: ['192.0.2.1'],
      chain: ['CN=a'],
      curl: 'curl x',
    },
  }),
}

/** What may stand anywhere in a message: of every type, and at and beyond every bound. */
const strangers: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1,
  -0,
  0.5,
  998,
  1_000,
  1e300,
  2_147_483_647,
  2_147_483_648,
  Date.UTC(2200, 0) + 1,
  Number.MAX_SAFE_INTEGER + 1,
  '',
  'up',
  'OK',
  'text',
  'so\0so',
  'x'.repeat(1_000),
  'x'.repeat(1_001),
  'x'.repeat(4_097),
  'x'.repeat(16_385),
  '192.0.2.7',
  '192.0.2.0/24',
  '::1',
  '::ffff:1.2.3.4',
  '2099-02-29T00:00:00Z',
  '2099-02-28T00:00:00Z',
  '2099-02-28T00:00:00+01:00',
  '9999-01-01T00:00:00.000Z',
  id,
  id.toUpperCase(),
  [],
  [null],
  ['a'],
  ['a', 1],
  Array(17).fill('a'),
  Array(65).fill('192.0.2.1'),
  Array(257).fill('a'),
  {},
  { a: 1 },
  { a: { b: 1 } },
  { ['n'.repeat(65)]: 1 },
]

type Tree = Record<string, unknown>

/** Every way of changing one place of a message: another value, one field less, one more, one that is written twice. */
function* mutationsOf(message: object): Generator<string> {
  for (const path of pathsOf(message)) {
    const replaced = (value: unknown) => {
      const copy = structuredClone(message) as Tree
      const holder = path.slice(0, -1).reduce((inner, key) => inner[key] as Tree, copy)
      const last = path.at(-1) ?? ''
      if (value === undefined) delete holder[last]
      else holder[last] = value
      return copy
    }
    for (const stranger of strangers) yield JSON.stringify(replaced(stranger))
    yield JSON.stringify(replaced(undefined))
    const added = JSON.stringify(replaced({ added: 'here' }))
    yield added
    yield added.replace('"added"', '"__proto__"')
    yield JSON.stringify(replaced('1e999')).replace('"1e999"', '1e999')
  }
}

function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return []
  return [...Object.keys(value), 'unknownField'].flatMap((key) => [
    [...path, key],
    ...pathsOf((value as Tree)[key], [...path, key]),
  ])
}

/** Texts that only look like what `encode` writes. */
function* disguisesOf(text: string): Generator<string> {
  yield text
  yield ` ${text} `
  for (let cut = 0; cut < text.length; cut += 7) yield text.slice(0, cut)
  yield text.replace('{', '{"spec":{"kind":"gopher"},')
  yield text.replace('{', '{"a":{"b":1,"spec":{"kind":"gopher"}},')
  yield text.replace(',"spec":', ',"spec":{"kind":"gopher"},"spec":')
  yield text.replace(/\}$/, ',"spec":{"kind":"gopher"}}')
  yield text.replace(/\}$/, ',"monitorKey":8}')
  yield text.replace(/\}$/, ',"monitorKey":0}')
  yield text.replace(/\}$/, '}}')
  yield text.replace(/\}$/, '')
  yield text.replace(',"spec":', ', "spec":')
  yield text.replace('"monitorKey":7', '"monitorKey":7,"monitorKey":9')
  yield '{,"spec":{}}'
  yield ',"spec":}'
}

const refused = Symbol('refused')

function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return refused
  }
}

function differences(texts: Iterable<string>, codec: Codec<unknown>, schema: z.ZodType) {
  let [accepted, rejected] = [0, 0]
  const different: string[] = []
  for (const text of texts) {
    const bySchema = attempt(() => schema.parse(JSON.parse(text)))
    const byCodec = attempt(() => codec.decode(text))
    if (bySchema === refused) rejected += 1
    else accepted += 1
    if (!Bun.deepEquals(byCodec, bySchema, true)) different.push(text)
  }
  return { accepted, rejected, different }
}

describe('the short ways of reading a message', () => {
  test('accept of a result what the schema accepts, and give the same', () => {
    const { accepted, rejected, different } = differences(mutationsOf(result), checkResultCodec, checkResultSchema)
    expect(different).toEqual([])
    expect(accepted).toBeGreaterThan(500)
    expect(rejected).toBeGreaterThan(1_000)
  })

  test('accept of a check what the schema accepts, and give the same', () => {
    const { accepted, rejected, different } = differences(mutationsOf(check), checkCodec, checkSchema)
    expect(different).toEqual([])
    expect(accepted).toBeGreaterThan(100)
    expect(rejected).toBeGreaterThan(500)
  })

  test('are not taken in by a text that only looks like a check', () => {
    const { different } = differences(disguisesOf(checkCodec.encode(check)), checkCodec, checkSchema)
    expect(different).toEqual([])
  })

  test('are taken by the results that we write ourselves', () => {
    for (const outcome of [result.outcome, makeOutcome('up'), makeOutcome('unknown')]) {
      expect(isExactResult(JSON.parse(checkResultCodec.encode({ ...result, outcome })))).toBe(true)
    }
  })
})

describe('a spec that is known by its text', () => {
  test('is validated once, and shared as something that nobody can change', () => {
    const text = checkCodec.encode(check)
    const [first, second] = [checkCodec.decode(text), checkCodec.decode(text)]
    expect(second.spec).toBe(first.spec)
    expect(() => Object.assign(first.spec, { url: 'https://other.example/' })).toThrow()
    expect(() => Object.assign((first.spec as typeof spec).headers ?? [], [])).not.toThrow()
    expect(() => (first.spec as typeof spec).headers?.push({ name: 'x', value: 'y' })).toThrow()
  })

  test('is forgotten when others have taken its place, and validated anew', () => {
    const specs = new KnownSpecs()
    const textOf = (number: number) => JSON.stringify({ ...spec, body: `${number}`.padEnd(65_000, 'x') })
    const first = specs.get(textOf(0))
    expect(specs.get(textOf(0))).toBe(first)
    for (let number = 1; number < 600; number += 1) specs.get(textOf(number))
    expect(specs.get(textOf(0))).toEqual(first)
    expect(specs.get(textOf(0))).not.toBe(first)
  })

  test('is refused as often as it comes where it is none', () => {
    const specs = new KnownSpecs()
    for (const text of ['{"kind":"gopher"}', '{"kind":"gopher"}', '{', '']) expect(() => specs.get(text)).toThrow()
  })
})
