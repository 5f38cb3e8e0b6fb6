import { rootCertificates } from 'node:tls'
import { createTransport, type SMTPTransportOptions, type Transporter } from 'nodemailer'
import pLimit from 'p-limit'
import { parseMailbox } from './mailbox.ts'

/** Sends a mail of ours to one person. Rejects where it was not taken. */
export interface Mailer {
  send(mail: Mail): Promise<void>
}

/** One whose connections stay open from one mail to the next, until it is closed, or nothing was sent for a while. */
export interface PooledMailer extends Mailer, Disposable {}

export interface Mail {
  readonly to: string
  readonly subject: string
  /** Plain text; links stand on lines of their own. */
  readonly text: string
  /** The same for who reads mail with pictures. */
  readonly html?: string
  /** Further fields, such as `List-Unsubscribe`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly messageId?: string
  /** The mail that began the thread. */
  readonly inReplyTo?: string
}

export interface MailerSettings {
  /** `smtp://user:password@host:587`, or `smtps://` where TLS comes first. */
  readonly url: string
  /** `name@example.com`, or `Name <name@example.com>`. */
  readonly from: string
  /** Authorities in PEM that are believed beside the well-known ones. */
  readonly ca?: string | undefined
}

const atOnce = 4
const waitingAtMost = 200
/** A server may want to be greeted anew after so many. */
const mailsPerConnection = 100
const connectWithinMs = 10_000
const silentAtMostMs = 20_000

/**
 * Mail by SMTP, a connection each. Nothing goes over a network unencrypted: without TLS from the start the server must offer
 * STARTTLS, and its certificate must be right. Mail to a server of this very machine goes as it is.
 */
export function createMailer({ url, from, ca }: MailerSettings): Mailer {
  return mailerOver(createTransport(transportOf(url, ca)), from)
}

/** The same for whoever sends to many: TLS and the login are done once for a hundred of them. */
export function createPooledMailer({ url, from, ca }: MailerSettings): PooledMailer {
  const transport = createTransport({
    ...transportOf(url, ca),
    ...{ pool: true, maxConnections: atOnce, maxMessages: mailsPerConnection },
    // A server may have closed a connection that nothing was sent over for a while. More often than that it is not there.
    maxRequeues: 1,
  })
  return { ...mailerOver(transport, from), [Symbol.dispose]: () => transport.close() }
}

function mailerOver(transport: Pick<Transporter, 'sendMail'>, from: string): Mailer {
  const sender = parseMailbox(from)
  const limit = pLimit(atOnce)
  return {
    async send({ to, subject, text, html, headers, messageId, inReplyTo }) {
      const { address } = parseMailbox(to)
      if (limit.pendingCount >= waitingAtMost) throw new Error('too many mails wait to be sent')
      await limit(() =>
        transport.sendMail({
          from: sender,
          to: { name: '', address },
          subject: onOneLine(subject),
          text,
          ...(html !== undefined && { html }),
          ...(messageId !== undefined && { messageId }),
          ...(inReplyTo !== undefined && { inReplyTo, references: inReplyTo }),
          headers: { 'Auto-Submitted': 'auto-generated', ...headers },
        }),
      )
    },
  }
}

function transportOf(text: string, ca: string | undefined): SMTPTransportOptions {
  const url = new URL(text)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const secure = url.protocol === 'smtps:'
  return {
    host,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isLoopback(host),
    // A server on this machine has seldom a certificate that anybody could verify.
    ignoreTLS: isLoopback(host),
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    },
    connectionTimeout: connectWithinMs,
    greetingTimeout: connectWithinMs,
    dnsTimeout: connectWithinMs,
    socketTimeout: silentAtMostMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d+){3}$/.test(host)
}

/** A name that somebody gave their workspace may be in a subject: it must not begin a header of its own. */
function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
