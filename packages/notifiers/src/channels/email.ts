import { createHash } from 'node:crypto'
import type { SettingsOf } from '@repo/contracts/channels'
import { alertMail } from '../alert-mail.tsx'
import { answerText } from '../answer-text.ts'
import type { Channel, Delivery } from '../channel.ts'
import type { Mailer } from '../mailer.ts'
import { messageOf, plainText } from '../message.ts'

export interface EmailDeps {
  /** Undefined where the instance was given no way to send mail. */
  readonly mailer: Mailer | undefined
}

/** Mail with HTML and a text that says the same. All that is told of an incident is one thread. */
export function createEmail({ mailer }: EmailDeps): Channel<SettingsOf<'email'>> {
  return {
    kind: 'email',
    async deliver(alert, { to }, { signal }) {
      if (!mailer) return { kind: 'refused', reason: 'this instance was not told how to send mail', answer: '' }
      if (signal.aborted) return stopped
      const message = messageOf(alert)
      const { unsubscribe } = alert.links
      try {
        const html = await alertMail(message, unsubscribe)
        if (signal.aborted) return stopped
        const mail = {
          ...{ to, subject: message.subject, text: plainText(message), html },
          // Its own even for the first of an incident: whoever is reminded of it would have the second dropped as a copy.
          messageId: idOf(alert.deliveryKey),
          inReplyTo: idOf(alert.dedupKey),
          headers: {
            'X-Dedup-Key': alert.dedupKey,
            ...(unsubscribe !== null && {
              'List-Unsubscribe': `<${unsubscribe}>`,
              // RFC 8058: one request, and no page that asks.
              'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
            }),
          },
        }
        return await unlessStopped(
          mailer.send(mail).then(() => taken),
          signal,
        )
      } catch (error) {
        return notTaken(error)
      }
    },
  }
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

function idOf(key: string): string {
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 32)}@alerts.betteruptime.invalid>`
}

/** What SMTP says for good begins with 5 (RFC 5321, 4.2.1). Its words may hold the address and nothing more of ours. */
function notTaken(error: unknown): Delivery {
  const { responseCode, response, code } = error as { responseCode?: number; response?: string; code?: string }
  const answer = answerText(response ?? '')
  if (responseCode !== undefined && responseCode >= 500)
    // A login that is refused is the operator's to mend: the mail itself is not at fault.
    return responseCode === 535
      ? { kind: 'retry', reason: 'the mail server refused our login', answer: '' }
      : { kind: 'refused', reason: `the mail server answered ${responseCode}`, answer }
  const reason =
    responseCode === undefined
      ? `the mail server could not be reached (${code ?? 'no answer'})`
      : `the mail server answered ${responseCode}`
  return { kind: 'retry', reason, answer }
}
