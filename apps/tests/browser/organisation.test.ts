import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientId, clientSecret, type OidcProvider, openOidcProvider } from 'api/testing/oidc-provider'
import { Secret, TOTP } from 'otpauth'
import type { Browser, Page } from 'playwright-core'
import { type Program, startProgram } from '../src/program.ts'
import { type Account, fillIn, newAccount, signOut, signUp } from './account.ts'
import { inviteViaPage, typeCode } from './account-steps.ts'
import { seriousViolations } from './axe.ts'
import { openBrowser, openPage } from './chromium.ts'

setDefaultTimeout(60_000)

/** An instance whose people also come by the login of their organisation. */
let program: Program
let url: string
let provider: OidcProvider
let browser: Browser
const dataDirectory = mkdtempSync(join(tmpdir(), 'betteruptime-organisation-'))

beforeAll(async () => {
  browser = await openBrowser()
  provider = await openOidcProvider()
  program = startProgram('apps/standalone/src/main.ts', ['--port', '0', '--data', dataDirectory], {
    REGION_CANARIES: 'self',
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    OIDC_NAME: 'Example Works',
  })
  const [, said = ''] = await program.until(/is ready: (http:\S+)/)
  // Without a public URL a login comes back to this name alone.
  url = said.replace('127.0.0.1', 'localhost')
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await program?.stop()
  await provider?.[Symbol.asyncDispose]()
  rmSync(dataDirectory, { recursive: true, force: true })
})

beforeEach(() => {
  const name = `grace-${crypto.randomUUID().slice(0, 8)}`
  provider.person = {
    sub: crypto.randomUUID(),
    preferred_username: name,
    email: `${name}@acme.example`,
    email_verified: true,
  }
})

const openWide = () => openPage(browser, { url, viewport: { width: 1280, height: 800 } })
const goOn = (page: Page) => page.getByRole('link', { name: 'Continue with Example Works' }).click()

/** The provider is another site; nothing else of a page may ask one. */
const offencesOf = ({ offences }: { offences: readonly string[] }) =>
  offences.filter((offence) => !offence.startsWith(`foreign request: ${provider.issuer}/authorize?`))

describe('the login of an organisation', () => {
  test('signs a new person up, and in again, to where they wanted to go', async () => {
    await using watched = await openWide()
    watched.expectStatus(401)
    const { page } = watched
    await page.goto('/signin')
    await goOn(page)
    await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
    await page.goto('/settings')
    await page.getByText(String(provider.person.preferred_username), { exact: true }).and(page.locator('p')).waitFor()
    await page.getByText('You have none: you sign in another way.').waitFor()
    await page.goto('/settings/security')
    await page.getByText('by your organisation').waitFor()

    await page.goto('about:blank')
    await page.context().clearCookies()
    await page.goto('/settings/security')
    await page.waitForURL('**/signin?next=%2Fsettings%2Fsecurity')
    await goOn(page)
    await page.waitForURL('**/settings/security')
    await page.getByText('by your organisation').first().waitFor()
    expect(offencesOf(watched)).toEqual([])
  })

  test('is followed by the second factor of whoever has one, whose challenge leaves the address', async () => {
    await using watched = await openWide()
    watched.expectStatus(401)
    const { page } = watched
    await page.goto('/signin')
    await goOn(page)
    await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
    const app = await setUpAppWithoutPassword(page)

    await page.goto('about:blank')
    await page.context().clearCookies()
    await page.goto('/signin?next=%2Fsettings%2Fsecurity')
    await goOn(page)
    await page.waitForURL('**/signin?next=*#second-factor=*')
    await page.getByLabel('Code', { exact: true }).and(page.locator(':focus')).waitFor()
    await typeCode(page, '000000')
    await page.getByRole('alert').getByText('This code is wrong').waitFor()
    await typeCode(page, app.generate({ timestamp: Date.now() + 30_000 }))
    await page.waitForURL('**/settings/security')
    await page.goBack()
    await page.waitForURL((address) => !address.hash.includes('second-factor'))
    expect(offencesOf(watched)).toEqual([])
  })

  test('brings whoever holds an invitation into its workspace', async () => {
    await using owner = await openWide()
    const host = newAccount()
    await signUp(owner.page, host)
    const link = await inviteViaPage(owner.page, 'Member')
    await using guest = await openWide()
    guest.expectStatus(401)
    const { page } = guest
    await page.goto(link)
    await page.getByText('I have an account').click()
    await goOn(page)
    await page.getByRole('heading', { name: `Join ${host.username}` }).waitFor()
    await page.getByRole('button', { name: /^Join/ }).click()
    await page.waitForURL('**/monitors')
    await page.goto('/settings/members')
    await page.getByRole('list', { name: 'Members' }).getByText(host.username).waitFor()
    expect(offencesOf(guest)).toEqual([])
  })

  test('lets nobody in whom it does not vouch for, and says so', async () => {
    await using watched = await openWide()
    const { page } = watched
    provider.lies = { signature: 'another-key' }
    await page.goto('/signin')
    await goOn(page)
    await page
      .getByRole('alert')
      .getByText(/The login of your organisation did not let you in/)
      .waitFor()
    provider.lies = {}
    await goOn(page)
    await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
    expect(offencesOf(watched)).toEqual([])
  })
})

