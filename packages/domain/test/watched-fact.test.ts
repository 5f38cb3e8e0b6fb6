import { describe, expect, test } from 'bun:test'
import {
  expiryStage,
  factsIn,
  followFact,
  type KnownFact,
  nextWarningMs,
  type WatchedFact,
} from '../src/watched-fact.ts'
import { makeCertificateFacts, noonMs } from '../testing/make.ts'

const DAY_MS = 86_400_000
const fact = (changed: Partial<WatchedFact> = {}): WatchedFact => ({
  ...{ kind: 'certificate', value: 'aa', shown: 'A', expiresAtMs: noonMs, lifetimeMs: 365 * DAY_MS },
  ...changed,
})

describe('of what lives for a year, so many warnings are due', () => {
  const cases: [daysLeft: number, stage: number][] = [
    [31, 0],
    [30, 1],
    [15, 1],
    [14, 2],
    [7, 3],
    [3, 4],
    [1, 5],
    [-10, 5],
  ]
  test.each(cases)('%d days before its end: %d', (daysLeft, stage) => {
    expect(expiryStage(fact(), noonMs - daysLeft * DAY_MS)).toBe(stage)
  })
})

describe('of what lives for six days, so many warnings are due', () => {
  const cases: [daysLeft: number, stage: number][] = [
    [6, 0],
    [2.1, 0],
    [2, 1],
    [0.9, 2],
    [0.05, 5],
  ]
  test.each(cases)('%d days before its end: %d', (daysLeft, stage) => {
    expect(expiryStage(fact({ lifetimeMs: 6 * DAY_MS }), noonMs - daysLeft * DAY_MS)).toBe(stage)
  })
})

test('the next warning is known ahead, and none is left after the last', () => {
  expect(nextWarningMs(fact(), noonMs - 20 * DAY_MS)).toBe(noonMs - 14 * DAY_MS)
  expect(nextWarningMs(fact(), noonMs)).toBeNull()
  expect(nextWarningMs(fact({ expiresAtMs: null }), noonMs)).toBeNull()
})

describe('a look is followed', () => {
  /** What is told of looks at values such as `aa`, each so many days before the end that all of them share. */
  function told(looks: readonly (readonly [value: string, daysLeft: number])[]): string[] {
    let known: readonly KnownFact[] = []
    return looks.flatMap(([value, daysLeft]) => {
      const after = followFact(known, fact({ value, shown: value.toUpperCase() }), noonMs - daysLeft * DAY_MS)
      known = after.known
      return after.news.map((one) => `${one.kind} ${one.before ? `${one.before}→` : ''}${one.shown}`)
    })
  }

  const cases: [string, (readonly [string, number])[], string[]][] = [
    ['by nothing, when it is the first', [['aa', 60]], []],
    [
      'by nothing, when it is the same',
      [
        ['aa', 60],
        ['aa', 50],
      ],
      [],
    ],
    [
      'by a warning when one is due, once',
      [
        ['aa', 31],
        ['aa', 29],
        ['aa', 28],
      ],
      ['certificate_expiring AA'],
    ],
    [
      'by each further warning',
      [
        ['aa', 29],
        ['aa', 13],
        ['aa', 6],
      ],
      Array.from({ length: 3 }, () => 'certificate_expiring AA'),
    ],
    [
      'by one warning where several were missed',
      [
        ['aa', 60],
        ['aa', 2],
      ],
      ['certificate_expiring AA'],
    ],
    [
      'by a change when it is another',
      [
        ['aa', 60],
        ['bb', 60],
      ],
      ['certificate_changed AA→BB'],
    ],
    [
      'by no second change when both answer in turn',
      [
        ['aa', 60],
        ['bb', 60],
        ['aa', 60],
        ['bb', 59],
      ],
      ['certificate_changed AA→BB'],
    ],
    [
      'by a warning of each that ends',
      [
        ['aa', 29],
        ['bb', 29],
      ],
      ['certificate_expiring AA', 'certificate_changed AA→BB', 'certificate_expiring BB'],
    ],
  ]
  test.each(cases)('%s', (_sentence, looks, news) => expect(told(looks)).toEqual(news))

  test('by no more memory than there is for eight', () => {
    let known: readonly KnownFact[] = []
    for (let value = 0; value < 20; value += 1) known = followFact(known, fact({ value: `${value}` }), 0).known
    expect(known.map((one) => one.value)).toEqual(['12', '13', '14', '15', '16', '17', '18', '19'])
  })
})

describe('what there is to watch', () => {
  test('is the certificate that was shown', () => {
    const certificate = makeCertificateFacts(noonMs)
    expect(factsIn({ certificate, facts: {} })).toMatchObject([
      { kind: 'certificate', value: certificate.fingerprint, expiresAtMs: noonMs },
    ])
  })
  test('is who holds a domain and until when', () => {
    const facts = { registrar: 'R', nameServers: ['b.example', 'a.example'], expiresAt: new Date(noonMs).toISOString() }
    expect(factsIn({ certificate: null, facts })).toEqual([
      {
        kind: 'domain',
        value: 'registered with R, name servers a.example, b.example',
        shown: 'registered with R, name servers a.example, b.example',
        expiresAtMs: noonMs,
        lifetimeMs: null,
      },
    ])
  })
  test('is what a name leads to, in whatever order', () => {
    const [one] = factsIn({ certificate: null, facts: { records: ['192.0.2.2', '192.0.2.1'] } })
    const [other] = factsIn({ certificate: null, facts: { records: ['192.0.2.1', '192.0.2.2'] } })
    expect(one).toEqual(other as WatchedFact)
  })
  test('is nothing where nothing of it was seen', () =>
    expect(factsIn({ certificate: null, facts: { sent: 3 } })).toEqual([]))
})

test('a certificate that an older version saw is completed once it is seen again', () => {
  const [seen] = factsIn({ certificate: makeCertificateFacts(noonMs + 100 * DAY_MS), facts: {} })
  if (!seen) throw new Error('there is no certificate')
  const old: KnownFact = { value: seen.value, shown: seen.shown, stage: 0 }
  const { known, news } = followFact([old], seen, noonMs)
  expect(known).toEqual([{ ...old, certificate: expect.objectContaining({ issuer: 'CN=Test Authority' }) }])
  expect(news).toEqual([])
  expect(followFact(known, seen, noonMs).known).toBe(known)
})
