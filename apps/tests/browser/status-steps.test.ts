/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { addSubscriber } from '@repo/db/testing/page-subscribers'
import type { PageDeed } from '@repo/secrets/page-link'
import type { Page } from 'playwright-core'
import { faultsInEveryLook } from './axe.ts'
import { openPage } from './chromium.ts'
import { overlapsOf } from './overlaps.ts'
import { shootInEveryLook } from './pictures.ts'
import { openServedPages } from './status-served.ts'

setDefaultTimeout(60_000)

/** What a visitor sees of a status page beside the page itself: its door, its answers, and where the links of its messages lead. */

const languages = ['en', 'de', 'ja'] as const
type Language = (typeof languages)[number]
const shopOf = (language: Language, rest: object = {}) => ({
  ...{ title: 'Shop & Söhne', language, ...rest },
  sections: [
    {
      id: crypto.randomUUID(),
      name: '',
      components: ['Search', 'Checkout and payments', 'API'].map((name) => ({
        ...{ id: crypto.randomUUID(), name, source: { kind: 'manual' } },
      })),
    },
  ],
})
const password = 'open sesame'
const site = openServedPages(
  Object.fromEntries(
    languages.flatMap((language) => [
      [language, shopOf(language)],
      [`busy-${language}`, shopOf(language)],
      [`locked-${language}`, shopOf(language, { access: { kind: 'password' } })],
      [`tried-${language}`, shopOf(language, { access: { kind: 'password' } })],
      [`staff-${language}`, shopOf(language, { access: { kind: 'email', domains: ['example.com'] } })],
    ]),
  ),
  password,
)

interface Visitor {
  readonly page: Page
  readonly language: Language
}
/** `status` is that of the answer, and `said` the heading of it in English. */
interface Step {
  readonly status: number
  readonly said: string
  go(visitor: Visitor): Promise<void>
}

const press = (page: Page) => page.locator('main button[type=submit]').first().click()

const subscribe =
  (kind: 'email' | 'webhook', address: string, slug = '') =>
  async ({ page, language }: Visitor) => {
    await page.goto(`/status/${slug}${language}`)
    if (kind === 'webhook') await page.locator('details:has(#kind) > summary').click()
    if (kind === 'webhook') await page.locator('#kind').selectOption('webhook')
    const field = page.locator(kind === 'email' ? '#email' : '#hook')
    await field.fill(address)
    // What the browser itself would not send comes from others.
    const form = page.locator(`form:has(${kind === 'email' ? '#email' : '#hook'})`)
    await form.evaluate((element: HTMLFormElement) => {
      element.noValidate = true
    })
    await form.locator('button').click()
  }

