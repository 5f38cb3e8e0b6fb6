import { z } from 'zod'
import { ConfigError } from './environment.ts'

const word = `[^\\s@<>,;:"()\\[\\]]+`
const mailbox = new RegExp(`^([^<>"\\r\\n]*<${word}@${word}>|${word}@${word})$`)

/** How mail leaves the instance; without a server none does. */
export const mailShape = {
  /** The complaint names no part of the URL, for it holds a password. */
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, { error: 'must start with smtp:// or smtps://', abort: true })
    .refine(isWhole, 'is not a valid URL: signs like # / @ in a password are percent-encoded')
    .optional(),
  MAIL_FROM: z.string().regex(mailbox, 'takes name@example.com, or Name <name@example.com>').optional(),
  /** An authority in PEM that vouches for the server, beside the well-known ones. */
  SMTP_CA: z.string().includes('-----BEGIN CERTIFICATE-----', 'takes a certificate in PEM').optional(),
}

function isWhole(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.hostname === '' || !['', '/'].includes(url.pathname) || url.search + url.hash !== '')
    return false
  try {
    decodeURIComponent(url.username + url.password)
    return true
  } catch {
    return false
  }
}

export interface MailSettings {
  readonly url: string
  readonly from: string
  readonly ca: string | undefined
}

type MailConfig = Readonly<z.output<z.ZodObject<typeof mailShape>>>

/** Undefined where no mail leaves the instance. @throws ConfigError where it is not said whom mail comes from. */
export function mailOf(config: MailConfig): MailSettings | undefined {
  const { SMTP_URL: url, MAIL_FROM: from, SMTP_CA: ca } = config
  if (url === undefined) return undefined
  if (from === undefined) throw new ConfigError('MAIL_FROM: is not set, and SMTP_URL is')
  return { url, from, ca }
}

/** The variables by which another process reads the same; undefined where no mail leaves the instance. */
export function mailEnvironment(mail: MailSettings | undefined): Record<string, string> | undefined {
  return mail && { SMTP_URL: mail.url, MAIL_FROM: mail.from, ...(mail.ca !== undefined && { SMTP_CA: mail.ca }) }
}
