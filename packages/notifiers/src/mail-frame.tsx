import { Body } from '@react-email/body'
import { Container } from '@react-email/container'
import { Head } from '@react-email/head'
import { Heading } from '@react-email/heading'
import { Html } from '@react-email/html'
import { Link } from '@react-email/link'
import { Preview } from '@react-email/preview'
import { Text } from '@react-email/text'
import type { ReactNode } from 'react'

const font = { fontFamily: '-apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif' }

export interface MailFrameProps {
  readonly title: string
  readonly colour: string
  /** What lists of mails show beside the subject. */
  readonly preview: string
  /** How whoever reads it ends such mails, and where. */
  readonly ending: { readonly label: string; readonly url: string } | undefined
  /** English, where nothing else is said. */
  readonly language?: string
  readonly children: ReactNode
}

/** What all mails to people look like: no picture is fetched and nothing tells that it was read. */
export function MailFrame({ title, colour, preview, ending, language = 'en', children }: MailFrameProps) {
  return (
    <Html lang={language}>
      <Head />
      <Preview>{preview}</Preview>
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
          <Heading as="h1" style={{ color: colour, fontSize: 20, lineHeight: '28px', margin: 0 }}>
            {title}
          </Heading>
          {children}
        </Container>
        {ending && (
          <Text style={{ color: '#6b727a', fontSize: 12, textAlign: 'center', margin: '16px 0 0' }}>
            <Link href={ending.url} style={{ color: '#6b727a', textDecoration: 'underline' }}>
              {ending.label}
            </Link>
          </Text>
        )}
      </Body>
    </Html>
  )
}