/** Sends a form so often that no more is taken of it. */
async function tire(path: string, fields: Record<string, string>): Promise<void> {
  for (;;) {
    const answer = await fetch(`${site.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    })
    if (answer.status === 429) return
  }
}

interface Following {
  readonly deed: Exclude<PageDeed, 'sign_in'>
  readonly isPressed?: boolean
  readonly isOver?: boolean
}

const follow =
  ({ deed, isPressed = false, isOver = false }: Following) =>
  async ({ page, language }: Visitor) => {
    const id = await addSubscriber(site.database.sql, { pageId: site.idOf(language), isPending: deed === 'confirm' })
    await page.goto(await site.linkOf(language, { deed, id, untilMs: isOver ? 1 : null }))
    if (isPressed) await press(page)
  }

const tryPassword =
  (tried: string) =>
  async ({ page, language }: Visitor) => {
    await page.goto(`/status/locked-${language}`)
    await page.locator('#field').fill(tried)
    await press(page)
  }

const askForLink =
  (email: string) =>
  async ({ page, language }: Visitor) => {
    await page.goto(`/status/staff-${language}`)
    await page.locator('#field').fill(email)
    await page.locator('form').evaluate((element: HTMLFormElement) => {
      element.noValidate = true
    })
    await press(page)
  }

const steps: Record<string, Step> = {
  'an address was asked': { status: 200, said: 'Check your mailbox', go: subscribe('email', 'ada@example.com') },
  'a hook was asked': {
    status: 200,
    said: 'Look for our message',
    go: subscribe('webhook', 'https://hooks.example/a'),
  },
  'the address is none': { status: 400, said: 'Get updates', go: subscribe('email', 'nobody') },
  'the hook is none': {
    status: 400,
    said: 'Get updates',
    go: subscribe('webhook', 'ftp://hooks.example'),
  },
  'too many were asked': {
    status: 429,
    said: 'Too many attempts. Wait a few minutes before the next one.',
    async go(visitor) {
      await tire(`/status/busy-${visitor.language}/subscribe`, { kind: 'email', address: 'eve@example.com' })
      await subscribe('email', 'ada@example.com', 'busy-')(visitor)
    },
  },
  'a subscription is to be confirmed': {
    status: 200,
    said: 'Get updates about “Shop & Söhne”?',
    go: follow({ deed: 'confirm' }),
  },
  'a subscription is confirmed': {
    status: 200,
    said: 'You will get updates about “Shop & Söhne”.',
    go: follow({ deed: 'confirm', isPressed: true }),
  },
  'a link is too old': {
    status: 410,
    said: 'This link is no longer valid',
    go: follow({ deed: 'confirm', isOver: true }),
  },
  'a subscription is to end': {
    status: 200,
    said: 'Stop getting updates about “Shop & Söhne”?',
    go: follow({ deed: 'unsubscribe' }),
  },
  'a subscription has ended': {
    status: 200,
    said: 'You will get no more updates about “Shop & Söhne”.',
    go: follow({ deed: 'unsubscribe', isPressed: true }),
  },
  'a choice is to be made': {
    status: 200,
    said: 'What do you want to be told about?',
    go: follow({ deed: 'subscription' }),
  },
  'a choice was made': {
    status: 200,
    said: 'Your choice was saved.',
    go: follow({ deed: 'subscription', isPressed: true }),
  },
  'a password is asked': {
    status: 401,
    said: 'This page is not public',
    go: async ({ page, language }) => void (await page.goto(`/status/locked-${language}`)),
  },
  'the password is wrong': { status: 401, said: 'This page is not public', go: tryPassword('guess') },
  'too many passwords were tried': {
    status: 429,
    said: 'This page is not public',
    async go({ page, language }) {
      await tire(`/status/tried-${language}/password`, { password: 'guess' })
      await page.goto(`/status/tried-${language}`)
      await page.locator('#field').fill(password)
      await press(page)
    },
  },
  'an address of staff is asked': {
    status: 401,
    said: 'This page is not public',
    go: async ({ page, language }) => void (await page.goto(`/status/staff-${language}`)),
  },
  'a link was sent': { status: 200, said: 'Check your mailbox', go: askForLink('ada@example.com') },
  'the address of staff is none': { status: 400, said: 'This page is not public', go: askForLink('nobody') },
  'the link of staff is there': {
    status: 200,
    said: 'Open “Shop & Söhne”',
    go: async ({ page, language }) =>
      void (await page.goto(
        await site.linkOf(`staff-${language}`, {
          deed: 'sign_in',
          id: crypto.randomUUID(),
          untilMs: Date.now() + 60_000,
        }),
      )),
  },
  'the link of staff was used': {
    status: 410,
    said: 'This link is no longer valid',
    async go({ page, language }) {
      const id = crypto.randomUUID()
      await page.goto(await site.linkOf(`staff-${language}`, { deed: 'sign_in', id, untilMs: Date.now() + 60_000 }))
      await press(page)
    },
  },
}

describe.each(languages)('what is said to a visitor in %s', (language) => {
  test.each(Object.entries(steps))('is whole in every look: %s', async (name, { status, said, go }) => {
    await using watched = await openPage(site.browser, { url: site.url, reducedMotion: 'reduce' })
    const { page } = watched
    const statuses: number[] = []
    page.on('response', (answer) => {
      if (answer.request().isNavigationRequest()) statuses.push(answer.status())
    })
    for (const refused of [400, 401, 410, 429]) watched.expectStatus(refused)
    await go({ page, language })
    await page.locator('main h1').waitFor()
    expect(statuses.at(-1)).toBe(status)
    if (language === 'en') await page.getByRole('heading', { level: 1, name: said, exact: true }).waitFor()
    await shootInEveryLook(page, `${name}-${language}`)
    expect(await faultsInEveryLook(page)).toEqual([])
    expect(await overlapsOf(page)).toEqual([])
    expect(watched.offences).toEqual([])
  })
})
