import { Body, Container, Head, Heading, Html, Link, Preview, Section, Text } from '@react-email/components'
import { render } from '@react-email/render'
import type { WeekReport } from '@repo/domain/digest'
import type { Delivery } from './channel.ts'
import { type DigestPlace, type DigestText, digestText, plainDigest } from './digest.ts'
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

const font = { fontFamily: '-apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif' }
const ink = { color: '#1b1f24', fontSize: 15, lineHeight: '22px' }

/** No picture is fetched and nothing tells that it was read. */
function Digest({ digest: { subject, lead, sections, unsubscribe } }: { digest: DigestText }) {
  return (
    <Html lang="en">
      <Head />
      <Preview>{lead}</Preview>
      <Body style={{ ...font, backgroundColor: '#f7f7f4', margin: 0, padding: '24px 12px' }}>
        <Container
          style={{
            backgroundColor: '#ffffff',
            border: '1px solid #e2e2dc',
            borderRadius: 12,
            padding: 24,
            maxWidth: 560,
          }}
        >
          <Heading as="h1" style={{ color: '#3b4252', fontSize: 20, lineHeight: '28px', margin: 0 }}>
            {subject}
          </Heading>
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
        </Container>
        {unsubscribe !== undefined && (
          <Text style={{ color: '#6b727a', fontSize: 12, textAlign: 'center', margin: '16px 0 0' }}>
            <Link href={unsubscribe} style={{ color: '#6b727a', textDecoration: 'underline' }}>
              No more of these mails
            </Link>
          </Text>
        )}
      </Body>
    </Html>
  )
}
