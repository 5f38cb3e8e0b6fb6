import { Body, Container, Head, Heading, Html, Link, Preview, Section, Text } from '@react-email/components'
import { render } from '@react-email/render'
import { glyphs, type Message, type Tone } from './message.ts'

const colours: Record<Tone, string> = { bad: '#b3261e', warning: '#8a5a00', good: '#0b6b4f', neutral: '#3b4252' }
const font = { fontFamily: '-apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif' }

/** An alert as the HTML of a mail: no picture is fetched and nothing tells that it was read. */
export function alertMail(message: Message, unsubscribe: string | null): Promise<string> {
  return render(<AlertMail message={message} unsubscribe={unsubscribe} />)
}

function AlertMail({ message, unsubscribe }: { message: Message; unsubscribe: string | null }) {
  const { subject, tone, lines, facts, links } = message
  return (
    <Html lang="en">
      <Head />
      <Preview>{lines[0] ?? subject}</Preview>
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
          <Heading as="h1" style={{ color: colours[tone], fontSize: 20, lineHeight: '28px', margin: 0 }}>
            {glyphs[tone]} {subject}
          </Heading>
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
        </Container>
        {unsubscribe !== null && (
          <Text style={{ color: '#6b727a', fontSize: 12, textAlign: 'center', margin: '16px 0 0' }}>
            <Link href={unsubscribe} style={{ color: '#6b727a', textDecoration: 'underline' }}>
              Stop these mails
            </Link>
          </Text>
        )}
      </Body>
    </Html>
  )
}
