import { Link } from '@react-email/link'
import { render } from '@react-email/render'
import { Section } from '@react-email/section'
import { Text } from '@react-email/text'
import { MailFrame } from './mail-frame.tsx'
import { glyphs, type Message, type Tone } from './message.ts'

const colours: Record<Tone, string> = { bad: '#b3261e', warning: '#8a5a00', good: '#0b6b4f', neutral: '#3b4252' }

/** An alert as the HTML of a mail: no picture is fetched and nothing tells that it was read. */
export function alertMail(message: Message, unsubscribe: string | null): Promise<string> {
  return render(<AlertMail message={message} unsubscribe={unsubscribe} />)
}

function AlertMail({ message, unsubscribe }: { message: Message; unsubscribe: string | null }) {
  const { subject, tone, lines, facts, links } = message
  return (
    <MailFrame
      title={`${glyphs[tone]} ${subject}`}
      colour={colours[tone]}
      preview={lines[0] ?? subject}
      ending={unsubscribe === null ? undefined : { label: 'Stop these mails', url: unsubscribe }}
    >
      {lines.map((line) => (
        <Text key={line} style={{ color: '#1b1f24', fontSize: 15, lineHeight: '22px', margin: '12px 0 0' }}>
          {line}
        </Text>
      ))}
      <Section style={{ marginTop: 16 }}>
        {facts.map(({ name, value }) => (
          <Text key={name} style={{ color: '#4b525a', fontSize: 13, lineHeight: '20px', margin: 0 }}>
            <strong>{name}:</strong>{' '}
            <span style={{ fontFamily: 'ui-monospace, Menlo, Consolas, monospace' }}>{value}</span>
          </Text>
        ))}
      </Section>
      <Section style={{ marginTop: 20 }}>
        {links.map(({ label, url }) => (
          <Link key={label} href={url} style={{ color: '#0b57d0', fontSize: 15, fontWeight: 600, marginRight: 20 }}>
            {label}
          </Link>
        ))}
      </Section>
    </MailFrame>
  )
}
