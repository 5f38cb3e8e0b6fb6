import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSmtpServer, type RecordingSmtpServer } from '@repo/notifiers/testing'
import type { Browser } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { type Program, startProgram } from '../src/program.ts'
import { type Account, fillIn, newAccount, signIn, signUp } from './account.ts'
import { inviteViaPage } from './account-steps.ts'
import { openBrowser, openPage } from './chromium.ts'

setDefaultTimeout(60_000)

/** An instance that takes people by invitation, sends mail, and has the login of an organisation that is out of order. */
let program: Program
let url: string
let mail: RecordingSmtpServer
let browser: Browser
const dataDirectory = mkdtempSync(join(tmpdir(), 'betteruptime-entrance-'))
const owner: Account = { ...newAccount(), username: 'ada' }

beforeAll(async () => {
  browser = await openBrowser()
  mail = await openSmtpServer()
  program = startProgram('apps/standalone/src/main.ts', ['--port', '0', '--data', dataDirectory], {
    REGION_CANARIES: 'self',
    SIGN_UP: 'invite',
    PUBLIC_URL: 'http://localhost',
    SMTP_URL: mail.url,
    MAIL_FROM: 'BetterUptime <up@example.com>',
    // Port 9 is "discard", where nothing listens.
    OIDC_ISSUER: 'http://127.0.0.1:9/',
    OIDC_CLIENT_ID: 'betteruptime',
    OIDC_CLIENT_SECRET: 'not a secret',
    OIDC_NAME: 'Example Works',
  })
  const [, said = ''] = await program.until(/is ready: (http:\S+)/)
  url = said.replace('127.0.0.1', 'localhost')
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await program?.stop()
  await mail?.[Symbol.asyncDispose]()
  rmSync(dataDirectory, { recursive: true, force: true })
})

describe('an instance that takes people by invitation', () => {
  test('takes the first person, and tells the second how to get in', async () => {
    await using first = await openPage(browser, { url })
    await signUp(first.page, owner)
    await using second = await openPage(browser, { url })
    await second.page.goto('/signup')
    await second.page.getByRole('heading', { name: 'Not open to everybody' }).waitFor()
    await second.page.getByText(/Ask somebody who is here for one/).waitFor()
    await second.page.goto('/signin')
    await second.page.getByRole('link', { name: 'Forgot your password?' }).waitFor()
    expect(await second.page.getByRole('link', { name: 'Create one' }).count()).toBe(0)
    expect([...first.offences, ...second.offences]).toEqual([])
  })

  test('lets a new person in by the link of an invitation', async () => {
    await using watched = await openPage(browser, { url })
    await signIn(watched.page, owner)
    const link = await inviteViaPage(watched.page, 'Member')
    await using guest = await openPage(browser, { url })
    guest.expectStatus(401)
    const person = newAccount()
    await guest.page.goto(link)
    await guest.page.getByRole('heading', { name: 'Join ada' }).waitFor()
    await guest.page.getByLabel('User name').fill(person.username)
    await guest.page.getByLabel('Password').fill(person.password)
    await guest.page.getByLabel(/E-mail/).fill('grace@example.com')
    await guest.page.getByRole('button', { name: 'Create account' }).click()
    await guest.page.waitForURL('**/monitors')
    expect([...watched.offences, ...guest.offences]).toEqual([])
  })
})

describe('a forgotten password', () => {
  test('is replaced by the link of a mail, once', async () => {
    await using watched = await openPage(browser, { url })
    watched.expectStatus(410)
    const { page } = watched
    await signIn(page, owner, '/settings')
    await page.getByLabel('E-mail').fill('ada@example.com')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByLabel('Your password').fill(owner.password)
    await page.getByRole('button', { name: 'Change', exact: true }).click()
    await page.getByRole('status').getByText('Your e-mail address is saved.').waitFor()
    await page.context().clearCookies()

    await page.goto('/signin')
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.getByLabel('E-mail').fill('ada@example.com')
    await page.getByRole('button', { name: 'Send the link' }).click()
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    const letter = await eventually('the mail is here', () => mail.mails.find(({ to }) => to[0] === 'ada@example.com'))
    const link = letter.text.match(/\/reset#[\w-]+/)?.[0] ?? ''

    await setPassword(link, 'short')
    await page.getByRole('alert').getByText('A password has at least 8 characters').waitFor()
    await setPassword(link, 'a better horse battery')
    await page.getByRole('heading', { name: 'Your password is set' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await fillIn(page, { ...owner, password: 'a better horse battery' })
    await page.waitForURL(({ pathname }) => pathname === '/')
    await setPassword(link, 'yet another battery')
    await page.getByRole('heading', { name: 'This link holds no more' }).waitFor()
    watched.expectStatus(400)
    expect(watched.offences.filter((offence) => !offence.includes('status of 400'))).toEqual([])

    async function setPassword(address: string, password: string): Promise<void> {
      await page.goto('about:blank')
      await page.goto(address)
      await page.getByLabel('New password').fill(password)
      await page.getByRole('button', { name: 'Set the password' }).click()
    }
  })

  test('is not told apart from an address that nobody here has', async () => {
    await using watched = await openPage(browser, { url })
    const { page } = watched
    await page.goto('/reset')
    await page.getByLabel('E-mail').fill('nobody@example.com')
    await page.getByRole('button', { name: 'Send the link' }).click()
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    expect(watched.offences).toEqual([])
  })
})

describe('the login of an organisation', () => {
  test('is offered by its name, and says so in words where it is out of order', async () => {
    await using watched = await openPage(browser, { url })
    const { page } = watched
    await page.goto('/signin?next=%2Fsettings')
    const link = page.getByRole('link', { name: 'Continue with Example Works' })
    expect(await link.getAttribute('href')).toBe('/api/v1/sign-in/oidc?next=%2Fsettings')
    await link.click()
    await page.waitForURL('**/signin?error=*')
    await page
      .getByRole('alert')
      .getByText(/login of your organisation/)
      .waitFor()
    expect(watched.offences).toEqual([])
  })
})
