import type { ScriptRow } from '../row.ts'

const OK = 'HTTP/1.1 200 OK\r\n'
const EMPTY = `${OK}Content-Length: 0\r\n\r\n`

export const statuses: readonly ScriptRow[] = [
  { id: 'D33', name: 'sends 100 Continue and then 200', script: [`HTTP/1.1 100 Continue\r\n\r\n${EMPTY}`], code: 'OK' },
  {
    id: 'D34',
    name: 'sends 103 Early Hints twice and then 200',
    script: ['HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(2), EMPTY],
    code: 'OK',
  },
  {
    id: 'D33',
    name: 'sends 100 Continue and closes',
    script: ['HTTP/1.1 100 Continue\r\n\r\n', 'FIN'],
    code: 'NO_FINAL_RESPONSE',
  },
  {
    id: 'D33',
    name: 'sends 100 Continue without end',
    script: [{ endless: 'HTTP/1.1 100 Continue\r\n\r\n' }],
    code: 'NO_FINAL_RESPONSE',
  },
  {
    id: 'D36',
    name: 'switches protocols although nobody asked',
    script: ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n'],
    code: 'UNEXPECTED_UPGRADE',
  },
  {
    id: 'D37',
    name: 'sends 204 with a body',
    script: ['HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello'],
    code: 'OK',
  },
  {
    id: 'D37',
    name: 'sends 204 in chunks',
    script: ['HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n'],
    code: 'OK',
  },
  {
    id: 'D38',
    name: 'sends 304 with a length, unasked',
    script: ['HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
    code: 'UNEXPECTED_STATUS',
  },
  {
    id: 'D38',
    name: 'sends 304 where that is expected',
    script: ['HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
    spec: { expectedStatus: [{ from: 304, to: 304 }] },
    code: 'OK',
  },
  {
    id: 'E7',
    name: 'sends 404 with a body that never ends',
    script: ['HTTP/1.1 404 Not Found\r\n\r\n', { endless: 'x'.repeat(65_536) }],
    code: 'UNEXPECTED_STATUS',
  },
  {
    id: 'D46',
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
    id: 'H5',
    name: 'sends 429',
    script: ['HTTP/1.1 429 Too Many Requests\r\n\r\n', 'FIN'],
    code: 'RATE_LIMITED',
    verdict: 'degraded',
  },
  {
    id: 'H5',
    name: 'sends 503 with Retry-After',
    script: ['HTTP/1.1 503 Busy\r\nretry-after: 120\r\n\r\n', 'FIN'],
    code: 'RATE_LIMITED',
    verdict: 'degraded',
  },
  {
    id: 'H5',
    name: 'sends 503 without Retry-After',
    script: ['HTTP/1.1 503 Busy\r\n\r\n', 'FIN'],
    code: 'UNEXPECTED_STATUS',
  },
  ...[300, 305, 306, 400, 408, 421, 425, 431, 500, 520, 526].map<ScriptRow>((status) => ({
    id: status === 520 || status === 526 ? 'H6' : status < 400 ? 'F12' : 'D46',
    name: `sends ${status}`,
    script: [`HTTP/1.1 ${status} Status\r\nContent-Length: 0\r\n\r\n`],
    code: 'UNEXPECTED_STATUS',
    message: new RegExp(`answered ${status}`),
  })),
]
