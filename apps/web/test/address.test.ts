import { describe, expect, test } from 'bun:test'
import { nextPath } from '../src/account/next-path.ts'
import { retryDelayMs } from '../src/live/socket.ts'
import { nextOnGridMs } from '../src/monitor/tiles.tsx'
import { draftErrors, withScheme } from '../src/monitors/monitor-draft.ts'
import { parseRoute } from '../src/navigation.ts'

describe('after signing in', () => {
  test.each([
    ['', '/'],
    ['?next=/settings', '/settings'],
    ['?next=%2Fmonitors%2Fx%3Frange%3D7d', '/monitors/x?range=7d'],
    ['?next=https://evil.example/', '/'],
    ['?next=//evil.example/', '/'],
    ['?next=/%5Cevil.example', '/'],
    ['?next=/%09/evil.example', '/'],
    ['?next=/.//evil.example/', '/'],
    ['?next=/x/..//evil.example/', '/'],
    ['?next=javascript:alert(1)', '/'],
  ])('%s leads to %s', (search, path) => expect(nextPath(search, 'https://up.example')).toBe(path))
})

describe('an address', () => {
  test.each([
    ['/', { screen: 'overview' }],
    ['/monitors', { screen: 'monitors' }],
    ['/monitors/', { screen: 'monitors' }],
    ['/monitors/abc', { screen: 'monitor', id: 'abc' }],
    ['/monitors/%E0%A4%A', { screen: 'monitor', id: '%E0%A4%A' }],
    ['/settings', { screen: 'settings', section: 'account' }],
    ['/system', { screen: 'system' }],
    ['/system/eu', { screen: 'missing' }],
    ['/settings/members', { screen: 'settings', section: 'members' }],
    ['/settings/account', { screen: 'missing' }],
    ['/settings/x', { screen: 'missing' }],
    ['/settings/members/x', { screen: 'missing' }],
    ['/other', { screen: 'missing' }],
  ])('%s is a screen', (pathname, route) =>
    expect(parseRoute(pathname)).toEqual(route as ReturnType<typeof parseRoute>),
  )
})

describe('a URL as a person types it', () => {
  test.each([
    ['example.com', 'https://example.com'],
    [' http://example.com/ ', 'http://example.com/'],
    ['localhost:8080', 'https://localhost:8080'],
    ['example.com:8443/x', 'https://example.com:8443/x'],
    ['ftp://example.com', 'ftp://example.com'],
    ['', ''],
  ])('%p becomes %p', (text, url) => expect(withScheme(text)).toBe(url))
})

test('what the API finds wrong stands at its field', () => {
  expect(
    draftErrors([
      { field: 'spec.url', message: 'is not a valid URL' },
      { field: 'regions.0', message: 'there is no such region' },
      { field: 'spec.timeoutMs', message: 'Too big: expected number to be <=30000' },
      { field: '', message: 'nothing to change' },
    ]),
  ).toEqual({
    timeoutSeconds: 'Between 0.1 and 30 seconds',
    url: 'Is not a valid URL',
    regions: 'There is no such region',
    form: 'Nothing to change',
  })
})

test('attempts to reconnect grow apart, to a bound, with jitter', () => {
  expect([0, 1, 3, 20].map((failures) => retryDelayMs(failures, 1))).toEqual([500, 1_000, 4_000, 15_000])
  expect(retryDelayMs(3, 0)).toBe(2_000)
})

test('the next check is known from any former one', () => {
  expect(nextOnGridMs(1_000, { intervalMs: 500, nowMs: 400 })).toBe(1_000)
  expect(nextOnGridMs(1_000, { intervalMs: 500, nowMs: 2_100 })).toBe(2_500)
})
