import { Heading } from '@react-email/heading'
import { Link } from '@react-email/link'
import { render } from '@react-email/render'
import { Section } from '@react-email/section'
import { Text } from '@react-email/text'
import type { WeekReport } from '@repo/domain/digest'
import type { Delivery } from './channel.ts'
import { type DigestPlace, type DigestText, digestText, plainDigest } from './digest.ts'
import { MailFrame } from './mail-frame.tsx'
import type { Mailer } from './mailer.ts'
import { messageIdOf, sendMail, unsubscribeHeaders } from './sent-mail.ts'

export interface DigestMail {
  readonly report: WeekReport
  readonly place: DigestPlace
  readonly to: string
  /** One for a mail to a person, the same in every attempt. */
  readonly key: string
}

/** Sends a weekly report to one person, as HTML and as a text that says the same. */
export async function sendDigest(
  mailer: Mailer,
  { report, place, to, key }: DigestMail,
  signal: AbortSignal,
): Promise<Delivery> {
  const digest = digestText(report, place)
  const { subject, unsubscribe } = digest
  const mail = {
    ...{ to, subject, text: plainDigest(digest), html: await render(<Digest digest={digest} />) },
    messageId: messageIdOf(`digest ${key}`),
    ...(unsubscribe !== undefined && { headers: unsubscribeHeaders(unsubscribe) }),
  }
  return sendMail(mailer, mail, signal)
}

const ink = { color: '#1b1f24', fontSize: 15, lineHeight: '22px' }

function Digest({ digest: { subject, lead, sections, unsubscribe } }: { digest: DigestText }) {
  return (
    <MailFrame
      title={subject}
      colour="#3b4252"
      preview={lead}
      ending={unsubscribe === undefined ? undefined : { label: 'No more of these mails', url: unsubscribe }}
    >
      <Text style={{ ...ink, margin: '12px 0 0' }}>{lead}</Text>
      {sections.map(({ title, lines }) => (
        <Section key={title} style={{ marginTop: 20 }}>
          <Heading as="h2" style={{ color: '#3b4252', fontSize: 16, lineHeight: '24px', margin: 0 }}>
            {title}
          </Heading>
          {lines.map(({ text, url }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two lines may say the same, and none ever moves
            <Text key={place} style={{ ...ink, margin: '8px 0 0' }}>
              {url === undefined ? (
                text
              ) : (
                <Link href={url} style={{ color: '#0b57d0' }}>
                  {text}
                </Link>
              )}
            </Text>
          ))}
        </Section>
      ))}
    </MailFrame>
  )
}
