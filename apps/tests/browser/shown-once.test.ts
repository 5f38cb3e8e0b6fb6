/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { type Account, newAccount, signUp } from './account.ts'
import { switchOnApp } from './account-steps.ts'
import { openPage } from './chromium.ts'
import { allowClipboard, clipboardText, forbidClipboard } from './clipboard.ts'
import { openSite } from './site.ts'

setDefaultTimeout(90_000)

const site = openSite()

async function openAs(account: Account) {
  const watched = await openPage(site.browser, { url: site.namedUrl, viewport: { width: 1280, height: 800 } })
  await signUp(watched.page, account)
  return watched
}

interface Secret {
  readonly name: string
  readonly done: string
  /** Makes it, and gives the dialog that shows it. */
  readonly make: (page: Page, account: Account) => Promise<Locator>
}

const secrets: readonly Secret[] = [
  { name: 'recovery codes', done: 'I have kept them', make: makeCodes },
  { name: 'an API key', done: 'I have kept it', make: makeKey },
  { name: 'the link of an invitation', done: 'I have the link', make: makeLink },
]

describe('what is shown once', () => {
  test.each(secrets)('stays until a person says that they have it: $name', async ({ done, make }) => {
    const account = newAccount()
    await using watched = await openAs(account)
    const { page } = watched
    const dialog = await make(page, account)
    const shown = await secretsIn(dialog)
    expect(await dialog.getByRole('button', { name: 'Close' }).count()).toBe(0)

    // A gesture of going back cannot be made here; this is what tells a browser not to close by it.
    expect(await dialog.getAttribute('closedby')).toBe('none')
    // The second Escape in a row is the one that a browser obeys by itself.
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Escape')
    await page.mouse.click(8, 8)
    await page.keyboard.press('Escape')
    await dialog.getByRole('status').getByText('This is not shown again. Keep it first.').waitFor()
    expect(await secretsIn(dialog)).toEqual(shown)
    expect(await page.evaluate(() => document.querySelector('dialog')?.open)).toBe(true)

    await dialog.getByRole('button', { name: done }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(watched.offences).toEqual([])
  })

  test('says so at the button that closes it, where a keyboard then is', async () => {
    const account = newAccount()
    await using watched = await openAs(account)
    const { page } = watched
    const dialog = await makeCodes(page, account)
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('I have kept them')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
  })

  test('is asked for before the page goes', async () => {
    const account = newAccount()
    await using watched = await openAs(account)
    const { page } = watched
    const dialog = await makeKey(page)
    let asked = 0
    page.on('dialog', async (question) => {
      asked += 1
      await question.dismiss()
    })
    await page.reload({ timeout: 2_000 }).catch(() => {})
    expect(asked).toBe(1)
    await dialog.getByRole('button', { name: 'I have kept it' }).click()
    await page.reload()
    await page.getByRole('list', { name: 'API keys' }).waitFor()
    expect(asked).toBe(1)
  })
})

describe('recovery codes', () => {
  test('are copied and downloaded whole, with whom and what they are for', async () => {
    const account = newAccount()
    await using watched = await openAs(account)
    const { page } = watched
    await allowClipboard(page)
    const dialog = await makeCodes(page, account)
    const codes = await codesIn(dialog)
    expect(codes).toHaveLength(10)
    const host = new URL(site.namedUrl).host
    const text = `Recovery codes of ${account.username} for BetterUptime at ${host}, each good for one time.\n\n${codes.join('\n')}\n`

    await dialog.getByRole('button', { name: 'Copy' }).click()
    await dialog.getByRole('status').getByText('Copied.').waitFor()
    expect(await clipboardText(page)).toBe(text)

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('betteruptime-recovery-codes.txt')
    expect(readFileSync(await download.path(), 'utf8')).toBe(text)
    expect(watched.offences).toEqual([])
  })

  test('are other ones after they were made anew, which have to be kept as well', async () => {
    const account = newAccount()
    await using watched = await openAs(account)
    const { page } = watched
    const first = await makeCodes(page, account)
    const before = await codesIn(first)
    await first.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByRole('button', { name: 'New recovery codes' }).click()
    await page.getByLabel('Your password').fill(account.password)
    await page.getByRole('button', { name: 'Make new codes' }).click()
    const dialog = page.getByRole('dialog', { name: 'Keep these recovery codes' })
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    const after = await codesIn(dialog)
    expect(after).toHaveLength(10)
    expect(after.filter((code) => before.includes(code))).toEqual([])
    expect(watched.offences).toEqual([])
  })
})

test('an API key is copied as it is, and its example as a command that works', async () => {
  await using watched = await openAs(newAccount())
  const { page } = watched
  await allowClipboard(page)
  const dialog = await makeKey(page)
  await dialog.getByRole('button', { name: 'Copy' }).first().click()
  await dialog.getByRole('button', { name: 'Copied' }).waitFor()
  const key = await clipboardText(page)
  expect(key).toBe(await dialog.getByLabel('The key "grafana"').inputValue())
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click()
  await dialog.getByRole('button', { name: 'Copied' }).nth(1).waitFor()
  const command = await clipboardText(page)
  const shell = Bun.spawn(['sh', '-c', `${command} --silent --noproxy '*'`], {
    env: { PATH: process.env.PATH ?? '', KEY: key },
  })
  expect(JSON.parse(await new Response(shell.stdout).text())).toMatchObject({ items: [] })
})

test('the link of an invitation is copied as it is, and opens the invitation', async () => {
  await using watched = await openAs(newAccount())
  const { page } = watched
  await allowClipboard(page)
  const dialog = await makeLink(page)
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await dialog.getByRole('button', { name: 'Copied' }).waitFor()
  const link = await clipboardText(page)
  expect(link).toStartWith(`${site.namedUrl}/join#`)
  await using guest = await openPage(site.browser, { url: site.namedUrl })
  await guest.page.goto(link)
  await guest.page.getByRole('heading', { name: /^Join / }).waitFor()
})

test('where a page may not copy, the text is selected for the keyboard', async () => {
  await using watched = await openAs(newAccount())
  const { page } = watched
  const dialog = await makeLink(page)
  await forbidClipboard(page)
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await dialog.getByRole('status').getByText('Selected: press Ctrl C').waitFor()
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('invitation-link')
  const link = await dialog.getByLabel('Link').inputValue()
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(link)
})

async function makeCodes(page: Page, account: Account): Promise<Locator> {
  await switchOnApp(page, account)
  return dialogOf(page, 'Keep these recovery codes')
}

async function makeKey(page: Page): Promise<Locator> {
  await page.goto('/settings/keys')
  await page.getByRole('button', { name: 'Create a key' }).click()
  await page.getByLabel('Name').fill('grafana')
  await page.getByRole('button', { name: 'Create key' }).click()
  return dialogOf(page, 'The key is made')
}

async function makeLink(page: Page): Promise<Locator> {
  await page.goto('/settings/members')
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  await page.getByRole('button', { name: 'Make invitation' }).click()
  return dialogOf(page, 'The invitation is made')
}

async function dialogOf(page: Page, name: string): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name })
  await dialog.waitFor()
  return dialog
}

/** Of any of them: codes are items of a list, keys and links stand in fields. */
function secretsIn(dialog: Locator): Promise<string[]> {
  return dialog
    .locator('li, input')
    .evaluateAll((all) => all.map((one) => (one instanceof HTMLInputElement ? one.value : one.textContent)))
}

function codesIn(dialog: Locator): Promise<string[]> {
  return dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents()
}
