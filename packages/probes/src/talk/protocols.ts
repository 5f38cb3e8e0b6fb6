import type { TcpSpec } from '@repo/contracts/specs/socket'

export type Protocol = NonNullable<TcpSpec['protocol']>

/** One line of a conversation. `unless` is the answer that says no, so that nobody waits for a better one. */
export type Line =
  | { readonly send: string | Uint8Array }
  | { readonly expect: string }
  | { readonly expectPattern: string; readonly unless?: string }
  | { readonly startTls: true }

export interface Conversation {
  /** What tells that the protocol is spoken at all. */
  readonly greeting: readonly Line[]
  /** How both agree to go on under TLS; null where the protocol has no such way. */
  readonly startTls: readonly Line[] | null
  /** A polite end. */
  readonly farewell: string | null
}

const SMTP_NO = '(?m)^[45]\\d\\d '
/** The SSLRequest of PostgreSQL's protocol: its length, and a version that there never was. */
const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47)

/** Conversations as their specifications have them: RFC 5321 and 3207, 9051, 1939 and 2595, 959 and 4217, 4253. */
export const conversations: Readonly<Record<Protocol, Conversation>> = {
  smtp: {
    greeting: [{ expectPattern: '(?m)^220 .*\\n', unless: SMTP_NO }],
    startTls: [
      { send: 'EHLO betteruptime.invalid\r\n' },
      { expectPattern: '(?m)^250 .*\\n', unless: SMTP_NO },
      { send: 'STARTTLS\r\n' },
      { expectPattern: '(?m)^220 .*\\n', unless: SMTP_NO },
    ],
    farewell: 'QUIT\r\n',
  },
  imap: {
    greeting: [{ expectPattern: '(?m)^\\* (OK|PREAUTH).*\\n', unless: '(?m)^\\* BYE' }],
    startTls: [{ send: 'a1 STARTTLS\r\n' }, { expectPattern: '(?m)^a1 OK.*\\n', unless: '(?m)^a1 (NO|BAD)' }],
    farewell: 'a2 LOGOUT\r\n',
  },
  pop3: {
    greeting: [{ expectPattern: '(?m)^\\+OK.*\\n', unless: '(?m)^-ERR' }],
    startTls: [{ send: 'STLS\r\n' }, { expectPattern: '(?m)^\\+OK.*\\n', unless: '(?m)^-ERR' }],
    farewell: 'QUIT\r\n',
  },
  ftp: {
    greeting: [{ expectPattern: '(?m)^220 .*\\n', unless: SMTP_NO }],
    startTls: [{ send: 'AUTH TLS\r\n' }, { expectPattern: '(?m)^234.*\\n', unless: SMTP_NO }],
    farewell: 'QUIT\r\n',
  },
  redis: {
    // A server that wants a password first is there, and speaks the protocol.
    greeting: [{ send: 'PING\r\n' }, { expectPattern: '(?m)^(\\+PONG|-NOAUTH).*\\n', unless: '(?m)^-' }],
    startTls: null,
    farewell: 'QUIT\r\n',
  },
  ssh: {
    greeting: [{ expectPattern: '(?m)^SSH-[12]\\.\\d.*\\n' }],
    startTls: null,
    farewell: null,
  },
  postgres: {
    greeting: [{ send: SSL_REQUEST }, { expectPattern: '^[SN]', unless: '^E' }],
    startTls: [{ send: SSL_REQUEST }, { expectPattern: '^S', unless: '^[NE]' }],
    farewell: null,
  },
}

/** PostgreSQL's question about TLS is its greeting too. */
export function openingOf(protocol: Protocol, isStartTls: boolean): readonly Line[] | null {
  const { greeting, startTls } = conversations[protocol]
  if (!isStartTls) return greeting
  if (!startTls) return null
  return protocol === 'postgres' ? [...startTls, { startTls: true }] : [...greeting, ...startTls, { startTls: true }]
}
