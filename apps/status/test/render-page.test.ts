import { describe, expect, test } from 'bun:test'
import type { PublicPage } from '@repo/contracts/public-page'
import { componentStates } from '@repo/domain/status-page'
import { toneOfState } from '../src/headline.ts'
import { renderComponent } from '../src/render/component-page.tsx'
import { renderHistory } from '../src/render/history-page.tsx'
import { renderIncident } from '../src/render/incident-page.tsx'
import { renderPage, renderParts } from '../src/render/page.tsx'
import type { PageView } from '../src/view.ts'
import { wordsOf } from '../src/words.ts'
import { hostileTexts } from '../testing/hostile-texts.ts'
import {
  at,
  daysWith,
  idOf,
  makeComponent,
  makeIncident,
  makeMaintenance,
  makePage,
  makeShop,
  sectionOf,
  shownAtMs,
} from '../testing/pages.ts'
import { dangersIn, elementsOf } from './elements.ts'

function viewOf(page: PublicPage, given: Partial<PageView> = {}): PageView {
  return {
    ...{ page, words: wordsOf(page.language), updatedAtMs: shownAtMs, isStale: false, base: '/status/shop' },
    ways: { mail: false, hooks: false },
    version: 'v',
    ...given,
  }
}

/** What is read of a document, its words with one space between them. */
function textOf(html: string): string {
  const body = html.slice(html.indexOf('<header>'))
  return body
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&nbsp;', ' ')
    .replaceAll(/\s+/g, ' ')
}

const textOfPage = (page: PublicPage, given?: Partial<PageView>) => textOf(renderPage(viewOf(page, given)))

describe('a page', () => {
  test.each(componentStates.map((state) => [state, wordsOf('en').states[state]] as const))(
    'says in a word that a component is %s, beside its glyph',
    async (state, word) => {
      const html = renderPage(
        viewOf(makePage({ sections: [sectionOf([makeComponent(1, { name: 'Search', state })])] })),
      )
      expect(textOf(html)).toContain(`Search ${word} 100 %`)
      const glyphs = (await elementsOf(html))
        .filter(({ tag }) => tag === 'use')
        .map((use) => use.attributes.get('href'))
      expect(glyphs).toContain(`#${toneOfState[state]}`)
    },
  )

  test('tells of an incident with what was said of it, the newest first, and of what it affects', () => {
    const text = textOfPage(makeShop())
    expect(text).toContain('Search is degraded. Everything else works. Since 14:02 , for 38 min . Minor impact')
    expect(text).toMatch(/Slow search results 14:21 Identified One of the search.* 14:06 Investigating Searches take/)
    expect(text).toContain('Affects Search')
  })

  test('tells of the last seven days, those without an incident among them', () => {
    const text = textOfPage(makeShop())
    const past = text.slice(text.indexOf('The last seven days'), text.indexOf('History of incidents'))
    expect(past.match(/No incidents/g)).toHaveLength(5)
    expect(past).toContain('Thursday 26 November Card payments refused All cards are accepted again.')
    expect(past).toContain('Resolved after 12 min · Major impact')
    expect(past).toContain('Sunday 29 November Slow search results Began 29 Nov, 14:02 · Ongoing · Minor impact')
  })

  test('tells of maintenance to come, and of that which is under way', () => {
    const underWay = makeMaintenance(201, {
      title: 'Moving house',
      state: 'in_progress',
      startsAt: at(10),
      endsAt: at(-20),
    })
    const text = textOfPage(makeShop({ maintenances: [makeMaintenance(200), underWay] }))
    expect(text).toContain('Maintenance under way Moving house Sunday 29 November , 14:30 – 15:00 UTC')
    expect(text).toContain('Scheduled maintenance Database upgrade Monday 30 November , 02:40 – 03:10 UTC')
  })

  test('tells of announcements', () => {
    const announcements = [{ id: idOf(1), title: 'A new region', body: 'From *Monday* on.', at: at(60) }]
    expect(textOfPage(makeShop({ announcements }))).toContain('A new region From Monday on. 29 Nov, 13:40')
  })

  test('says how old it is where nobody can be asked, and not how long things last', () => {
    const html = renderPage(viewOf(makeShop(), { isStale: true }))
    expect(textOf(html)).toContain('Last updated 14:40 , live data unavailable')
    expect(textOf(html)).toContain('Since 14:02 .')
    expect(html).toMatch(/<p class="stale"[^>]*role="status">/)
    expect(renderPage(viewOf(makeShop()))).toMatch(/<p class="stale"[^>]*hidden=""/)
  })

  test('writes times by its own zone, and dates by its language', () => {
    const text = textOfPage(makeShop({ timeZone: 'Asia/Tokyo', language: 'de', today: '2026-11-29' }))
    expect(text).toContain('Seit 23:02 ( 38 min )')
    expect(text).toContain('Montag, 30. November , 11:40 – 12:10 GMT+9')
    expect(text).toContain('99,987 %')
  })

  test('says how fast a component answers, in a line and in words', () => {
    expect(textOfPage(makeShop())).toContain(
      'Response time over the last 24 hours: between 60 ms and 179 ms, now 69 ms.',
    )
  })

  test('folds the parts of a component, and unfolds them where one is not well', async () => {
    const part = (state: 'operational' | 'major_outage') => {
      const { parts: _, ...leaf } = makeComponent(9, { name: 'Cards', state })
      return leaf
    }
    const isOpen = async (state: 'operational' | 'major_outage') => {
      const html = renderPage(viewOf(makePage({ sections: [sectionOf([makeComponent(1, { parts: [part(state)] })])] })))
      return (await elementsOf(html)).find(({ tag }) => tag === 'details')?.attributes.has('open')
    }
    expect([await isOpen('operational'), await isOpen('major_outage')]).toEqual([false, true])
  })

  test('offers e-mail only where somebody sends it', async () => {
    const formsOf = async (mail: boolean) =>
      (await elementsOf(renderPage(viewOf(makeShop(), { ways: { mail, hooks: false } })))).flatMap(
        ({ tag, attributes }) => (tag === 'form' ? [attributes.get('action')] : []),
      )
    expect([await formsOf(false), await formsOf(true)]).toEqual([[], ['/status/shop/subscribe']])
  })

  test('has a logo in the place of a sign, named by its title', async () => {
    const images = (await elementsOf(renderPage(viewOf(makeShop({ logo: 'abc' }))))).filter(({ tag }) => tag === 'img')
    expect(images.map(({ attributes }) => Object.fromEntries(attributes))).toEqual([
      { class: 'logo', src: '/status/shop/logo.png?v=abc', alt: 'Shop', height: '32' },
    ])
  })

  test('is listed by search engines only where it may be', () => {
    expect(renderPage(viewOf(makeShop({ isListed: false })))).toContain('<meta name="robots" content="noindex"')
    expect(renderPage(viewOf(makeShop()))).not.toContain('noindex')
  })
})

