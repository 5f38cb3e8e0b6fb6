import { describe, expect, test } from 'bun:test'
import type { Alert } from '../src/alert.ts'
import { lasting, messageOf, oneLine, plainText, shortened, subjectLength } from '../src/message.ts'
import { everyAlert, hostileNames, makeAlert } from '../testing/alerts.ts'

describe('the subject of a message', () => {
  const over = { durationMs: 720_000, regions: null }
  const nobody = { subject: null, cause: null, regions: null }
  const cases: [string, Partial<Alert>][] = [
    ['DOWN shop.example - TLS certificate expired (2 of 3 regions)', {}],
    ['DOWN shop.example - TLS certificate expired', { regions: { failing: ['eu'], total: 1 } }],
    ['DEGRADED shop.example - TLS certificate expired (2 of 3 regions)', { event: 'degraded' }],
    ['UP shop.example - was down 12 min', { event: 'recovered', ...over }],
    ['UP shop.example - was down 12 min', { event: 'was_down', ...over }],
    ['DOWN shop.example - again: TLS certificate expired', { event: 'reopened' }],
    ['ADVISORY shop.example - found down by eu alone', { event: 'advisory', regions: { failing: ['eu'], total: 3 } }],
    [
      'DOWN shop.example - and 13 more: address 192.0.2.1',
      { event: 'storm', storm: { trait: 'address 192.0.2.1', members: [], count: 14 } },
    ],
    ['ACKNOWLEDGED shop.example - somebody looks after it', { event: 'acknowledged' }],
    ['TEST Acme - this channel works', { event: 'test', ...nobody }],
  ]
  test.each(cases)('is %p', (subject, changed) => {
    expect(messageOf(makeAlert(changed)).subject).toBe(subject)
  })

  test('is one line of at most 70 characters, whatever is named how', () => {
    for (const name of [...hostileNames, 'shop '.repeat(30)])
      for (const alert of everyAlert()) {
        const named = alert.subject && { ...alert.subject, name }
        const { subject } = messageOf({
          ...alert,
          subject: named,
          workspaceName: name,
          cause: { code: 'X', message: name },
        })
        expect(subject.length).toBeLessThanOrEqual(subjectLength)
        expect(subject).toMatch(/^[A-Z]+ [^\p{Cc}\p{Zl}\p{Zp}]*$/u)
      }
  })

  test('says what it is about where the cause is long', () => {
    const cause = { code: 'X', message: 'the answer was not what it should have been, by far, in many ways' }
    expect(messageOf(makeAlert({ cause })).subject).toStartWith('DOWN shop.example - the answer was not')
  })
})

test('a storm names ten and counts the rest', () => {
  const members = Array.from({ length: 12 }, (_, n) => `shop ${n}`)
  const { lines } = messageOf(makeAlert({ event: 'storm', storm: { trait: 'x', members, count: 40 } }))
  expect(lines[0]).toBe(`40 monitors failed at once: ${members.slice(0, 10).join(', ')} and 30 more.`)
})

test('the text says all that there is to say', () => {
  expect(plainText(messageOf(makeAlert()))).toBe(`DOWN shop.example - TLS certificate expired (2 of 3 regions)

TLS certificate expired
the certificate ended on 30 May 2026

Target: https://shop.example/
Since: 2026-06-01 12:00:00 UTC
Code: CERT_EXPIRED
Regions: eu, us of 3
Checks: ▁▁▂▁✕✕✕
Policy: Everyone

Open: https://up.example/incidents/1?a=b&c=d
Acknowledge: https://up.example/act#ack-token
Pause: https://up.example/act#pause-token`)
})

test.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [3_900_000, '1 h 5 min'],
  [86_400_000, '1 d'],
  [187_200_000, '2 d 4 h'],
])('%i ms are %s', (ms, text) => {
  expect(lasting(ms)).toBe(text)
})

test('a text is cut between what people take for characters', () => {
  expect(shortened('🧑‍🚀🧑‍🚀🧑‍🚀', 12)).toBe('🧑‍🚀🧑‍🚀…')
  expect(shortened('short', 5)).toBe('short')
  expect(oneLine('a\r\n b\u2028c\u202ed')).toBe('a b c d')
})

test('a storm says how many there are, however long their names are', () => {
  const members = Array.from({ length: 10 }, () => 'x'.repeat(200))
  const [line] = messageOf(makeAlert({ event: 'storm', storm: { trait: 'one address', members, count: 30 } })).lines
  expect(line).toStartWith('30 monitors failed at once: ')
  expect(line).toEndWith(' and 20 more.')
})

describe('a storm, which is about no monitor alone', () => {
  const storm = { trait: 'address 192.0.2.1', members: ['shop', 'blog'], count: 14 }
  const cases: [event: Alert['event'], durationMs: number | null, subject: string, line: string][] = [
    [
      'storm',
      null,
      'DOWN shop - and 13 more: address 192.0.2.1',
      '14 monitors failed at once: shop, blog and 12 more.',
    ],
    [
      'recovered',
      720_000,
      'UP shop - and 13 more: was down 12 min',
      '14 monitors failed at once and are up again: shop, blog and 12 more.',
    ],
    [
      'was_down',
      720_000,
      'UP shop - and 13 more: was down 12 min',
      '14 monitors failed at once and are up again: shop, blog and 12 more.',
    ],
  ]
  test.each(cases)('is told by its first, and says when it is over: %s', (event, durationMs, subject, line) => {
    const message = messageOf(makeAlert({ event, durationMs, storm, subject: null, regions: null }))
    expect(message.subject).toBe(subject)
    expect(message.lines[0]).toBe(line)
  })
})

test('what is not known of a cause or of regions leaves nothing behind', () => {
  const unknown = { cause: null, regions: { failing: [], total: 3 } }
  expect(messageOf(makeAlert({ event: 'down', ...unknown })).subject).toBe('DOWN shop.example')
  expect(messageOf(makeAlert({ event: 'reopened', ...unknown })).subject).toBe('DOWN shop.example - again')
})
