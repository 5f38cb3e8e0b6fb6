import { Heading } from '@react-email/heading'
import { Link } from '@react-email/link'
import { render } from '@react-email/render'
import { Section } from '@react-email/section'
import { Text } from '@react-email/text'
import type { Said } from '@repo/contracts/safe-markdown'
import { plainParagraphs } from '@repo/contracts/safe-markdown'
import type { ReactNode } from 'react'
import type { Delivery } from './channel.ts'
import { MailFrame } from './mail-frame.tsx'
import type { Mailer } from './mailer.ts'
import { type NoticePlace, type NoticeText, noticeText, type PageNotice, plainNotice } from './page-notice.ts'
import { messageIdOf, sendMail, unsubscribeHeaders } from './sent-mail.ts'

export interface NoticeMail {
  readonly notice: PageNotice
  readonly place: NoticePlace
  readonly to: string
  /** One for a notice to a subscriber, the same in every attempt. */
  readonly key: string
}

/** Sends what a status page tells to one person, as HTML and as a text that says the same. */
export async function sendNoticeMail(
  mailer: Mailer,
  { notice, place, to, key }: NoticeMail,
  signal: AbortSignal,
): Promise<Delivery> {
  const text = noticeText(notice, place)
  const thread = threadOf(notice)
  const mail = {
    ...{ to, subject: text.subject, text: plainNotice(text) },
    html: await render(<Notice text={text} language={place.language} />),
    messageId: messageIdOf(`page ${key}`),
    ...(thread !== undefined && { inReplyTo: messageIdOf(`page thread ${thread} ${to}`) }),
    ...(place.ways && { headers: unsubscribeHeaders(place.ways.unsubscribe) }),
  }
  return sendMail(mailer, mail, signal)
}

/** All that is told of an incident is one thread. */
function threadOf(notice: PageNotice): string | undefined {
  if (notice.kind === 'update') return notice.incident.id
  if (notice.kind !== 'maintenance') return undefined
  const { id, startsAt, movedFrom } = notice.maintenance
  return `${id} ${movedFrom?.startsAt ?? startsAt}`
}

const colours = { bad: '#b3261e', warning: '#8a5a00', good: '#0b6b4f', neutral: '#3b4252' } as const
const ink = { color: '#1b1f24', fontSize: 15, lineHeight: '22px' }
const faint = { color: '#4b525a', fontSize: 13, lineHeight: '20px', margin: 0 }

function Notice({ text, language }: { text: NoticeText; language: string }) {
  const { heading, tone, said, facts, earlier, links } = text
  return (
    <MailFrame
      title={heading}
      colour={colours[tone]}
      preview={plainParagraphs(said)[0] ?? heading}
      ending={undefined}
      language={language}
    >
      <Saying said={said} />
      <Section style={{ marginTop: 16 }}>
        {facts.map(({ name, value }) => (
          <Text key={name} style={faint}>
            <strong>{name}:</strong> {value}
          </Text>
        ))}
      </Section>
      {earlier.map((one) => (
        <Section key={one.heading} style={{ marginTop: 20 }}>
          <Heading as="h2" style={{ color: '#3b4252', fontSize: 15, lineHeight: '22px', margin: 0 }}>
            {one.heading}
          </Heading>
          <Saying said={one.said} />
        </Section>
      ))}
      <Section style={{ marginTop: 20 }}>
        {links.map(({ label, url }) => (
          <Text key={label} style={{ ...ink, margin: '8px 0 0' }}>
            <Link href={url} style={{ color: '#0b57d0' }}>
              {label}
            </Link>
          </Text>
        ))}
      </Section>
    </MailFrame>
  )
}

function Saying({ said }: { said: readonly Said[] }) {
  return <div style={{ ...ink, marginTop: 12 }}>{elements(said)}</div>
}

function elements(said: readonly Said[]): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: none ever moves
  return said.map((one, place) => <Element key={place} said={one} />)
}

const code = { fontFamily: 'ui-monospace, Menlo, Consolas, monospace', fontSize: 14 }

function Element({ said }: { said: Said }): ReactNode {
  switch (said.kind) {
    case 'text':
      return said.text
    case 'code':
      return <code style={code}>{said.text}</code>
    case 'block':
      return <pre style={{ ...code, whiteSpace: 'pre-wrap' }}>{said.text}</pre>
    case 'break':
      return <br />
    case 'paragraph':
      return <p style={{ margin: '0 0 8px' }}>{elements(said.children)}</p>
    case 'emphasis':
      return <em>{elements(said.children)}</em>
    case 'strong':
      return <strong>{elements(said.children)}</strong>
    case 'bullets':
      return <ul style={{ margin: '0 0 8px' }}>{elements(said.children)}</ul>
    case 'numbers':
      return (
        <ol start={said.start} style={{ margin: '0 0 8px' }}>
          {elements(said.children)}
        </ol>
      )
    case 'item':
      return <li>{elements(said.children)}</li>
    case 'quote':
      return <blockquote style={{ margin: '0 0 8px 12px', color: '#4b525a' }}>{elements(said.children)}</blockquote>
    case 'heading':
      return (
        <p style={{ margin: '0 0 8px' }}>
          <strong>{elements(said.children)}</strong>
        </p>
      )
    case 'link':
      return (
        <a href={said.href} rel="nofollow noopener" style={{ color: '#0b57d0' }}>
          {elements(said.children)}
        </a>
      )
  }
}
