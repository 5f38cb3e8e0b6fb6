import { describe, expect, test } from 'bun:test'
import { type AccountChange, accountMail } from '../src/account-mail.ts'

const facts = {
  username: 'ada',
  atMs: Date.UTC(2026, 5, 1, 12),
  address: '203.0.113.9',
  publicUrl: 'https://uptime.example.com',
}
const mailOf = (change: AccountChange, more: object = {}) => accountMail({ ...facts, change, ...more })

const changes: AccountChange[] = [
  { kind: 'password_changed' },
  { kind: 'password_reset', apiKeys: 2, passkeys: 1 },
  { kind: 'email_changed', email: 'new@example.com' },
  { kind: 'email_changed', email: null },
  { kind: 'second_factor_set' },
  { kind: 'second_factor_removed' },
  { kind: 'passkey_added', name: 'Laptop' },
  { kind: 'passkey_removed', name: 'Laptop' },
  { kind: 'identity_linked', issuer: 'https://id.example.com' },
  { kind: 'identity_unlinked', issuer: 'https://id.example.com' },
]

describe('the mail about an account', () => {
  test('says what, whose, when, from where, and what to do', () => {
    expect(mailOf({ kind: 'password_changed' })).toEqual({
      subject: 'BetterUptime: Your password was changed',
      text: `Your password was changed, and every other session of yours was ended.

Account: ada
When: 2026-06-01 12:00:00 UTC
From: 203.0.113.9

If it was you, there is nothing to do.
If it was not: set a new password here: https://uptime.example.com/reset
and tell an operator of the instance.
`,
    })
  })

  test.each(changes)('is short and whole: %p', (change) => {
    const { subject, text } = mailOf(change)
    expect(subject.length).toBeLessThan(78)
    expect(text.split('\n').length).toBeLessThan(17)
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(140)
    expect(text).not.toContain('undefined')
    for (const part of ['ada', '12:00:00 UTC', '203.0.113.9', 'If it was not: ']) expect(text).toContain(part)
  })

  test.each(changes)('has no link where the instance does not know its address: %p', (change) => {
    const { text } = mailOf(change, { publicUrl: undefined })
    expect(text.replaceAll('https://id.example.com', '')).not.toContain('://')
  })

  test.each([
    [2, 1, 'Still valid: 2 API keys made by you and 1 passkey of yours', ['settings/keys', 'settings/security']],
    [1, 0, 'Still valid: 1 API key made by you and 0 passkeys of yours', ['settings/keys']],
    [0, 3, 'Still valid: 0 API keys made by you and 3 passkeys of yours', ['settings/security']],
    [0, 0, 'no API keys and no passkeys', []],
  ])('after a reset tells of %d keys and %d passkeys, and where they end', (apiKeys, passkeys, said, places) => {
    const { text } = mailOf({ kind: 'password_reset', apiKeys, passkeys })
    expect(text).toContain(said)
    expect(text.match(/settings\/\w+/g)?.join(' ') ?? '').toBe(places.join(' '))
  })
})
