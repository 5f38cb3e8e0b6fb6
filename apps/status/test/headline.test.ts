import { describe, expect, test } from 'bun:test'
import type { PublicPage } from '@repo/contracts/public-page'
import { type ComponentState, indicatorOf } from '@repo/domain/status-page'
import { headlineOf } from '../src/headline.ts'
import { wordsOf } from '../src/words.ts'
import { at, daysWith, makeComponent, makeIncident, makePage, sectionOf } from '../testing/pages.ts'

type Named = readonly [name: string, state: ComponentState, sinceMinutes?: number]

function pageOf(named: readonly Named[], given: Partial<PublicPage> = {}): PublicPage {
  const components = named.map(([name, state, minutes], place) =>
    makeComponent(place + 1, { name, state, since: minutes === undefined ? null : at(minutes) }),
  )
  return makePage({
    indicator: indicatorOf(named.map(([, state]) => state)),
    sections: [sectionOf(components)],
    ...given,
  })
}
const headline = (named: readonly Named[], given?: Partial<PublicPage>) =>
  headlineOf(pageOf(named, given), wordsOf('en'))

describe('the headline of a page', () => {
  const cases: [string, readonly Named[], string, string][] = [
    [
      'all is well',
      [
        ['A', 'operational'],
        ['B', 'operational'],
      ],
      'up',
      'Everything works.',
    ],
    [
      'one is degraded',
      [
        ['Search', 'degraded_performance'],
        ['B', 'operational'],
      ],
      'degraded',
      'Search is degraded. Everything else works.',
    ],
    [
      'two are down',
      [
        ['A', 'major_outage'],
        ['B', 'major_outage'],
        ['C', 'operational'],
      ],
      'down',
      'A and B are down. Everything else works.',
    ],
    [
      'two are down whose names are written from right to left, each by itself',
      [
        ['بحث', 'major_outage'],
        ['דף', 'major_outage'],
        ['C', 'operational'],
      ],
      'down',
      '\u2068بحث\u2069 and \u2068דף\u2069 are down. Everything else works.',
    ],
    [
      'two are down whose names nobody would read to their ends',
      [
        ['Checkout '.repeat(10), 'major_outage'],
        ['Payments '.repeat(10), 'major_outage'],
        ['C', 'operational'],
      ],
      'down',
      '2 components are down. Everything else works.',
    ],
    [
      'one is partly down',
      [
        ['A', 'partial_outage'],
        ['B', 'operational'],
      ],
      'degraded',
      'A is partly down. Everything else works.',
    ],
    [
      'the worse is said first',
      [
        ['A', 'degraded_performance'],
        ['B', 'major_outage'],
        ['C', 'operational'],
      ],
      'down',
      'B is down. A is degraded. Everything else works.',
    ],
    [
      'nothing works',
      [
        ['A', 'major_outage'],
        ['B', 'major_outage'],
      ],
      'down',
      'Everything is down.',
    ],
    [
      'none of it works as it should',
      [
        ['A', 'major_outage'],
        ['B', 'degraded_performance'],
      ],
      'down',
      'A is down. B is degraded.',
    ],
    [
      'one is under maintenance',
      [
        ['A', 'under_maintenance'],
        ['B', 'operational'],
      ],
      'maintenance',
      'A is under maintenance. Everything else works.',
    ],
    [
      'what is not known is not said to work',
      [
        ['A', 'unknown'],
        ['B', 'operational'],
      ],
      'unknown',
      'We cannot tell how A is. Everything else works.',
    ],
    [
      'three are named',
      [
        ['A', 'major_outage'],
        ['B', 'major_outage'],
        ['C', 'major_outage'],
        ['D', 'operational'],
      ],
      'down',
      'A, B and C are down. Everything else works.',
    ],
    [
      'more are counted',
      [
        ['A', 'major_outage'],
        ['B', 'major_outage'],
        ['C', 'major_outage'],
        ['D', 'major_outage'],
        ['E', 'operational'],
      ],
      'down',
      '4 components are down. Everything else works.',
    ],
    [
      'three kinds of trouble',
      [
        ['A', 'major_outage'],
        ['B', 'degraded_performance'],
        ['C', 'unknown'],
        ['D', 'operational'],
      ],
      'down',
      'A is down. B is degraded.',
    ],
    ['there is nothing', [], 'unknown', 'Nothing is listed here yet.'],
  ]
  test.each(cases)('where %s', (_what, named, tone, text) => {
    expect(headline(named)).toMatchObject({ tone, text })
  })

  test('tells since when the worst of it lasts, not what is less bad', () => {
    const { sinceMs } = headline([
      ['A', 'degraded_performance', 90],
      ['B', 'major_outage', 20],
      ['C', 'major_outage', 30],
    ])
    expect(sinceMs).toBe(Date.parse(at(30)))
  })

  test('tells since when by the incident where no component knows', () => {
    const incidents = [makeIncident(1, { beganAt: at(25) })]
    expect(
      headline(
        [
          ['A', 'major_outage'],
          ['B', 'operational'],
        ],
        { incidents },
      ).sinceMs,
    ).toBe(Date.parse(at(25)))
  })

  test('is of now: after a recovery it says that everything works, whatever the bar of today keeps', () => {
    const days = daysWith({ 0: [40_000, 0, 3_600, 0, 0] })
    const page = makePage({ indicator: 'none', sections: [sectionOf([makeComponent(1, { days })])] })
    expect(headlineOf(page, wordsOf('en'))).toMatchObject({ tone: 'up', text: 'Everything works.', sinceMs: null })
  })

  test('is an incident that people tell of where every component works', () => {
    const incidents = [makeIncident(1, { title: 'Refunds are late', impact: 'major', beganAt: at(5) })]
    expect(headline([['A', 'operational']], { incidents })).toEqual({
      ...{ tone: 'down', text: 'Refunds are late', sinceMs: Date.parse(at(5)), impact: 'major' },
    })
  })

  test('is not one that is over, nor one without an impact', () => {
    const incidents = [makeIncident(1, { resolvedAt: at(1) }), makeIncident(2, { impact: 'none' })]
    expect(headline([['A', 'operational']], { incidents }).text).toBe('Everything works.')
  })

  test('is of the worst impact of those that last', () => {
    const incidents = [makeIncident(1, { impact: 'minor' }), makeIncident(2, { impact: 'critical' })]
    expect(
      headline(
        [
          ['A', 'major_outage'],
          ['B', 'operational'],
        ],
        { incidents },
      ).impact,
    ).toBe('critical')
  })

  test.each([
    ['de', 'Suche ist ausgefallen. Alles andere funktioniert.'],
    ['fr', 'Suche est en panne. Tout le reste fonctionne.'],
    ['es', 'Suche no funciona. Todo lo demás funciona.'],
    ['ja', 'Sucheに障害が発生しています。その他は正常です。'],
  ] as const)('is said in %s', (language, text) => {
    const page = pageOf([
      ['Suche', 'major_outage'],
      ['B', 'operational'],
    ])
    expect(headlineOf(page, wordsOf(language)).text).toBe(text)
  })
})
