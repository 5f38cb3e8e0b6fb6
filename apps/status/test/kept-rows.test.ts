import { describe, expect, test } from 'bun:test'
import type { PublicComponent, PublicPage } from '@repo/contracts/public-page'
import { createPageStore } from '../src/page-store.ts'
import { keptRow } from '../src/render/kept-rows.ts'
import { renderPage, renderParts } from '../src/render/page.tsx'
import type { PageView } from '../src/view.ts'
import { wordsOf } from '../src/words.ts'
import {
  at,
  daysWith,
  idOf,
  makeComponent,
  makeMaintenance,
  makeShop,
  shownAtMs,
  snapshotOf,
} from '../testing/pages.ts'

function viewOf(page: PublicPage, base = '/status/shop'): PageView {
  return {
    ...{ page, words: wordsOf(page.language), updatedAtMs: shownAtMs, isStale: false, base },
    ...{ ways: { mail: true, hooks: true }, version: 'v' },
  }
}

/** A page that was served until now, and the same as it is kept after a change. */
function afterChange(change: (page: PublicPage) => PublicPage) {
  const store = createPageStore([])
  const put = (page: PublicPage): PublicPage => {
    // As they come out of a database: nothing of it is what was there before.
    store.put(structuredClone(snapshotOf(page)))
    return store.byId(idOf(1))?.snapshot.page ?? page
  }
  const before = put(makeShop())
  renderPage(viewOf(before))
  return { before, after: put(change(makeShop())) }
}

const componentsOf = ({ sections }: PublicPage) => sections.flatMap(({ components }) => components)

function withComponent(page: PublicPage, number: number, change: (one: PublicComponent) => PublicComponent) {
  const sections = page.sections.map((section) => ({
    ...section,
    components: section.components.map((one) => (one.id === idOf(number) ? change(one) : one)),
  }))
  return { ...page, sections }
}

const ofSearch = (changed: Partial<PublicComponent>) => (page: PublicPage) =>
  withComponent(page, 2, (one) => ({ ...one, ...changed }))

const changes: [string, (page: PublicPage) => PublicPage][] = [
  ['nothing', (page) => page],
  ['the name of a component', ofSearch({ name: 'Find & buy' })],
  ['its description', ofSearch({ description: 'All that *can* be found.' })],
  ['its state', ofSearch({ state: 'major_outage', since: at(1) })],
  ['a day of it', ofSearch({ days: daysWith({ 0: [50_000, 2_340, 0, 0, 0] }) })],
  ['that it shows no days any more', ofSearch({ days: null, uptimePercent: null })],
  ['its share', ofSearch({ uptimePercent: 99.9 })],
  ['how fast it is', ofSearch({ responseMs: [90, null, 200] })],
  ['that it is fast no more', ofSearch({ responseMs: null })],
  ['the state of a part', (page) => withComponent(page, 3, partDown)],
  ['that a component has no parts any more', (page) => withComponent(page, 3, (one) => ({ ...one, parts: [] }))],
  ['a component more', (page) => withSection(page, (components) => [...components, makeComponent(77)])],
  ['a component less', (page) => withSection(page, (components) => components.slice(1))],
  ['their order', (page) => withSection(page, (components) => components.toReversed())],
  ['the day that is today', (page) => ({ ...page, today: '2026-11-30' })],
  ['the language', (page) => ({ ...page, language: 'de' })],
  ['the zone', (page) => ({ ...page, timeZone: 'Asia/Tokyo' })],
  ['the colours', (page) => ({ ...page, theme: { mode: 'dark', accent: { light: '#0a5c50', dark: '#6ee0cf' } } })],
  ['the title', (page) => ({ ...page, title: 'Shop 2' })],
  ['an incident less', (page) => ({ ...page, incidents: [], indicator: 'none' })],
  ['maintenance', (page) => ({ ...page, maintenances: [makeMaintenance(210, { state: 'in_progress' })] })],
]

function partDown(one: PublicComponent): PublicComponent {
  const parts = one.parts.map((part, place) => (place === 0 ? { ...part, state: 'major_outage' as const } : part))
  return { ...one, parts }
}

function withSection(page: PublicPage, change: (components: PublicComponent[]) => PublicComponent[]): PublicPage {
  const [first, ...rest] = page.sections
  return first ? { ...page, sections: [{ ...first, components: change(first.components) }, ...rest] } : page
}

describe('a page of which rows were drawn before', () => {
  test.each(changes)('is, byte for byte, what it is where none were, after a change of %s', (_what, change) => {
    const { after } = afterChange(change)
    expect(after).toEqual(change(makeShop()))
    const anew = structuredClone(after)
    for (const base of ['/status/shop', '', '/status/other']) {
      expect(renderPage(viewOf(after, base))).toBe(renderPage(viewOf(anew, base)))
      expect(renderParts(viewOf(after, base))).toEqual(renderParts(viewOf(structuredClone(after), base)))
    }
  })

  test('draws the rows anew of what has changed, and of nothing else', () => {
    const { before, after } = afterChange(ofSearch({ state: 'major_outage' }))
    const drawn = componentsOf(after).filter((one) => keptRow(viewOf(after), one, () => 'anew') === 'anew')
    expect(drawn.map(({ id }) => id)).toEqual([idOf(2)])
    expect(componentsOf(before)).toHaveLength(5)
  })

  test('keeps two rows of a component at most: by its slug, and by a name of its own', () => {
    const component = makeComponent(1)
    const page = makeShop()
    for (const base of ['/status/one', '/status/two', '/status/three'])
      keptRow(viewOf(page, base), component, () => base)
    const kept = ['/status/three', '/status/two'].map((base) => keptRow(viewOf(page, base), component, () => 'anew'))
    expect(kept).toEqual(['/status/three', '/status/two'])
    expect(keptRow(viewOf(page, '/status/one'), component, () => 'anew')).toBe('anew')
  })
})
