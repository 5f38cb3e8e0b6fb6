/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { BrowserContext, Page } from 'playwright-core'
import { addMonitor, newAccount, signUp } from './account.ts'
import { faultsInEveryLook } from './axe.ts'
import { openPage, type WatchedPage } from './chromium.ts'
import { clippedTexts, furnish, german, grownCatalogue, misnamed, settled, textsOf } from './languages-ground.ts'
import { takeInBothThemes } from './pictures.ts'
import { openSite } from './site.ts'
import { openWebsite, type Website } from './website.ts'

setDefaultTimeout(60_000)

const site = openSite()
const account = newAccount()
const wide = { width: 1280, height: 800 }
const narrow = { width: 360, height: 740 }
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>
let monitorId: string
let website: Website | undefined

beforeAll(async () => {
  await using watched = await openPage(site.browser, { url: site.url })
  await signUp(watched.page, account)
  website = openWebsite()
  monitorId = (await addMonitor(watched.page, { name: 'laden', url: website.url, intervalSeconds: 60 })).id
  await furnish(watched.page)
  signedIn = await watched.page.context().storageState()
}, 60_000)

afterAll(() => website?.[Symbol.asyncDispose]())

/** A browser that asks for these languages, of somebody who is signed in. */
function openAs(language: string, options: object = {}): Promise<WatchedPage> {
  return openPage(site.browser, {
    ...{ url: site.url, storageState: signedIn, locale: language, viewport: wide, reducedMotion: 'reduce' },
    ...options,
  })
}

/** A connection that is still being opened when its page is left is reported as an error. */
const offencesOf = (...pages: readonly WatchedPage[]) =>
  pages.flatMap(({ offences }) => offences).filter((text) => !text.includes('before the connection is established'))
const languageOf = (page: Page) => page.evaluate(() => document.documentElement.lang)

describe('the language', () => {
  test('is chosen in the settings, and is that of every page from then on', async () => {
    await using watched = await openAs('en-GB')
    const { page } = watched
    await page.goto('/settings')
    await page.getByRole('group', { name: 'Language' }).getByText('Deutsch').click()
    await page.getByRole('heading', { name: 'Dieser Browser' }).waitFor()
    expect(await languageOf(page)).toBe('de')
    await page.goto('/alerts')
    await page.getByRole('heading', { name: 'Kanäle' }).waitFor()
    await page.goto('/settings')
    await page.getByRole('group', { name: 'Sprache' }).getByText('English').click()
    await page.getByRole('heading', { name: 'This browser' }).waitFor()
    expect(await languageOf(page)).toBe('en')
    expect(offencesOf(watched)).toEqual([])
  })

  test('is that which the browser asks for, for whoever chose none', async () => {
    await using watched = await openAs('de-AT', { storageState: undefined })
    const { page } = watched
    await page.goto('/signin')
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor()
    await page.waitForFunction(() => document.title === 'Anmelden · BetterUptime')
    await page.goto('/signup')
    await page.getByRole('heading', { name: 'Konto erstellen' }).waitFor()
    await using other = await openAs('fr-FR', { storageState: undefined })
    await other.page.goto('/signin')
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await other.page.waitForFunction(() => document.title === 'Sign in · BetterUptime')
    expect(offencesOf(watched, other)).toEqual([])
  })

  test('is never seen as English before its words are there', async () => {
    await using watched = await openAs('de-DE')
    const { page } = watched
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/messages/de.json', async (route) => {
      await held
      await route.continue()
    })
    await page.goto('/settings', { waitUntil: 'commit' })
    await page.locator('#content h1').waitFor({ state: 'attached' })
    expect(await page.locator('#content h1').textContent()).toMatch(/^(Settings|Account)$/)
    expect(await page.locator('body').isVisible()).toBe(false)
    release()
    await page.getByRole('heading', { name: 'Dieser Browser' }).waitFor()
    await page.getByRole('heading', { name: 'Konto', level: 1 }).waitFor()
    expect(offencesOf(watched)).toEqual([])
  })

  test('is English, and works, where its words do not come', async () => {
    await using watched = await openAs('de-DE')
    watched.expectStatus(500)
    const { page } = watched
    await page.route('**/messages/de.json', (route) => route.fulfill({ status: 500, body: 'no' }))
    await page.goto('/settings')
    await page.getByRole('heading', { name: 'This browser' }).waitFor()
    expect(await languageOf(page)).toBe('en')
    await page.getByRole('link', { name: 'Alerts' }).first().click()
    await page.getByRole('heading', { name: 'Channels' }).waitFor()
    expect(offencesOf(watched)).toEqual([])
  })

  test('is English where its words let people wait for too long', async () => {
    await using watched = await openAs('de-DE')
    const { page } = watched
    await page.route('**/messages/de.json', () => {})
    await page.goto('/settings')
    await page.getByRole('heading', { name: 'This browser' }).waitFor()
    expect(await languageOf(page)).toBe('en')
  })

  test('is that of what the API refuses, at the field and of the whole', async () => {
    await using watched = await openAs('de-DE', { storageState: undefined })
    watched.expectStatus(400)
    watched.expectStatus(401)
    watched.expectStatus(409)
    const { page } = watched
    await page.goto('/signup')
    await page.getByLabel('Benutzername').fill('eva')
    await page.getByLabel('Passwort').fill('kurz')
    const create = page.getByRole('button', { name: `${german['Create account']}` })
    await create.click()
    await page.getByRole('alert').getByText('Ein Passwort hat mindestens 8 Zeichen').waitFor()
    await page.getByLabel('Benutzername').fill(account.username)
    await page.getByLabel('Passwort').fill('correct horse battery')
    await create.click()
    await page.getByRole('alert').getByText('Dieser Benutzername ist vergeben.').waitFor()
    await page.goto('/signin')
    await page.getByLabel('Benutzername').fill(account.username)
    await page.getByLabel('Passwort').fill('not the password')
    await page.getByRole('button', { name: `${german['Sign in']}`, exact: true }).click()
    await page.getByRole('alert').getByText('Benutzername oder Passwort ist falsch.').waitFor()
    expect(offencesOf(watched)).toEqual([])
  })

  test('has its own dates, numbers and plurals', async () => {
    await using watched = await openAs('de-DE', { timezoneId: 'Europe/Berlin' })
    const { page } = watched
    await page.goto('/alerts/schedules')
    await page.getByText(/vertritt, Mi\.?, 2\. Dez\.?, 11:00 bis Do\.?, 3\. Dez\.?, 11:00/).waitFor()
    await page.goto('/settings/keys')
    await page.getByText(/endet am \d+\. \p{L}+\.? \d{4}/u).waitFor()
    expect(offencesOf(watched)).toEqual([])
  })
})

