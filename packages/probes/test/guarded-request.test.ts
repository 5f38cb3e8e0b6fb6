import { describe, expect, test } from 'bun:test'
import { systemResolve } from '../src/dns/resolve.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { createGuardedRequests, type GuardedRequest } from '../src/guarded-request.ts'
import { otherSchemes, refusedUrls, unparsable } from '../testing/forbidden-hosts.ts'
import { startTarget } from '../testing/target.ts'
import { loopback, running } from './probing.ts'

const send = createGuardedRequests(loopback)
const post = (url: string, more: Partial<GuardedRequest> = {}): GuardedRequest => ({
  ...{ method: 'POST', url, headers: [{ name: 'X-Event', value: 'down' }], body: '{"a":"ü"}', timeoutMs: 2_000 },
  ...more,
})

describe('a request whose address a person chose', () => {
  test('goes with its headers and its body, and comes back with status, fields and body', async () => {
    const target = await startTarget(['HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nlate'])
    const answer = await send(post(`${target.url}hook?key=1`), running)
    expect(answer).toMatchObject({ kind: 'answered', status: 429, body: 'late' })
    if (answer.kind === 'answered') expect(answer.field('retry-after')).toBe('7')
    expect(target.requests[0]).toStartWith('POST /hook?key=1 HTTP/1.1\r\n')
    expect(target.requests[0]).toContain('X-Event: down\r\nContent-Length: 10\r\n')
    expect(Buffer.from(target.requests[0] ?? '', 'latin1').toString()).toEndWith('\r\n\r\n{"a":"ü"}')
    await target.stop()
  })

  test('goes with bytes as they are, whatever they would be as text', async () => {
    const target = await startTarget(['HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n'])
    const bytes = Uint8Array.from({ length: 4_096 }, (_, n) => (n * 7) % 256)
    expect(await send(post(target.url, { body: bytes }), running)).toMatchObject({ kind: 'answered', status: 201 })
    const [head = '', ...rest] = (target.requests[0] ?? '').split('\r\n\r\n')
    expect(head).toContain('X-Event: down\r\nContent-Length: 4096\r\n')
    expect(Buffer.from(rest.join('\r\n\r\n'), 'latin1')).toEqual(Buffer.from(bytes))
    await target.stop()
  })

  test('follows no redirect', async () => {
    const elsewhere = await startTarget(['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'])
    const target = await startTarget([`HTTP/1.1 307 Go\r\nLocation: ${elsewhere.url}\r\nContent-Length: 0\r\n\r\n`])
    expect(await send(post(target.url), running)).toMatchObject({ kind: 'answered', status: 307 })
    expect(elsewhere.connections()).toBe(0)
    await Promise.all([target.stop(), elsewhere.stop()])
  })

  test('keeps the beginning of an answer that does not end, and is over by its deadline', async () => {
    const target = await startTarget([
      `HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n${'x'.repeat(100_000)}`,
      { pauseMs: 10_000 },
    ])
    const answer = await send(post(target.url, { timeoutMs: 400 }), running)
    expect(answer).toMatchObject({ kind: 'answered', status: 200 })
    if (answer.kind === 'answered') expect(answer.body).toHaveLength(65_536)
    await target.stop()
  })

  test('says in words why nobody answered, without the rest of the address', async () => {
    const silent = await startTarget([{ pauseMs: 10_000 }])
    const answer = await send(post(`${silent.url}secret-path?token=secret`, { timeoutMs: 300 }), running)
    expect(answer).toMatchObject({ kind: 'failed', code: 'TTFB_TIMEOUT' })
    expect(JSON.stringify(answer)).not.toContain('secret')
    await silent.stop()
    expect(await send(post(silent.url), running)).toMatchObject({ kind: 'failed', code: 'TCP_REFUSED' })
  })

  test.each(refusedUrls)('goes nowhere where %s leads', async (url) => {
    const guarded = createGuardedRequests({ egress: createEgressPolicy({}), resolve: systemResolve })
    const answer = await guarded(post(url), running)
    expect(answer.kind).toBe('failed')
    if (answer.kind === 'failed') expect(answer.code).toStartWith('BLOCKED')
  })

  test.each([...otherSchemes, ...unparsable, 'http://a:b@example.com/', ''])(
    'is none where its address is %p',
    async (url) => {
      expect(await send(post(url), running)).toMatchObject({ kind: 'failed', code: 'BLOCKED_SCHEME' })
    },
  )

  test('ends at once when it is stopped', async () => {
    const silent = await startTarget([{ pauseMs: 10_000 }])
    const stopping = new AbortController()
    const answer = send(post(silent.url), stopping.signal)
    setTimeout(() => stopping.abort(new Error('stop')), 50)
    await expect(answer).rejects.toThrow('stop')
    await silent.stop()
  })
})
