import { describe, expect, test } from 'bun:test'
import { type Check, type CheckResult, toTick } from '@repo/domain/check'
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
import { checkCodec, checkResultCodec } from '../src/check-message.ts'
import type { CheckSpec } from '../src/check-spec.ts'
import { type LiveBatch, liveBatchCodec, liveFrameSchema } from '../src/live.ts'
import { monitorChangedCodec } from '../src/monitor-changed.ts'
import { websiteSpec } from '../src/specs/http.ts'
import { tickSchema, toTickJson } from '../src/ticks.ts'

const id = makeMonitorId()
const check: Check<CheckSpec> = {
  monitorId: id,
  monitorKey: 7,
  region: parseRegion('eu-1'),
  scheduledAtMs: noonMs,
  workspaceId: makeWorkspaceId(),
  expiresAtMs: noonMs + 30_000,
  spec: websiteSpec('https://example.com/'),
}
const full = makeOutcome('up', {
  phases: { dns: 1, connect: 2, tls: 3, firstByte: 4, transfer: 5, total: 2_147_483_647 },
  address: '2001:db8::1',
  status: 999,
  hops: makeHops(10),
  httpVersion: '1.1',
  bodyBytes: 1_234,
  certificate: makeCertificateFacts(Date.UTC(2099, 0)),
  facts: { records: ['a', 'b'], serial: 7, isCached: false, nothing: null },
  evidence: {
    request: 'GET / HTTP/1.1',
    responseHead: null,
    body: 'x',
    addresses: ['192.0.2.1'],
    chain: ['CN=a'],
    curl: 'curl x',
  },
})
const result: CheckResult = { ...makeResult({ id, monitorKey: 7 }, makeTick('eu-1', noonMs, 'up')), outcome: full }

describe('a check in its stream', () => {
  test('comes out as it was put in', () => {
    expect(checkCodec.decode(checkCodec.encode(check))).toEqual(check)
  })

  test('may be of an earlier version, which did not say whose it is', () => {
    const { workspaceId, ...old } = check
    expect(checkCodec.decode(JSON.stringify(old))).toEqual(old)
    expect(workspaceId).toBeDefined()
  })

  test('is refused with a workspace that is none', () => {
    for (const workspaceId of ['', 'one', 7, null])
      expect(() => checkCodec.decode(JSON.stringify({ ...check, workspaceId }))).toThrow()
  })

  test('carries secrets as they are stored: sealed, and longer than they may be when they are plain', () => {
    const token = `sealed.v1.k.${'A'.repeat(80)}.${'A'.repeat(16)}.${'A'.repeat(6_000)}`
    const sealed = { ...check, spec: { ...check.spec, auth: { kind: 'bearer', token } } } as Check<CheckSpec>
    expect(checkCodec.decode(checkCodec.encode(sealed))).toEqual(sealed)
  })

  test('may have fields of a newer version, which are ignored', () => {
    expect(checkCodec.decode(JSON.stringify({ ...check, urgency: 'high' }))).toEqual(check)
  })

  test.each(refusedSlots())('is refused with %s', (_what, changed) => {
    expect(() => checkCodec.decode(JSON.stringify({ ...check, ...changed }))).toThrow()
  })

  test('is refused with a specification of an unknown kind', () => {
    expect(() => checkCodec.decode(JSON.stringify({ ...check, spec: { kind: 'gopher' } }))).toThrow()
  })
})

describe('a result in its stream', () => {
  test.each([
    ['a passing one with every phase', full],
    ['a failing one', makeOutcome('down')],
    ['one of a check that was not carried out', makeOutcome('unknown')],
  ])('comes out as it was put in: %s', (_which, outcome) => {
    const message = { ...result, outcome }
    expect(checkResultCodec.decode(checkResultCodec.encode(message))).toEqual(message)
  })

  test.each(refusedSlots())('is refused with %s', (_what, changed) => {
    expect(() => checkResultCodec.decode(JSON.stringify({ ...result, ...changed }))).toThrow()
  })

  const beyond = 2_147_483_648
  const refused: [string, Record<string, unknown>][] = [
    ['a verdict that is none', { verdict: 'fine' }],
    ['a code that is none', { code: 'BECAUSE' }],
    ['a NUL character in its message', { message: 'so\0so' }],
    ['a message beyond a thousand characters', { message: 'x'.repeat(1_001) }],
    ['a name for an address', { address: 'example.com' }],
    ['a network for an address', { address: '192.0.2.0/24' }],
    ['an empty address', { address: '' }],
    ['a status beyond three digits', { status: 1_000 }],
    ['a negative status', { status: -1 }],
    ['a fraction of a status', { status: 200.5 }],
    ['more hops than any check makes', { hops: makeHops(16) }],
    ['a certificate that expires after the year 9999', { certificate: makeCertificateFacts(Date.UTC(10_000, 0)) }],
    ['evidence without bound', { evidence: { ...full.evidence, body: 'x'.repeat(20_000) } }],
    ['a NUL character in a fact', { facts: { banner: 'so\0so' } }],
    ['no phases', { phases: null }],
    ...(['dns', 'connect', 'tls', 'firstByte', 'transfer', 'total'] as const).flatMap(
      (phase): [string, Record<string, unknown>][] => [
        [`a negative ${phase}`, { phases: { ...full.phases, [phase]: -1 } }],
        [`a fraction in ${phase}`, { phases: { ...full.phases, [phase]: 1.5 } }],
        [`a ${phase} beyond its column`, { phases: { ...full.phases, [phase]: beyond } }],
      ],
    ),
    ['no total', { phases: { ...full.phases, total: null } }],
  ]
  test.each(refused)('is refused with %s', (_what, changed) => {
    const text = JSON.stringify({ ...result, outcome: { ...full, ...changed } })
    expect(() => checkResultCodec.decode(text)).toThrow()
  })

  test.each([[''], ['null'], ['[]'], ['{'], ['"text"']])('is not the text %p', (text) => {
    expect(() => checkResultCodec.decode(text)).toThrow()
  })
})

