import { startTarget } from '../../testing/target.ts'
import type { FarmRow } from '../row.ts'

/** Answers GET and HEAD differently. */
const byMethod = (get: string, head: string) => async () => {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: ({ method }) => new Response(null, { status: Number(method === 'HEAD' ? head : get) }),
  })
  return { url: server.url.href, stop: () => server.stop(true) }
}

export const meanings: readonly FarmRow[] = [
  { id: 'H1', name: 'answers 405 to HEAD and 200 to GET', code: 'OK', open: byMethod('200', '405') },
  { id: 'H2', name: 'answers 200 to HEAD and 503 to GET', code: 'UNEXPECTED_STATUS', open: byMethod('503', '200') },
  {
    id: 'D40',
    name: 'answers HEAD with a body',
    code: 'OK',
    spec: { method: 'HEAD' },
    script: ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
  },
  {
    id: 'D41',
    name: 'answers HEAD with a body alone',
    code: 'NOT_HTTP',
    spec: { method: 'HEAD' },
    script: ['<html>', 'FIN'],
  },
  {
    id: 'H4',
    name: 'serves a challenge of Cloudflare',
    code: 'BOT_CHALLENGE',
    message: /a bot challenge of Cloudflare was served/,
    script: ['HTTP/1.1 403 Forbidden\r\ncf-mitigated: challenge\r\nServer: cloudflare\r\nContent-Length: 0\r\n\r\n'],
  },
  {
    id: 'H8',
    name: 'answers slower than is wished',
    code: 'SLOW_FIRST_BYTE',
    spec: { slowMs: { firstByte: 50 } },
    script: [{ pauseMs: 120 }, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  },
  {
    id: 'H10',
    name: 'answers with a wrong clock, and is asked past caches',
    code: 'OK',
    open: async () => {
      const site = await startTarget([
        'HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nAge: 999999\r\nContent-Length: 0\r\n\r\n',
      ])
      return {
        url: site.url,
        openConnections: site.openConnections,
        verify: () => {
          if (!site.requests[0]?.includes('\r\nCache-Control: no-cache\r\n'))
            throw new Error('a cache may have answered')
        },
        stop: site.stop,
      }
    },
  },
  {
    id: 'B18',
    name: 'resets the second request of a connection, which never comes',
    code: 'OK',
    open: async () => {
      const site = await startTarget(['HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n'])
      return {
        url: site.url,
        openConnections: site.openConnections,
        verify: () => {
          if (site.connections() !== 1 || site.requests.length !== 1) throw new Error('asked more than once')
        },
        stop: site.stop,
      }
    },
  },
  {
    id: 'G1',
    name: 'speaks HTTP/2 alone, in clear text',
    code: 'HTTP2_ONLY',
    target: { greets: true },
    script: [Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0, 0), { pauseMs: 50 }, 'FIN'],
  },
]
