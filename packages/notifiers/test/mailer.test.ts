import { beforeAll, describe, expect, test } from 'bun:test'
import { makeCertificate } from '@repo/probes/testing/certificates'
import { createMailer, createPooledMailer } from '../src/mailer.ts'
import { openSmtpServer, type SmtpServerSettings } from '../testing/smtp-server.ts'

const from = 'BetterUptime <uptime@example.com>'
const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Good morning\n' }

describe('a mail', () => {
  test('arrives as it was written, from us to one person', async () => {
    await using server = await openSmtpServer()
    const link = `https://uptime.example.com/reset#${'x'.repeat(90)}`
    const text = `Grüße, Ada.\n\n${link}\n.\n-- \nus\n`
    await createMailer({ url: server.url, from }).send({ ...mail, subject: 'Prüfung', text })
    const [received] = server.mails
    expect(server.mails).toHaveLength(1)
    expect(received?.from).toBe('uptime@example.com')
    expect(received?.to).toEqual(['ada@example.com'])
    expect(received?.headers.get('from')).toBe(from)
    expect(received?.headers.get('to')).toBe('ada@example.com')
    expect(received?.headers.get('auto-submitted')).toBe('auto-generated')
    expect(received?.headers.get('subject')).toBe('=?UTF-8?Q?Pr=C3=BCfung?=')
    expect(received?.text.trimEnd()).toBe(text.trimEnd())
  })

  test('goes with the account of the URL, whatever signs are in its password', async () => {
    const account = { user: 'us@example.com', password: 'p@ss:/?#%w ord' }
    await using server = await openSmtpServer({ account })
    const credentials = `${encodeURIComponent(account.user)}:${encodeURIComponent(account.password)}`
    await createMailer({ url: server.url.replace('//', `//${credentials}@`), from }).send(mail)
    expect(server.mails[0]?.user).toBe(account.user)
  })

  test('is rejected where the server does not take it', async () => {
    await using refusing = await openSmtpServer({ refuses: true })
    await expect(createMailer({ url: refusing.url, from }).send(mail)).rejects.toThrow('no room')
    await using closed = await openSmtpServer()
    await closed[Symbol.asyncDispose]()
    await expect(createMailer({ url: closed.url, from }).send(mail)).rejects.toThrow()
  })
})

describe('what somebody else wrote into a mail', () => {
  const lines: [string, string][] = [
    ['CR LF', '\r\n'],
    ['LF', '\n'],
    ['CR', '\r'],
    ['a line separator', '\u2028'],
    ['a next line', '\u0085'],
    ['a vertical tab', '\v'],
    ['a null', '\0'],
  ]

  test.each(lines)('begins no header by %s in the subject', async (_, sign) => {
    await using server = await openSmtpServer()
    const subject = `Invitation to Acme${sign}Bcc: everybody@example.com${sign}${sign}<script>`
    await createMailer({ url: server.url, from }).send({ ...mail, subject })
    const [received] = server.mails
    expect(received?.headers.get('bcc')).toBeUndefined()
    expect(received?.headers.get('subject')).toBe('Invitation to Acme Bcc: everybody@example.com <script>')
    expect(received?.to).toEqual(['ada@example.com'])
    expect(received?.text.trimEnd()).toBe('Good morning')
  })

  const addresses = [
    ...lines.map(([, sign]) => `ada@example.com${sign}Bcc: everybody@example.com`),
    'ada@example.com, eve@example.com',
    'ada@example.com;eve@example.com',
    'ada@example.com> RCPT TO:<eve@example.com',
    'Friends: ada@example.com, eve@example.com;',
    '"ada@example.com, eve"@example.com',
    'ada',
    '@example.com',
    'ada@',
    '',
  ]

  test.each(addresses)('is no further recipient: %p', async (to) => {
    await using server = await openSmtpServer()
    await expect(createMailer({ url: server.url, from }).send({ ...mail, to })).rejects.toThrow(
      'not the address of one mailbox',
    )
    expect(server.mails).toEqual([])
  })
})

