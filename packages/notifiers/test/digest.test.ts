import { describe, expect, test } from 'bun:test'
import type { WeekReport } from '@repo/domain/digest'
import { type DigestPlace, digestText, plainDigest } from '../src/digest.ts'
import { type DigestMail, sendDigest } from '../src/digest-mail.tsx'
import { createMailer } from '../src/mailer.ts'
import { hostileNames } from '../testing/alerts.ts'
import { openSmtpServer, partOf, type ReceivedMail } from '../testing/smtp-server.ts'

const HOUR_MS = 3_600_000
const toMs = Date.UTC(2026, 5, 8, 6)
const period = { fromMs: toMs - 168 * HOUR_MS, toMs }
const place: DigestPlace = {
  ...{ workspaceName: 'Acme', timeZone: 'Europe/Berlin', publicUrl: 'https://up.example', token: 'token-of-ada' },
}

const makeReport = (changed: Partial<WeekReport> = {}): WeekReport => ({
  ...{ period, watched: 12, uptimePercent: 99.982, downMs: 65 * 60_000 },
  incidents: {
    count: 7,
    longest: [
      {
        ...{ id: 'i1', monitorName: 'Shop', severity: 'down', cause: 'HTTP 503' },
        ...{ beganAtMs: toMs - 24 * HOUR_MS, endedAtMs: toMs - 23 * HOUR_MS },
      },
      { id: 'i2', monitorName: 'Blog', severity: 'degraded', cause: '', beganAtMs: toMs - HOUR_MS, endedAtMs: null },
    ],
  },
  worst: [{ id: 'm1', name: 'Shop', uptimePercent: 99.4, downMs: HOUR_MS }],
  ending: [
    { monitorId: 'm2', monitorName: 'Blog', kind: 'certificate', expiresAtMs: toMs + 48 * HOUR_MS },
    { monitorId: 'm3', monitorName: 'Old', kind: 'domain', expiresAtMs: toMs - HOUR_MS },
  ],
  givenUp: [{ channelName: 'ops', count: 2 }],
  ...changed,
})

const nothing = { incidents: { count: 0, longest: [] }, worst: [], ending: [], givenUp: [] }
const never = new AbortController().signal

async function mailOf(changed: Partial<DigestMail> = {}): Promise<ReceivedMail> {
  await using server = await openSmtpServer()
  const mailer = createMailer({ url: server.url, from: 'us@example.com' })
  const mail = { report: makeReport(), place, to: 'ada@example.com', key: 'one', ...changed }
  expect(await sendDigest(mailer, mail, never)).toMatchObject({ kind: 'accepted' })
  return server.mails[0] as ReceivedMail
}

const htmlOf = ({ raw }: ReceivedMail) => partOf(raw, 'text/html')

describe('a weekly report', () => {
  test('says what the week was like, by the clocks of the workspace', () => {
    expect(plainDigest(digestText(makeReport(), place))).toBe(`\
Acme, 2026-06-01 08:00 to 2026-06-08 08:00 (Europe/Berlin): 12 monitors, 99.982 % up, down for 1 h 5 min together.

Incidents: the longest of 7
- Shop: down for 1 h from 2026-06-07 08:00 - HTTP 503
  https://up.example/incidents/i1
- Blog: degraded since 2026-06-08 07:00, not over
  https://up.example/incidents/i2

Least uptime
- Shop: 99.4 % up, down for 1 h
  https://up.example/monitors/m1

Ends soon
- Blog: the certificate ends on 2026-06-10 08:00
  https://up.example/monitors/m2
- Old: the domain ended on 2026-06-08 07:00
  https://up.example/monitors/m3

Alerts that reached nobody
- ops: 2 messages given up
  https://up.example/

No more of these mails:
https://up.example/api/digest/unsubscribe?token=token-of-ada
`)
  })

  test('is short where all was well', () => {
    const report = makeReport({ ...nothing, uptimePercent: 100, downMs: 0 })
    expect(digestText(report, place)).toMatchObject({
      subject: 'REPORT Acme - 100 % up, 0 incidents',
      lead: 'Acme, 2026-06-01 08:00 to 2026-06-08 08:00 (Europe/Berlin): 12 monitors, 100 % up, nothing was down.',
      sections: [],
    })
    const unwatched = digestText(makeReport({ ...nothing, watched: 0, uptimePercent: null, downMs: 0 }), place)
    expect(unwatched.lead).toEndWith('nothing was watched.')
    expect(unwatched.subject).toBe('REPORT Acme - 0 incidents')
  })

  test('has no links where the instance does not know its address', () => {
    expect(plainDigest(digestText(makeReport(), { ...place, publicUrl: undefined }))).not.toContain('http')
  })

  test('has a subject of at most 70 characters, whatever the workspace is named', () => {
    for (const workspaceName of ['x'.repeat(100), '👩‍🚀'.repeat(60), ...hostileNames]) {
      const { subject } = digestText(makeReport(), { ...place, workspaceName })
      expect(subject.length).toBeLessThanOrEqual(70)
      expect(subject).toStartWith('REPORT ')
      expect(subject).not.toMatch(/[\r\n]/)
    }
  })
})

describe('its mail', () => {
  test('says the same as HTML, and how to end the mails with one request', async () => {
    const mail = await mailOf()
    const html = htmlOf(mail)
    const { lead, sections } = digestText(makeReport(), place)
    const texts = [
      lead,
      ...sections.flatMap(({ title, lines }) => [title, ...lines.flatMap(({ text, url }) => [text, url])]),
    ]
    for (const text of texts) expect(html).toContain(text ?? '')
    expect(mail.headers.get('list-unsubscribe')).toBe('<https://up.example/api/digest/unsubscribe?token=token-of-ada>')
    expect(mail.headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  })

  test('fetches nothing and reports nothing when it is read', async () => {
    expect(htmlOf(await mailOf())).not.toMatch(/<img|<script|<link|@import|url\(|background=/i)
  })

  test('has the same Message-ID with every try, and another one for each mail', async () => {
    const ids = [await mailOf(), await mailOf(), await mailOf({ key: 'two' })].map(({ headers }) =>
      headers.get('message-id'),
    )
    expect(ids[0]).toMatch(/^<[0-9a-f]{32}@/)
    expect([ids[1] === ids[0], ids[2] === ids[0]]).toEqual([true, false])
  })

  test('holds what people name things as a text', async () => {
    for (const name of hostileNames) {
      const report = makeReport({
        worst: [{ id: 'm1', name, uptimePercent: 1, downMs: 1 }],
        givenUp: [{ channelName: name, count: 1 }],
      })
      const mail = await mailOf({ report, place: { ...place, workspaceName: name } })
      expect(mail.to).toEqual(['ada@example.com'])
      expect(mail.headers.get('bcc')).toBeUndefined()
      expect(htmlOf(mail)).not.toMatch(/<script>|<b>/)
    }
  }, 60_000)

  test('is tried again where the server is away', async () => {
    const server = await openSmtpServer()
    await server[Symbol.asyncDispose]()
    const mailer = createMailer({ url: server.url, from: 'us@example.com' })
    const mail = { report: makeReport(), place, to: 'ada@example.com', key: 'one' }
    expect(await sendDigest(mailer, mail, never)).toMatchObject({ kind: 'retry' })
  })
})