describe('the parts of a page that change', () => {
  const shop = makeShop({ announcements: [{ id: idOf(1), title: 'News', body: 'x', at: at(60) }] })

  test('are the insides of its elements of the same names, each once', async () => {
    const view = viewOf(shop)
    const names = (await elementsOf(renderPage(view))).flatMap(({ attributes }) => attributes.get('data-part') ?? [])
    expect(names.toSorted()).toEqual(Object.keys(renderParts(view)).toSorted())
  })

  test('are written as they stand in the document', () => {
    const view = viewOf(shop)
    const html = renderPage(view)
    const missing = Object.entries(renderParts(view)).filter(([name, part]) => {
      const place = html.indexOf(`data-part="${name}"`)
      return !html.slice(place).startsWith(part, html.slice(place).indexOf('>') + 1)
    })
    expect(missing.map(([name]) => name)).toEqual([])
  })
})

describe('a page of fifty components', () => {
  const states = ['operational', 'degraded_performance', 'major_outage', 'unknown'] as const
  const components = Array.from({ length: 50 }, (_, index) =>
    makeComponent(index + 1, {
      state: states[index % 4] ?? 'operational',
      days: daysWith({ [index]: [80_000, 1_000, 400, 5_000, 0], 70: null, 71: [0, 0, 0, 0, 86_400] }),
      responseMs: Array.from({ length: 24 }, (_, hour) => 100 + ((hour * 7) % 31)),
    }),
  )
  const html = renderPage(viewOf(makePage({ indicator: 'major', sections: [sectionOf(components)] })))

  test('has fewer than 2,500 nodes', async () => {
    expect((await elementsOf(html)).length).toBeLessThan(2_500)
  })

  test('is less than 20 KB when it is sent', () => {
    expect(Bun.gzipSync(new TextEncoder().encode(html)).length).toBeLessThan(20_000)
  })
})

describe.each(hostileTexts.map((text) => [text]))('where people have written %s', (text) => {
  const component = makeComponent(1, { name: text, description: text, parts: [] })
  const incident = makeIncident(100, { title: text, componentIds: [idOf(1)] })
  const said = { ...incident, updates: incident.updates.map((update) => ({ ...update, body: text })) }
  const page = {
    ...makeShop(),
    ...{ title: text, description: text, homepage: text, contact: text },
    sections: [{ ...sectionOf([component], text), isFolded: true }],
    incidents: [said, { ...said, id: idOf(101), resolvedAt: at(2) }],
    maintenances: [
      makeMaintenance(1, { title: text, body: text }),
      makeMaintenance(2, { title: text, body: text, state: 'in_progress' }),
    ],
    announcements: [{ id: idOf(1), title: text, body: text, at: at(60) }],
  }
  const view = viewOf(page, { ways: { mail: true, hooks: true } })

  test.each([
    ['the page', () => renderPage(view)],
    ['what comes live', () => Object.values(renderParts(view)).join('')],
    ['the history', () => renderHistory(view, '2026-11')],
    ['the incident', () => renderIncident(view, said)],
    ['the component', () => renderComponent(view, component, [component])],
  ])('%s does nothing', async (_what, render) => {
    expect(await dangersIn(render())).toEqual([])
  })
})
