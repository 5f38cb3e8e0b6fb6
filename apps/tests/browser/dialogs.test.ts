/// <reference lib="dom" />
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { type Account, newAccount, signIn, signUp } from './account.ts'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'

setDefaultTimeout(90_000)

const site = openSite()
const account = newAccount()

beforeAll(async () => {
  await using watched = await openPage(site.browser, { url: site.namedUrl })
  await signUp(watched.page, account)
}, 60_000)

interface Opening {
  readonly path: string
  readonly button: string
  /** What is done in the dialog before it is looked at. */
  readonly inside?: (page: Page, account: Account) => Promise<void>
  /** What closes it, where Escape does not. */
  readonly done?: string
}

const openings: readonly Opening[] = [
  { path: '/settings', button: 'Change password' },
  { path: '/settings/security', button: 'Add a passkey' },
  { path: '/settings/security', button: 'Set up an app', inside: showQrCode },
  { path: '/settings/workspace', button: 'New workspace' },
  { path: '/settings/workspace', button: 'Delete workspace' },
  { path: '/settings/members', button: 'Change role' },
  { path: '/settings/members', button: 'Leave' },
  { path: '/settings/members', button: 'Invite somebody', inside: makeInvitation, done: 'I have the link' },
  { path: '/settings/keys', button: 'Create a key', inside: chooseScopes },
]

describe('every dialog of the settings', () => {
  const looks = [
    [360, 'dark'],
    [1280, 'light'],
  ] as const

  test.each(looks)(
    'at %d px in %s has no serious accessibility violation, and gives the focus back',
    async (width, theme) => {
      await using watched = await openPage(site.browser, {
        url: site.namedUrl,
        colorScheme: theme,
        reducedMotion: 'reduce',
        viewport: { width, height: 740 },
      })
      const { page } = watched
      await signIn(page, account)
      const found: string[] = []
      for (const { path, button, inside, done } of openings) {
        await page.goto(path)
        await page.getByRole('button', { name: button }).first().click()
        await page.getByRole('dialog').waitFor()
        await inside?.(page, account)
        found.push(...(await seriousViolations(page)).map((violation) => `${path} ${button}: ${violation}`))
        if (done) await page.getByRole('button', { name: done }).click()
        else await page.keyboard.press('Escape')
        await page.getByRole('dialog').waitFor({ state: 'detached' })
        const focused = await page.evaluate(() => document.activeElement?.textContent ?? '')
        if (focused !== button) found.push(`${path} ${button}: the focus is on "${focused.slice(0, 40)}"`)
      }
      expect(found).toEqual([])
      expect(watched.offences).toEqual([])
    },
  )
})

test('a key is made with the keyboard alone, and its wrong name is said at the field', async () => {
  await using watched = await openPage(site.browser, { url: site.namedUrl, viewport: { width: 1280, height: 800 } })
  const { page } = watched
  await signIn(page, account, '/settings/keys')
  await page.getByRole('button', { name: 'Create a key' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('A name is required.').waitFor()
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('key-name')
  await page.keyboard.type('grafana')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'The key is made' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Enter')
  const key = page.getByRole('list', { name: 'API keys' }).getByRole('listitem').filter({ hasText: 'grafana' })
  await key.getByText('write', { exact: true }).waitFor()
  expect(watched.offences).toEqual([])
})

test('a section that cannot be read says so, and is read when it is tried again', async () => {
  await using watched = await openPage(site.browser, { url: site.namedUrl, viewport: { width: 1280, height: 800 } })
  const { page } = watched
  await signIn(page, account)
  await page.route('**/api/v1/members', (route) => route.abort())
  await page.goto('/settings/members')
  await page.getByRole('alert').getByText('The server cannot be reached.').waitFor()
  await page.unroute('**/api/v1/members')
  await page.getByRole('button', { name: 'Retry' }).click()
  await page.getByRole('list', { name: 'Members' }).waitFor()
})

async function showQrCode(page: Page, { password }: Account): Promise<void> {
  await page.getByLabel('Your password').fill(password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('img', { name: 'QR code' }).waitFor()
}

async function makeInvitation(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Make invitation' }).click()
  await page.getByRole('dialog', { name: 'The invitation is made' }).waitFor()
}

async function chooseScopes(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Some of it' }).check()
  await page.getByRole('combobox', { name: 'Monitors' }).selectOption('write')
}
