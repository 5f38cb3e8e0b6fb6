import { describe, expect, test } from 'bun:test'
import { readEnvironment } from '../src/environment.ts'
import { mailEnvironment, mailOf, mailShape } from '../src/mail.ts'
import { readApiConfig, readNotifierConfig } from '../src/roles.ts'
import { readStandaloneConfig } from '../src/standalone.ts'

const read = (env: Record<string, string>) => mailOf(readEnvironment(env, mailShape))
const from = 'uptime@example.com'

describe('how mail is sent', () => {
  test('is said by a server and a sender', () => {
    expect(read({ SMTP_URL: 'smtp://us:p%40ss@mail.example:587', MAIL_FROM: 'Uptime <uptime@example.com>' })).toEqual({
      url: 'smtp://us:p%40ss@mail.example:587',
      from: 'Uptime <uptime@example.com>',
      ca: undefined,
    })
  })

  test('need not be said: then none is', () => {
    expect(read({})).toBeUndefined()
    expect(read({ MAIL_FROM: from })).toBeUndefined()
  })

  test('is read by an api and by a standalone instance', () => {
    const env = {
      ...{ SMTP_URL: 'smtp://mail.example', MAIL_FROM: from },
      ...{ OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'uptime', OIDC_CLIENT_SECRET: 'secret' },
    }
    const services = { DATABASE_URL: 'postgresql://db/x', REDIS_URL: 'redis://redis', INSTANCE_SECRET: 'x'.repeat(32) }
    expect(mailOf(readApiConfig({ ...env, ...services }))).toMatchObject({ from })
    const standalone = readStandaloneConfig(env, {})
    expect(standalone.mail).toMatchObject({ from })
    expect(standalone.oidc).toMatchObject({ clientId: 'uptime' })
  })

  const url = 'smtp://mail.example'
  const refused: [string, Record<string, string>, string][] = [
    ['a server without a sender', { SMTP_URL: url }, 'MAIL_FROM: is not set, and SMTP_URL is'],
    [
      'another protocol',
      { SMTP_URL: 'https://us:secret@mail.example', MAIL_FROM: from },
      'SMTP_URL: must start with smtp:// or smtps://',
    ],
    ...['smtp://us:se/cret@mail.example', 'smtp://us:%zz@mail.example', 'smtp://mail.example/path', 'smtps://'].map(
      (wrong): [string, Record<string, string>, string] => [
        wrong,
        { SMTP_URL: wrong, MAIL_FROM: from },
        'SMTP_URL: is not a valid URL: signs like # / @ in a password are percent-encoded',
      ],
    ),
    ...['uptime', 'a@b, c@d', 'A <a@b>\r\nBcc: c@d', 'A <a@b> <c@d>', '<>'].map(
      (wrong): [string, Record<string, string>, string] => [
        wrong,
        { SMTP_URL: url, MAIL_FROM: wrong },
        'MAIL_FROM: takes name@example.com, or Name <name@example.com>',
      ],
    ),
    ['no certificate', { SMTP_URL: url, MAIL_FROM: from, SMTP_CA: 'x' }, 'SMTP_CA: takes a certificate in PEM'],
  ]
  test.each(refused)('cannot be %p', (_, env, complaint) => {
    expect(() => read(env)).toThrow(complaint)
  })

  test('is complained about without a word of the password', () => {
    for (const wrong of ['ftp://us:SEKRET@mail.example', 'smtp://us:SEKRET#@mail.example', 'smtp://us:SEKRET%@x'])
      expect(() => read({ SMTP_URL: wrong, MAIL_FROM: from })).toThrow(expect.not.stringContaining('SEKRET') as never)
  })
})

test('what is said of mail is passed on to another process as it was', () => {
  const stored = { REDIS_URL: 'redis://r', DATABASE_URL: 'postgres://d/d' }
  const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'
  for (const more of [{ SMTP_CA: ca }, {}]) {
    const env = { SMTP_URL: 'smtps://us:p%23w@mail.example', MAIL_FROM: 'Uptime <up@example.com>', ...more }
    const mail = mailOf(readNotifierConfig({ ...stored, ...env }))
    expect(mail).toMatchObject({ url: env.SMTP_URL, from: env.MAIL_FROM })
    expect(mailOf(readNotifierConfig({ ...stored, ...mailEnvironment(mail) }))).toEqual(mail)
  }
  expect(mailEnvironment(undefined)).toBeUndefined()
})
