import { describe, expect, test } from 'bun:test'
import type { Alert } from '../src/alert.ts'
import { createEmail } from '../src/channels/email.ts'
import { createMailer } from '../src/mailer.ts'
import { everyAlert, hostileNames, makeAlert } from '../testing/alerts.ts'
import { openSmtpServer, partOf } from '../testing/smtp-server.ts'

const settings = { kind: 'email', to: 'ada@example.com' } as const
const attempt = { signal: new AbortController().signal, nowMs: 0 }
const mailerOf = (url: string) => createMailer({ url, from: 'us@example.com' })

async function mailsOf(alerts: readonly Alert[]) {
  await using server = await openSmtpServer()
  const email = createEmail({ mailer: mailerOf(server.url) })
  for (const alert of alerts) expect((await email.deliver(alert, settings, attempt)).kind).toBe('accepted')
  return server.mails
}

describe('an alert by mail', () => {
  test('says the same as text and as HTML, and how to end the mails with one request', async () => {
    const [mail] = await mailsOf([makeAlert()])
    expect(mail?.headers.get('subject')).toBe('DOWN shop.example - TLS certificate expired (2 of 3 regions)')
    expect(mail?.headers.get('list-unsubscribe')).toBe('<https://up.example/unsubscribe?token=end-token>')
    expect(mail?.headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
    for (const type of ['text/plain', 'text/html']) {
      const part = partOf(mail?.raw ?? '', type)
      for (const words of ['the certificate ended on 30 May 2026', 'CERT_EXPIRED', '▁▁▂▁✕✕✕', 'act#ack-token'])
        expect(part).toContain(words)
    }
  })

  test('fetches nothing and reports nothing when it is read', async () => {
    for (const mail of await mailsOf(everyAlert()))
      expect(partOf(mail.raw, 'text/html')).not.toMatch(/<img|<script|<link|@import|url\(|background=/i)
  }, 60_000)

  test('is a thread with all that is told of the incident, and no copy of another mail', async () => {
    const told = [
      makeAlert(),
      makeAlert({ deliveryKey: 'event-7-again' }),
      makeAlert({ event: 'recovered', deliveryKey: 'event-8', durationMs: 1 }),
    ]
    const mails = await mailsOf([...told, makeAlert({ dedupKey: 'incident-2', deliveryKey: 'event-9' })])
    const threads = mails.map(({ headers }) => headers.get('references'))
    expect(mails.map(({ headers }) => headers.get('in-reply-to'))).toEqual(threads)
    expect([new Set(threads.slice(0, 3)).size, new Set(threads).size]).toEqual([1, 2])
    expect(new Set(mails.map(({ headers }) => headers.get('message-id'))).size).toBe(4)
  })

  test('has the same Message-ID with every try', async () => {
    const [first, second] = await mailsOf([makeAlert(), makeAlert()])
    expect(first?.headers.get('message-id')).toMatch(/^<[0-9a-f]{32}@/)
    expect(second?.headers.get('message-id')).toBe(first?.headers.get('message-id') as string)
  })

  test('holds what a monitor is named as a text, in the subject and in the HTML', async () => {
    const alerts = hostileNames.map((name) =>
      makeAlert({ subject: { kind: 'monitor', id: '1', name, target: name }, cause: { code: 'X', message: name } }),
    )
    for (const mail of await mailsOf(alerts)) {
      expect(mail.to).toEqual(['ada@example.com'])
      expect(mail.headers.get('bcc')).toBeUndefined()
      const html = partOf(mail.raw, 'text/html')
      expect(html).not.toContain('<script>')
      expect(html).not.toContain('<b>')
      expect(html.match(/<a /g)).toHaveLength(4)
    }
  }, 60_000)
})

describe('a mail that is not taken', () => {
  test('is tried again where the server is away, and refused where there is none to ask', async () => {
    const server = await openSmtpServer()
    await server[Symbol.asyncDispose]()
    const away = createEmail({ mailer: mailerOf(server.url) })
    expect(await away.deliver(makeAlert(), settings, attempt)).toMatchObject({ kind: 'retry' })
    const none = createEmail({ mailer: undefined })
    expect(await none.deliver(makeAlert(), settings, attempt)).toMatchObject({ kind: 'refused' })
  })

  test('is tried again after 4xx, and not after 5xx; what the server says is kept', async () => {
    for (const [code, kind] of [
      [451, 'retry'],
      [550, 'refused'],
    ] as const) {
      const error = Object.assign(new Error('no'), { responseCode: code, response: `${code} no such user` })
      const email = createEmail({ mailer: { send: () => Promise.reject(error) } })
      expect(await email.deliver(makeAlert(), settings, attempt)).toEqual({
        ...{ kind, reason: `the mail server answered ${code}`, answer: `${code} no such user` },
      })
    }
  })

  test('is left at once where somebody stops, whatever the server does', async () => {
    const asked = Promise.withResolvers<void>()
    const silent = {
      send: () => {
        asked.resolve()
        return new Promise<void>(() => {})
      },
    }
    const stopping = new AbortController()
    const delivery = createEmail({ mailer: silent }).deliver(makeAlert(), settings, {
      ...attempt,
      signal: stopping.signal,
    })
    await asked.promise
    stopping.abort()
    expect(await delivery).toMatchObject({ kind: 'retry' })
  })

  test('says nothing of our login', async () => {
    await using server = await openSmtpServer({ account: { user: 'us', password: 'right' } })
    const email = createEmail({ mailer: mailerOf(server.url.replace('//', '//us:wrong-secret@')) })
    const delivery = await email.deliver(makeAlert(), settings, attempt)
    expect(delivery.kind).toBe('retry')
    expect(JSON.stringify(delivery)).not.toContain('wrong-secret')
  })
})
