/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { componentStates } from '@repo/domain/status-page'
import { signPageLink } from '@repo/secrets/page-link'
import type { Page } from 'playwright-core'
import { makeHeavyPage } from 'status/testing/heavy-page'
import {
  at,
  daysWith,
  idOf,
  makeComponent,
  makeIncident,
  makeMaintenance,
  makeShop,
  sectionOf,
  shownAtMs,
  snapshotOf,
} from 'status/testing/pages'
import { faultsInEveryLook } from './axe.ts'
import { openPage } from './chromium.ts'
import { overlapsOf } from './overlaps.ts'
import { shootInEveryLook } from './pictures.ts'
import { openStatusPages } from './status-ground.ts'

setDefaultTimeout(60_000)

/** Every document of a status page, in each of its languages, as those see it who look. */

const languages = ['en', 'de', 'fr', 'es', 'ja'] as const
type Language = (typeof languages)[number]

const days = daysWith({ 0: [48_000, 0, 4_800, 0, 0], 12: [0, 0, 0, 86_400, 0], 41: [80_000, 0, 0, 6_400, 0] })
const shopIn = (language: Language) =>
  makeShop({
    ...{ language, slug: language },
    incidents: [
      ...makeShop().incidents,
      makeIncident(120, {
        ...{
          title: 'Orders are late',
          impact: 'critical',
          phase: 'postmortem',
          beganAt: at(6_000),
          resolvedAt: at(5_900),
        },
        ...{ componentIds: [idOf(1), idOf(2), idOf(3)] },
      }),
    ],
    maintenances: [
      makeMaintenance(200),
      makeMaintenance(201, { state: 'in_progress', startsAt: at(20), endsAt: at(-40), componentIds: [idOf(2)] }),
      makeMaintenance(202, { state: 'cancelled', startsAt: at(-600), endsAt: at(-700) }),
      makeMaintenance(203, { state: 'completed', startsAt: at(6_000), endsAt: at(4_400) }),
    ],
    announcements: [{ id: idOf(1), title: 'Prices', body: 'From January on.', at: at(2_000) }],
  })
const everyState = (language: Language) =>
  makeShop({
    ...{ language, slug: `states-${language}`, indicator: 'major', incidents: [], maintenances: [] },
    sections: [
      sectionOf(
        componentStates.map((state, place) =>
          makeComponent(place + 1, { state, since: state === 'operational' ? null : at(80), days }),
        ),
      ),
    ],
  })
const stale = (language: Language) => ({ ...shopIn(language), slug: `stale-${language}` })

const pages = openStatusPages([
  ...languages.flatMap((language, place) => [
    snapshotOf(shopIn(language), 10 + place),
    snapshotOf(everyState(language), 20 + place),
    { ...snapshotOf(stale(language), 30 + place), readAtMs: shownAtMs - 300_000 },
  ]),
  snapshotOf(makeHeavyPage(300), 40),
])

const documents: Record<string, (language: Language) => string> = {
  'the page': (language) => `/status/${language}`,
  'every state': (language) => `/status/states-${language}`,
  'a page that cannot be renewed': (language) => `/status/stale-${language}`,
  'a component': (language) => `/status/${language}/components/${idOf(3)}`,
  'a component of every kind of day': (language) => `/status/states-${language}/components/${idOf(4)}`,
  'an incident that lasts': (language) => `/status/${language}/incidents/${idOf(100)}`,
  'an incident that is over': (language) => `/status/${language}/incidents/${idOf(120)}`,
  'a month': (language) => `/status/${language}/history`,
  'a month without anything': (language) => `/status/${language}/history/2026-10`,
  'nothing at all': () => '/status/none',
  'nothing on a page': (language) => `/status/${language}/nothing`,
}

async function settle(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.evaluate(() => document.fonts.ready)
}

/** Of the languages that are no longer than those, and written with the same letters, what has the most words. */
const wordy = ['the page', 'every state', 'a component of every kind of day', 'an incident that is over', 'a month']
const documentsIn = (language: Language) =>
  Object.entries(documents).filter(([name]) => (language !== 'fr' && language !== 'es') || wordy.includes(name))

