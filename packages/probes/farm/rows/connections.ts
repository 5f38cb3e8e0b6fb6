import type { ScriptRow } from '../row.ts'

const OK = 'HTTP/1.1 200 OK\r\n'
const EMPTY = `${OK}Content-Length: 0\r\n\r\n`

export const connections: readonly ScriptRow[] = [
  {
    id: 'B5',
    name: 'accepts and says nothing',
    script: [],
    code: 'TTFB_TIMEOUT',
    spec: { timeoutMs: 300 },
    maxMs: 550,
    message: /no response in \d+ ms/,
  },
  { id: 'B6', name: 'accepts and closes at once', script: ['FIN'], target: { greets: true }, code: 'EMPTY_REPLY' },
  {
    id: 'B6',
    name: 'closes after the request',
    script: ['FIN'],
    code: 'EMPTY_REPLY',
    message: /closed the connection without answering/,
  },
  { id: 'B7', name: 'accepts and resets at once', script: ['RST'], target: { greets: true }, code: 'TCP_RESET' },
  { id: 'B7', name: 'resets after the request', script: ['RST'], code: 'TCP_RESET' },
  {
    id: 'B8',
    name: 'resets in the middle of the headers',
    script: [`${OK}Server: x\r\nX-Half`, { pauseMs: 30 }, 'RST'],
    code: 'RESET_IN_HEADERS',
    message: /after 34 bytes/,
  },
  {
    id: 'B10',
    name: 'closes before the headers are complete',
    script: [`${OK}Server: x\r\n`, 'FIN'],
    code: 'INCOMPLETE_HEADERS',
  },
  {
    id: 'B10',
    name: 'closes in the middle of the status line',
    script: ['HTTP/1.1 2', 'FIN'],
    code: 'INCOMPLETE_HEADERS',
  },
  {
    id: 'B20',
    name: 'speaks SSH',
    script: ['SSH-2.0-OpenSSH_9.6\r\n'],
    target: { greets: true },
    code: 'NOT_HTTP',
    message: /'SSH-2.0-OpenSSH_9.6' instead of HTTP/,
  },
  {
    id: 'B20',
    name: 'speaks SMTP',
    script: ['220 mail.example ESMTP\r\n'],
    target: { greets: true },
    code: 'NOT_HTTP',
  },
  {
    id: 'C15',
    name: 'speaks TLS on a plain port',
    script: [Uint8Array.of(0x15, 3, 3, 0, 2, 2, 10)],
    code: 'NOT_HTTP',
    message: /speaks TLS/,
  },
  { id: 'D42', name: 'answers before it was asked', script: [EMPTY, 'FIN'], target: { greets: true }, code: 'OK' },
  {
    id: 'D42',
    name: 'answers in full and then resets',
    script: [`${OK}Content-Length: 2\r\n\r\nok`, { pauseMs: 20 }, 'RST'],
    code: 'OK',
  },
]