/** The screens whose words are all in the catalogue, by what stands on them once they are there. */
const spoken = [
  '/alerts',
  '/alerts/policies',
  '/alerts/policies?edit=new',
  '/alerts/schedules',
  '/alerts/log',
  '/settings',
  '/settings/security',
  '/settings/workspace',
  '/settings/members',
  '/settings/keys',
  '/settings/audit',
  '/incidents',
  '/system',
]
const others = () => ['/monitors', `/monitors/${monitorId}`, '/maintenance']

/** What opens over a screen, by the name of the button. */
const dialogs = [
  ['/alerts', 'Kanal hinzufügen'],
  ['/alerts', '#ops bearbeiten'],
  ['/alerts', '#ops löschen'],
  ['/alerts/schedules', 'Dienstplan hinzufügen'],
  ['/alerts/schedules', 'Jemanden vertreten in Dienst'],
  ['/settings/keys', 'Schlüssel erstellen'],
  ['/settings/members', 'Jemanden einladen'],
  ['/settings/security', 'App einrichten'],
] as const

/** What people, and the instance itself, have written. */
const written = new Set(['Everyone'])

/** Words that stand in most English sentences, and in no German one. */
const englishWord =
  /\b(the|and|are|of|by|with|your|you|not|this|that|from|until|every|never|nobody|somebody|it|its|to)\b/

/** Texts that were left in English: those of a message that says something else, and those with an English word in them. */
async function leftInEnglish(page: Page): Promise<string[]> {
  const texts = await textsOf(page)
  const known = new Set(Object.keys(german).filter((message) => german[message] !== message))
  const said = new Set(Object.values(german))
  return texts.filter((text) => (known.has(text) && !said.has(text) && !written.has(text)) || englishWord.test(text))
}

/** Reads every screen that is carried over, and what opens over it. */
async function walk(
  page: Page,
  words: Readonly<Record<string, string>>,
  look: () => Promise<string[]>,
): Promise<string[]> {
  const found: string[] = []
  for (const path of spoken) {
    await page.goto(path)
    await settled(page)
    found.push(...(await look()).map((text) => `${path}: ${text}`))
    for (const [, name] of dialogs.filter(([below]) => below === path)) {
      await page.getByRole('button', { name: nameIn(words, name), exact: true }).click()
      await page.getByRole('dialog').waitFor()
      await settled(page)
      found.push(...(await look()).map((text) => `${name}: ${text}`))
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
  }
  return found
}

describe('in German', () => {
  test('no English is left, nothing is cut off at 360 px, and buttons are called what they say', async () => {
    await using watched = await openAs('de-DE', { viewport: narrow })
    const { page } = watched
    const look = async () => [...(await leftInEnglish(page)), ...(await clippedTexts(page)), ...(await misnamed(page))]
    expect(await walk(page, german, look)).toEqual([])
    expect(offencesOf(watched)).toEqual([])
  })

  test('every other screen is there', async () => {
    await using watched = await openAs('de-DE')
    const { page } = watched
    for (const path of others()) {
      await page.goto(path)
      await settled(page)
      expect(await languageOf(page)).toBe('de')
    }
    expect(offencesOf(watched)).toEqual([])
  })

  test('there is no serious accessibility violation and nothing scrolls sideways, on a desk and a phone, in light and dark', async () => {
    await using watched = await openAs('de-DE', { viewport: wide })
    const { page } = watched
    const found: string[] = []
    for (const path of ['/settings', '/alerts', '/alerts/policies?edit=new']) {
      await page.goto(path)
      await settled(page)
      found.push(...(await faultsInEveryLook(page)))
      if (path.endsWith('new')) await takeInBothThemes(page, 'alerts-german')
    }
    expect(found).toEqual([])
    expect(offencesOf(watched)).toEqual([])
  })
})

test('nothing is cut off at 360 px in a language that is longer by two fifths', async () => {
  await using watched = await openAs('de-DE', { viewport: narrow })
  const { page } = watched
  const words = grownCatalogue()
  await page.route('**/messages/de.json', (route) => route.fulfill({ json: words }))
  expect(await walk(page, words, () => clippedTexts(page))).toEqual([])
  expect(offencesOf(watched)).toEqual([])
})

/** What a German name of a button is called in other words. */
function nameIn(words: Readonly<Record<string, string>>, name: string): string {
  for (const [message, translation] of Object.entries(german)) {
    const [before = '', after] = translation.split('{name}')
    if (after === undefined ? translation !== name : !(name.startsWith(before) && name.endsWith(after))) continue
    const value = name.slice(before.length, name.length - (after ?? '').length)
    if (after === undefined || value === '#ops' || value === 'Dienst')
      return (words[message] ?? '').replace('{name}', value)
  }
  throw new Error(`nothing is called ${name}`)
}