function refusedSlots(): [string, Record<string, unknown>][] {
  return [
    ['a monitor id that is none', { monitorId: 'mon-1' }],
    ['a monitor key of zero', { monitorKey: 0 }],
    ['a monitor key beyond its column', { monitorKey: 2_147_483_648 }],
    ['a region that is none', { region: 'EU 1' }],
    ['an instant before all time', { scheduledAtMs: -1 }],
    ['an instant that no calendar holds', { scheduledAtMs: 9e15 }],
    ['a fraction of a millisecond', { scheduledAtMs: noonMs + 0.5 }],
    ['an instant in words', { scheduledAtMs: new Date(noonMs).toISOString() }],
    ['no instant', { scheduledAtMs: undefined }],
  ]
}

describe('a tick as the API gives it', () => {
  test('has times in UTC and durations in milliseconds with their microseconds', () => {
    const phases = { dns: 1_234, connect: 5, tls: null, firstByte: 12_000, transfer: 0, total: 13_239 }
    const tick = toTickJson(
      toTick({ ...result, outcome: { ...full, status: 200, phases, certificate: makeCertificateFacts(noonMs) } }),
    )
    expect(tick).toEqual({
      region: 'eu-1',
      scheduledAt: '2026-06-01T12:00:00.000Z',
      startedAt: '2026-06-01T12:00:00.003Z',
      verdict: 'up',
      code: 'OK',
      message: 'answered 200 in 12 ms',
      status: 200,
      address: '2001:db8::1',
      redirects: 10,
      certificateExpiresAt: '2026-06-01T12:00:00.000Z',
      phases: { dnsMs: 1.234, connectMs: 0.005, tlsMs: null, firstByteMs: 12, transferMs: 0, totalMs: 13.239 },
    })
    expect(tickSchema.parse(tick)).toEqual(tick)
  })

  test('tells nothing of the keys of the database', () => {
    expect(Object.keys(toTickJson(toTick(result)))).not.toContain('monitorKey')
  })
})

describe('news on the live bus', () => {
  const batch: LiveBatch = {
    workspaceId: crypto.randomUUID(),
    events: [
      { type: 'tick', monitorId: id, tick: toTickJson(toTick(result)) },
      { type: 'monitor.status', monitorId: id, status: 'down', previous: 'up', since: null, message: 'why' },
      { type: 'monitor.deleted', monitorId: id },
    ],
  }

  test('come out as they were put in, and each makes a frame of the socket', () => {
    const read = liveBatchCodec.decode(liveBatchCodec.encode(batch))
    expect(read).toEqual(batch)
    expect(read.events.map((event) => liveFrameSchema.safeParse({ id: '1-1', ...event }).success)).toEqual([
      true,
      true,
      true,
    ])
  })

  test.each([['{}'], ['{"workspaceId":1,"events":[]}'], ['{"workspaceId":"w","events":[{}]}'], ['no']])(
    'are not the text %s',
    (text) => expect(() => liveBatchCodec.decode(text)).toThrow(),
  )

  test.each([[1], [2], [1_000]])('of %i changed monitors come as they were sent', (count) => {
    const change = { monitorIds: Array.from({ length: count }, () => makeMonitorId()) }
    expect(monitorChangedCodec.decode(monitorChangedCodec.encode(change))).toEqual(change)
  })

  test('of one changed monitor are written as the version before reads them, and read as it writes them', () => {
    const text = JSON.stringify({ monitorId: id })
    expect(monitorChangedCodec.encode({ monitorIds: [id] })).toBe(text)
    expect(monitorChangedCodec.decode(text)).toEqual({ monitorIds: [id] })
  })

  test.each([
    ['{"monitorId":"x"}'],
    ['{"monitorIds":["x"]}'],
    ['{}'],
    [JSON.stringify({ monitorIds: Array(1_001).fill(id) })],
  ])('of changed monitors are not the text %.40s', (text) => expect(() => monitorChangedCodec.decode(text)).toThrow())
})
