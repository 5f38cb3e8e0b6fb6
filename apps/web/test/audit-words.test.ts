import { describe, expect, test } from 'bun:test'
import { actionText, changeLines } from '../src/settings/audit-words.ts'

describe('what was changed', () => {
  test('is what there was and what there is, where it differs', () => {
    expect(changeLines({ username: 'ada', role: 'viewer' }, { username: 'ada', role: 'admin' })).toEqual([
      { name: 'role', text: 'viewer → admin' },
    ])
  })

  test('is all there is of what was made, and all there was of what is gone', () => {
    const key = { name: 'deploy', scopes: ['read', 'monitors:write'], expiresInDays: 30 }
    const lines = [
      { name: 'name', text: 'deploy' },
      { name: 'scopes', text: 'read, monitors:write' },
      { name: 'expires in days', text: '30' },
    ]
    expect(changeLines(null, key)).toEqual(lines)
    expect(changeLines(key, null)).toEqual(lines)
  })

  test('within a value is a line of its own', () => {
    const before = { spec: { url: 'https://a.example/', timeoutMs: 1_000 } }
    const after = { spec: { url: 'https://b.example/', timeoutMs: 1_000 } }
    expect(changeLines(before, after)).toEqual([{ name: 'spec.url', text: 'https://a.example/ → https://b.example/' }])
  })

  test('says so where something came or went', () => {
    expect(changeLines({ email: null }, { email: 'ada@example.com' })).toEqual([
      { name: 'email', text: 'none → ada@example.com' },
    ])
  })

  test('is cut where it is longer than anybody reads', () => {
    expect(changeLines(null, { name: 'x'.repeat(10_000) })[0]?.text).toHaveLength(201)
  })
})

test('an action that nobody has words for yet is shown as it is called', () => {
  expect(actionText('key.created')).toBe('API key created')
  expect(actionText('status_page.published')).toBe('Status page published')
})
