import type { TcpSpec } from '@repo/contracts/specs/socket'

export type Protocol = NonNullable<TcpSpec['protocol']>

/**
 * One line of a conversation. `unless` is the answer that says no, so that nobody waits for a better one; `beginsTls` says
 * that it is TLS that is refused then.
 */
export type Line =
  | { readonly send: string | Uint8Array }
  | { readonly expect: string }
  | { readonly expectPattern: string; readonly unless?: string; readonly beginsTls?: true }
  | { readonly startTls: true }

export interface Conversation {
  /** What tells that the protocol is spoken at all. */
  readonly greeting: readonly Line[]
  /** How both agree to go on under TLS; null where the protocol has no such way. */
  readonly startTls: readonly Line[] | null
  /** A polite end. */
  readonly farewell: string | null
}

/** A reply of SMTP or FTP may have several lines, the last of which has no dash after its code (RFC 5321 section 4.2). */
const reply = (code: number) => `(?m)^${code}( .*)?\\r?\\n`
const REFUSAL = '(?m)^[45]\\d\\d( .*)?\\r?\\n'
/** The SSLRequest of PostgreSQL's protocol: its length, and a version that there never was. */
const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47)

/** Conversations as their specifications have them: RFC 5321 and 3207, 9051, 1939 and 2595, 959 and 4217, 4253. */
export const conversations: Readonly<Record<Protocol, Conversation>> = {
  smtp: {
    greeting: [{ expectPattern: reply(220), unless: REFUSAL }],
    startTls: [
      { send: 'EHLO betteruptime.invalid\r\n' },
      { expectPattern: reply(250), unless: REFUSAL },
      { send: 'STARTTLS\r\n' },
      { expectPattern: reply(220), unless: REFUSAL, beginsTls: true },
    ],
    farewell: 'QUIT\r\n',
  },
  imap: {
    greeting: [{ expectPattern: '(?m)^\\* (OK|PREAUTH).*\\n', unless: '(?m)^\\* BYE.*\\n' }],
    startTls: [
      { send: 'a1 STARTTLS\r\n' },
      { expectPattern: '(?m)^a1 OK.*\\n', unless: '(?m)^a1 (NO|BAD).*\\n', beginsTls: true },
    ],
    farewell: 'a2 LOGOUT\r\n',
  },
  pop3: {
    greeting: [{ expectPattern: '(?m)^\\+OK.*\\n', unless: '(?m)^-ERR.*\\n' }],
    startTls: [{ send: 'STLS\r\n' }, { expectPattern: '(?m)^\\+OK.*\\n', unless: '(?m)^-ERR.*\\n', beginsTls: true }],
    farewell: 'QUIT\r\n',
  },
  ftp: {
    greeting: [{ expectPattern: reply(220), unless: REFUSAL }],
    startTls: [{ send: 'AUTH TLS\r\n' }, { expectPattern: reply(234), unless: REFUSAL, beginsTls: true }],
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
    greeting: [{ send: SSL_REQUEST }, { expectPattern: '^[SN]', unless: '^[^SN]' }],
    startTls: [{ send: SSL_REQUEST }, { expectPattern: '^S', unless: '^[^S]', beginsTls: true }],
    farewell: null,
  },
}

/** PostgreSQL from 17 on speaks TLS from the first byte to whoever names its protocol. */
const alpn: Readonly<Partial<Record<Protocol, string>>> = { postgres: '\x0apostgresql' }

export function alpnOf(protocol: Protocol | undefined): string | undefined {
  return protocol && alpn[protocol]
}

/** How a conversation begins; null where its protocol has no way to go on under TLS later. */
export function openingOf(protocol: Protocol, security: TcpSpec['security']): readonly Line[] | null {
  const { greeting, startTls } = conversations[protocol]
  // Its greeting is the question for TLS, which nobody asks under TLS.
  if (protocol === 'postgres' && security === 'tls') return []
  if (security !== 'starttls') return greeting
  if (!startTls) return null
  const isAskedAtOnce = protocol === 'postgres'
  return [...(isAskedAtOnce ? [] : protocol === 'imap' ? UNAUTHENTICATED : greeting), ...startTls, { startTls: true }]
}

/** A session that is authenticated from the start cannot begin TLS any more (RFC 9051 section 6.2.1). */
const UNAUTHENTICATED: readonly Line[] = [
  { expectPattern: '(?m)^\\* OK.*\\n', unless: '(?m)^\\* (BYE|PREAUTH).*\\n', beginsTls: true },
]