describe.each(languages)('in %s', (language) => {
  test.each(documentsIn(language))('%s is whole in every look', async (name, pathIn) => {
    await using watched = await openPage(pages.browser, { url: pages.url, locale: language, timezoneId: 'UTC' })
    const { page } = watched
    watched.expectStatus(404)
    await page.clock.setFixedTime(shownAtMs)
    await page.goto(pathIn(language))
    await settle(page)
    expect(await page.getAttribute('html', 'lang')).toBe(language)
    await shootInEveryLook(page, `${name}-${language}`)
    expect(await faultsInEveryLook(page)).toEqual([])
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await overlapsOf(page)).toEqual([])
    expect(watched.offences).toEqual([])
  })

  test('whoever follows a link while the database is away is told to come again, in every look', async () => {
    await using watched = await openPage(pages.browser, { url: pages.url })
    const { page } = watched
    watched.expectStatus(503)
    const token = signPageLink('secret', { deed: 'subscription', id: idOf(1), untilMs: null })
    await page.goto(`/status/${language}/subscription?token=${token}`)
    await settle(page)
    await shootInEveryLook(page, `later-${language}`)
    expect(await faultsInEveryLook(page)).toEqual([])
    expect(watched.offences).toEqual([])
  })
})

describe('the frame that other pages hold', () => {
  test.each([...languages, ...languages.map((language) => `states-${language}`), 'heavy'])(
    'shows all that it says, in every look: %s',
    async (slug) => {
      await using watched = await openPage(pages.browser, { url: pages.url })
      const { page } = watched
      await page.goto(`/status/${slug}/embed`)
      await shootInEveryLook(page, `embed ${slug}`)
      expect(await faultsInEveryLook(page)).toEqual([])
      // Of the size that oEmbed says.
      await page.setViewportSize({ width: 360, height: 96 })
      const overhang = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
      expect(overhang).toBe(0)
      expect(watched.offences).toEqual([])
    },
  )
})

describe('a page of three hundred components with odd names', () => {
  test.each([
    ['the page', '/status/heavy'],
    ['a component', `/status/heavy/components/${idOf(4)}`],
    ['an incident', `/status/heavy/incidents/${idOf(1_000)}`],
    ['its history', '/status/heavy/history'],
  ])('is whole in every look: %s', async (name, path) => {
    await using watched = await openPage(pages.browser, { url: pages.url, timezoneId: 'UTC' })
    const { page } = watched
    await page.clock.setFixedTime(shownAtMs)
    await page.goto(path)
    await settle(page)
    await shootInEveryLook(page, `heavy ${name}`)
    expect(await faultsInEveryLook(page)).toEqual([])
    for (const width of [360, 820, 1280]) {
      await page.setViewportSize({ width, height: 740 })
      expect(await overlapsOf(page)).toEqual([])
    }
    expect(watched.offences).toEqual([])
  })

  test('has each glyph beside the first line of its name, however long that is', async () => {
    await using watched = await openPage(pages.browser, { url: pages.url, viewport: { width: 360, height: 740 } })
    const { page } = watched
    await page.goto('/status/heavy')
    await settle(page)
    const torn = await page.evaluate(() =>
      Array.from(document.querySelectorAll('.name:has(> .glyph)'), (name) => {
        const glyph = name.querySelector('.glyph')?.getBoundingClientRect()
        const range = document.createRange()
        range.selectNodeContents(name.querySelector('h3,a') ?? name.lastChild ?? name)
        const [line] = range.getClientRects()
        const isBeside =
          glyph && line && glyph.right <= line.left && glyph.bottom <= line.bottom && glyph.top >= line.top
        return isBeside ? '' : (name.textContent ?? '').slice(0, 40)
      }).filter((text) => text !== ''),
    )
    expect(torn).toEqual([])
  })

  test('has a text that is written from right to left begin on the right', async () => {
    await using watched = await openPage(pages.browser, { url: pages.url })
    const { page } = watched
    await page.goto(`/status/heavy/incidents/${idOf(1_020)}`)
    await settle(page)
    const gapRight = await page.locator('.updates .text p').evaluate((paragraph) => {
      const range = document.createRange()
      range.selectNodeContents(paragraph)
      return paragraph.getBoundingClientRect().right - range.getBoundingClientRect().right
    })
    expect(gapRight).toBeLessThan(2)
  })
})