describe('the login of an organisation that is linked to an account', () => {
  test('opens that account, and does no more once it is unlinked', async () => {
    await using watched = await openWide()
    watched.expectStatus(401)
    const { page } = watched
    const account = newAccount()
    await signUp(page, account)
    await link(page, account)
    await page.getByRole('button', { name: `Unlink ${new URL(provider.issuer).host}` }).waitFor()
    expect(await page.getByRole('button', { name: 'Link Example Works' }).count()).toBe(0)

    await signOut(page)
    await goOn(page)
    await page.waitForURL(({ pathname }) => pathname === '/')
    await page.goto('/settings')
    await page.getByText(account.username, { exact: true }).and(page.locator('p')).waitFor()

    await page.goto('/settings/security')
    await page.getByRole('button', { name: /^Unlink/ }).click()
    await page.getByLabel('Your password').fill('not the password')
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click()
    await page.getByRole('alert').getByText('This is not your password.').waitFor()
    await page.getByLabel('Your password').fill(account.password)
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click()
    await page.getByText('Not linked. Once it is, you sign in to this account with it.').waitFor()

    await signOut(page)
    await goOn(page)
    await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
    await page.goto('/settings')
    await page.getByText(String(provider.person.preferred_username), { exact: true }).and(page.locator('p')).waitFor()
    expect(offencesOf(watched)).toEqual([])
  })

  test('is refused in words where it opens another account already', async () => {
    await using first = await openWide()
    await first.page.goto('/signin')
    await goOn(first.page)
    await first.page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
    await using second = await openWide()
    const account = newAccount()
    await signUp(second.page, account)
    await link(second.page, account)
    await second.page
      .getByRole('alert')
      .getByText('This login opens another account already. It is not linked.')
      .waitFor()
    expect(await seriousViolations(second.page)).toEqual([])
    await second.page.getByRole('link', { name: 'Members' }).click()
    await second.page.getByRole('heading', { level: 1, name: 'Members' }).waitFor()
    expect(await second.page.getByText('It is not linked.').count()).toBe(0)
    expect([...offencesOf(first), ...offencesOf(second)]).toEqual([])
  })

  test('stays where nothing else would open the account', async () => {
    await using watched = await openWide()
    watched.expectStatus(409)
    const { page } = watched
    await page.goto('/signin')
    await goOn(page)
    await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
    await page.goto('/settings/security')
    await page.getByRole('button', { name: /^Unlink/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click()
    await page.getByRole('alert').getByText('Set a password or add a passkey before you unlink it.').waitFor()
    expect(offencesOf(watched)).toEqual([])
  })
})

describe('a challenge for a second factor', () => {
  test('that holds no more leads back to the start, and says why', async () => {
    await using watched = await openWide()
    watched.expectStatus(401)
    const { page } = watched
    await page.goto(`/signin#second-factor=${crypto.randomUUID()}`)
    await typeCode(page, '000000')
    await page.getByRole('alert').getByText('That took too long. Sign in again.').waitFor()
    await page.getByLabel('Password').waitFor()
    const account = newAccount()
    await signUp(page, account)
    await page.goto('about:blank')
    await page.context().clearCookies()
    await page.goto(`/signin#second-factor=${crypto.randomUUID()}`)
    await page.getByRole('button', { name: 'Sign in as somebody else' }).click()
    await fillIn(page, account)
    await page.waitForURL(({ pathname }) => pathname === '/')
    expect(offencesOf(watched)).toEqual([])
  })
})

/** Links the organisation's login in the settings, by way of the provider. */
async function link(page: Page, { password }: Account): Promise<void> {
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Link Example Works' }).click()
  await page.getByLabel('Your password').fill(password)
  await page.getByRole('button', { name: 'Go there' }).click()
}

async function setUpAppWithoutPassword(page: Page): Promise<TOTP> {
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Set up an app' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  const secret = await dialog.getByLabel('Or type this into the app').inputValue()
  const app = new TOTP({ secret: Secret.fromBase32(secret) })
  await dialog.getByLabel('Code', { exact: true }).fill(app.generate())
  await dialog.getByRole('button', { name: 'Switch on' }).click()
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('Switched on.').waitFor()
  return app
}
