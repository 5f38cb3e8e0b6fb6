import { createHash } from 'node:crypto'
import { answerText } from './answer-text.ts'
import type { Delivery } from './channel.ts'
import type { Mail, Mailer } from './mailer.ts'

/** Sends a mail, and says what became of it: what may be tried again, and what may not. */
export async function sendMail(mailer: Mailer, mail: Mail, signal: AbortSignal): Promise<Delivery> {
  if (signal.aborted) return stopped
  try {
    return await unlessStopped(
      mailer.send(mail).then(() => taken),
      signal,
    )
  } catch (error) {
    return notTaken(error)
  }
}

/** The `Message-ID` of what has this key, the same in every attempt: receivers drop what they have had. */
export function messageIdOf(key: string): string {
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 32)}@alerts.betteruptime.invalid>`
}

/** RFC 8058: one request, and no page that asks. */
export function unsubscribeHeaders(url: string): Record<string, string> {
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}

const taken = { kind: 'accepted', answer: 'the mail server took it' } as const
const stopped = { kind: 'retry', reason: 'it was stopped before anybody answered', answer: '' } as const

/** SMTP knows no way to break off: whoever is stopped does not wait for what becomes of it. */
function unlessStopped(sending: Promise<Delivery>, signal: AbortSignal): Promise<Delivery> {
  const leaving = Promise.withResolvers<Delivery>()
  const leave = () => leaving.resolve(stopped)
  signal.addEventListener('abort', leave, { once: true })
  return Promise.race([sending, leaving.promise]).finally(() => signal.removeEventListener('abort', leave))
}

interface SmtpError {
  readonly responseCode?: number
  readonly response?: string
  readonly code?: string
  /** To which it was the answer. */
  readonly command?: string
}

/** What SMTP says for good begins with 5 (RFC 5321, 4.2.1). Its words may hold the address and nothing more of ours. */
function notTaken(error: unknown): Delivery {
  const { responseCode, response, code, command } = error as SmtpError
  const answer = answerText(response ?? '')
  if (responseCode !== undefined && responseCode >= 500)
    // A login that is refused is the operator's to mend: the mail itself is not at fault.
    return responseCode === 535
      ? { kind: 'retry', reason: 'the mail server refused our login', answer: '' }
      : {
          kind: 'refused',
          reason: `the mail server answered ${responseCode}`,
          answer,
          // Of what it said after that, the mail may be the reason.
          ...(command === 'RCPT TO' && { isGone: true }),
        }
  const reason =
    responseCode === undefined
      ? `the mail server could not be reached (${code ?? 'no answer'})`
      : `the mail server answered ${responseCode}`
  return { kind: 'retry', reason, answer }
}