describe('encryption', () => {
  let key = ''
  let cert = ''
  beforeAll(async () => {
    const made = await makeCertificate({ names: ['0.0.0.0', '127.0.0.1', 'localhost'] })
    key = made.key
    cert = made.cert
  })

  /** Linux connects 0.0.0.0 to this machine, but it is no loopback address: it stands for a server elsewhere. */
  const elsewhere = (settings: SmtpServerSettings = {}) => openSmtpServer({ ...settings, host: '0.0.0.0' })

  test('is demanded of a server that is not on this machine', async () => {
    await using server = await elsewhere()
    await expect(createMailer({ url: server.url, from }).send(mail)).rejects.toThrow()
    expect(server.mails).toEqual([])
  })

  test('is not asked of a server on this machine, whose certificate nobody could verify', async () => {
    await using server = await openSmtpServer({ tls: { key, cert } })
    await createMailer({ url: server.url, from }).send(mail)
    expect(server.mails[0]?.overTls).toBe(false)
  })

  test('begins by STARTTLS, before the password is said', async () => {
    const account = { user: 'us', password: 'secret' }
    await using server = await elsewhere({ tls: { key, cert }, account })
    await createMailer({ url: server.url.replace('//', '//us:secret@'), from, ca: cert }).send(mail)
    expect(server.mails[0]).toMatchObject({ overTls: true, user: 'us' })
  })

  test('is there from the start with smtps', async () => {
    await using server = await openSmtpServer({ tls: { key, cert, fromTheStart: true } })
    await createMailer({ url: server.url.replace('smtp:', 'smtps:'), from, ca: cert }).send(mail)
    expect(server.mails[0]?.overTls).toBe(true)
  })

  test('counts for nothing with a certificate that nobody vouches for', async () => {
    await using starting = await elsewhere({ tls: { key, cert } })
    await expect(createMailer({ url: starting.url, from }).send(mail)).rejects.toThrow(/certificate/)
    await using begun = await openSmtpServer({ tls: { key, cert, fromTheStart: true } })
    const url = begun.url.replace('smtp:', 'smtps:')
    await expect(createMailer({ url, from }).send(mail)).rejects.toThrow(/certificate/)
    expect([...starting.mails, ...begun.mails]).toEqual([])
  })

  test('counts for nothing with a certificate of another name', async () => {
    const other = await makeCertificate({ names: ['other.example'] })
    await using server = await elsewhere({ tls: other })
    await expect(createMailer({ url: server.url, from, ca: other.cert }).send(mail)).rejects.toThrow(/altname|IP/i)
    expect(server.mails).toEqual([])
  })
})

describe('mail to many', () => {
  test('goes over few connections, which end with whoever sends it', async () => {
    await using server = await openSmtpServer()
    const mailer = createPooledMailer({ url: server.url, from })
    const everybody = Array.from({ length: 40 }, (_, place) => `ada${place}@example.com`)
    await Promise.all(everybody.map((to) => mailer.send({ ...mail, to })))
    await mailer.send({ ...mail, to: 'eva@example.com' })
    expect(server.mails.map(({ to }) => to.join()).toSorted()).toEqual([...everybody, 'eva@example.com'].toSorted())
    expect(server.connections).toBeLessThanOrEqual(4)
    mailer[Symbol.dispose]()
    await server.idle()
  })

  test('says of each whether it was taken: one that is refused holds up no other', async () => {
    await using server = await openSmtpServer({ unknown: ['nobody@example.com'] })
    using mailer = createPooledMailer({ url: server.url, from })
    const sent = await Promise.allSettled(
      ['ada@example.com', 'nobody@example.com', 'eva@example.com'].map((to) => mailer.send({ ...mail, to })),
    )
    expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(sent[1]).toMatchObject({ reason: { responseCode: 550, command: 'RCPT TO' } })
  })

  test('fails where nobody takes it', async () => {
    const closed = await openSmtpServer()
    await closed[Symbol.asyncDispose]()
    using mailer = createPooledMailer({ url: closed.url, from })
    await expect(mailer.send(mail)).rejects.toThrow()
  })
})
