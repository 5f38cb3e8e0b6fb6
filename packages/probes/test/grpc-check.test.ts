import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { type GrpcSpec, grpcSpecSchema } from '@repo/contracts/specs/socket'
import type { OutcomeCode } from '@repo/domain/outcome'
import { probeGrpc } from '../src/checks/grpc.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { encodeHealthRequest, parseHealthResponse } from '../src/grpc/health.ts'
import { encodeFields } from '../src/h2/hpack.ts'
import { type Identity, makeAuthority } from '../testing/certificates.ts'
import { type H2Step, startH2Target } from '../testing/h2-target.ts'
import { startTarget } from '../testing/target.ts'
import { loopback, phaseSumUs, running } from './probing.ts'

let authority: Identity
beforeAll(async () => {
  authority = await makeAuthority()
})

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})

function check(port: number, rest: Partial<GrpcSpec> = {}) {
  const spec = grpcSpecSchema.parse({
    kind: 'grpc',
    host: '127.0.0.1',
    port,
    security: 'none',
    timeoutMs: 600,
    ...rest,
  })
  return probeGrpc(spec, { ...loopback, ca: authority.cert }, running)
}

const head = (status = '200') => ({
  type: 1,
  flags: 4,
  stream: 1,
  payload: encodeFields([
    [':status', status],
    ['content-type', 'application/grpc'],
  ]),
})
const message = (bytes: readonly number[]) => ({
  type: 0,
  stream: 1,
  payload: Buffer.from([0, 0, 0, 0, bytes.length, ...bytes]),
})
const trailers = (status: string, text?: string) => ({
  type: 1,
  flags: 5,
  stream: 1,
  payload: encodeFields([['grpc-status', status], ...(text ? [['grpc-message', text] as [string, string]] : [])]),
})
const failed = (status: string, text?: string): H2Step => ({
  type: 1,
  flags: 5,
  stream: 1,
  payload: encodeFields([
    [':status', '200'],
    ['grpc-status', status],
    ...(text ? [['grpc-message', text] as [string, string]] : []),
  ]),
})

describe('a server that is asked about its health', () => {
  const rows: [string, readonly H2Step[], OutcomeCode, RegExp][] = [
    ['is serving', [head(), message([8, 1]), trailers('0')], 'OK', /^the server is serving in \d+ ms$/],
    ['is not serving', [head(), message([8, 2]), trailers('0')], 'GRPC_NOT_SERVING', /is NOT_SERVING/],
    ['does not know', [head(), message([]), trailers('0')], 'GRPC_NOT_SERVING', /is UNKNOWN/],
    [
      'has no health service',
      [failed('12', 'unknown%20service')],
      'GRPC_ERROR',
      /UNIMPLEMENTED: 'unknown service' \(the server has no health service\)/,
    ],
    ['does not know the service', [failed('5')], 'GRPC_ERROR', /NOT_FOUND/],
    ['wants to know who asks', [failed('16', 'no\x1b[31m')], 'BAD_HEADER', /./],
    ['is overloaded', [head(), trailers('14', 'try%20later')], 'GRPC_ERROR', /UNAVAILABLE: 'try later'/],
    ['answers without a status', [head(), { ...message([8, 1]), flags: 1 }], 'GRPC_ERROR', /without a status/],
    ['answers with another message', [head(), message([1, 2, 3]), trailers('0')], 'GRPC_ERROR', /could not be read/],
    ['answers 404', [head('404'), trailers('0')], 'GRPC_ERROR', /answered 404/],
    ['is silent', [], 'TTFB_TIMEOUT', /./],
    ['closes', ['FIN'], 'H2_ERROR', /./],
  ]
  test.each(rows)('%s: %s', async (_what, script, code, text) => {
    const site = await startH2Target([{ type: 4 }, ...script])
    started.push(site)
    const outcome = await check(site.port)
    expect(outcome.code).toBe(code)
    expect(outcome.message).toMatch(text)
    expect(outcome.message).toMatch(/^[\x20-\x7e…]{1,300}$/)
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
  })

  test('tells what it said, and how to ask again', async () => {
    const site = await startH2Target([{ type: 4 }, head(), message([8, 2]), trailers('0')])
    started.push(site)
    const outcome = await check(site.port, { service: 'shop.Cart', metadata: [{ name: 'X-Key', value: 'SEKRET' }] })
    expect(outcome.facts).toEqual({ service: 'shop.Cart', servingStatus: 'NOT_SERVING', grpcStatus: 'OK' })
    expect(outcome.evidence?.curl).toBe(
      `grpcurl -plaintext -d '{"service":"shop.Cart"}' 127.0.0.1:${site.port} grpc.health.v1.Health/Check`,
    )
    expect(JSON.stringify(outcome)).not.toContain('SEKRET')
  })

  test('under TLS must be who it says', async () => {
    const { makeCertificate } = await import('../testing/certificates.ts')
    const site = await startTarget([], { tls: await makeCertificate({ names: ['127.0.0.1'] }) })
    started.push(site)
    expect(await check(site.port, { security: 'tls' })).toMatchObject({ verdict: 'down', code: 'TLS_SELF_SIGNED' })
  })

  test('is behind the egress guard', async () => {
    const spec = grpcSpecSchema.parse({ kind: 'grpc', host: '127.0.0.1', port: 9 })
    const closed = { ...loopback, egress: createEgressPolicy({}) }
    expect(await probeGrpc(spec, closed, running)).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_ADDRESS' })
  })
})

describe('the messages of the health protocol', () => {
  test('are written and read byte for byte', () => {
    expect(encodeHealthRequest('').toString('hex')).toBe('0000000000')
    expect(encodeHealthRequest('ab').toString('hex')).toBe('00000000040a026162')
    expect(encodeHealthRequest('x'.repeat(200)).subarray(5, 8).toString('hex')).toBe('0ac801')
    expect(parseHealthResponse(Buffer.from('00000000020801', 'hex'))).toBe(1)
  })

  test.each(['', '0000', '01000000020801', '00000000030801', '000000000208010203'])('%p is none', (hex) => {
    expect(parseHealthResponse(Buffer.from(hex, 'hex'))).toBeUndefined()
  })
})
