import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'

/** A mail as it arrived. */
export interface ReceivedMail {
  /** Of the envelope. */
  readonly from: string
  readonly to: readonly string[]
  /** By lower-case name; `undefined` where there is none. */
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  /** Every byte of it. */
  readonly raw: string
  readonly overTls: boolean
  /** Whom it was sent as, where the server asked. */
  readonly user: string | undefined
}

export interface RecordingSmtpServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly mails: ReceivedMail[]
  /** How many were opened to it. */
  readonly connections: number
  /** Resolves once none of them is open. */
  idle(): Promise<void>
}

export interface SmtpServerSettings {
  /** With them the server offers STARTTLS, or begins with TLS. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly fromTheStart?: boolean }
  /** Whoever signs in otherwise is refused. */
  readonly account?: { readonly user: string; readonly password: string }
  /** Takes no mail. */
  readonly refuses?: boolean
  /** Addresses that it says nobody has. */
  readonly unknown?: readonly string[]
  readonly host?: string
}

/** An SMTP server on a free port that keeps what it is sent. */
export async function openSmtpServer(settings: SmtpServerSettings = {}): Promise<RecordingSmtpServer> {
  const { tls, account, refuses = false, unknown = [], host = '127.0.0.1' } = settings
  const mails: ReceivedMail[] = []
  let [connections, open] = [0, 0]
  let idle = Promise.withResolvers<void>()
  const server = new SMTPServer({
    ...(tls && { key: tls.key, cert: tls.cert, secure: tls.fromTheStart ?? false }),
    disabledCommands: [...(tls ? [] : ['STARTTLS']), ...(account ? [] : ['AUTH'])],
    authOptional: account === undefined,
    allowInsecureAuth: true,
    logger: false,
    onAuth({ username, password }, _session, callback) {
      const isRight = username === account?.user && password === account?.password
      callback(isRight ? null : new Error('wrong'), isRight ? { user: username } : undefined)
    },
    onConnect(_session, callback) {
      connections += 1
      open += 1
      if (open === 1) idle = Promise.withResolvers<void>()
      callback()
    },
    onClose() {
      open -= 1
      if (open === 0) idle.resolve()
    },
    onRcptTo({ address }, _session, callback) {
      callback(unknown.includes(address) ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null)
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (refuses) return callback(new Error('no room'))
        mails.push(received(session, Buffer.concat(chunks).toString('utf8')))
        callback()
      })
    },
  })
  server.on('error', () => {})
  const listening = Promise.withResolvers<void>()
  server.listen(0, host, listening.resolve)
  await listening.promise
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    url: `smtp://${host}:${port}`,
    mails,
    get connections() {
      return connections
    },
    idle: () => (open === 0 ? Promise.resolve() : idle.promise),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function received(session: SMTPServerSession, raw: string): ReceivedMail {
  const end = raw.indexOf('\r\n\r\n')
  const headers = headersIn(raw.slice(0, end))
  const { mailFrom, rcptTo } = session.envelope
  return {
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map(({ address }) => address),
    headers,
    text: decoded(raw.slice(end + 4), headers.get('content-transfer-encoding')),
    raw,
    overTls: session.secure,
    user: typeof session.user === 'string' ? session.user : undefined,
  }
}

function headersIn(head: string): Map<string, string> {
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
}

function decoded(body: string, encoding: string | undefined): string {
  const text = bytesOf(body, encoding?.toLowerCase()).toString('utf8')
  return text.replaceAll('\r\n', '\n')
}

function bytesOf(body: string, encoding: string | undefined): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64')
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'utf8')
  const whole = body.replaceAll(/=\r\n/g, '')
  return Buffer.from(
    whole.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

/** Of a mail of two parts, one of them, without the encoding of its transport. */
export function partOf(raw: string, type: string): string {
  const [, boundary = ''] = /boundary="(.+?)"/.exec(raw) ?? []
  const part = raw.split(`--${boundary}`).find((one) => one.includes(`Content-Type: ${type}`)) ?? ''
  const body = part.slice(part.search(/\r?\n\r?\n/))
  if (part.includes('base64')) return Buffer.from(body, 'base64').toString()
  const joined = body.replaceAll(/=\r?\n/g, '')
  return Buffer.from(
    joined.replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString()
}
