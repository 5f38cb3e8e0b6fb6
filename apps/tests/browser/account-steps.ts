import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import type { Account } from './account.ts'

export interface AuthenticatorApp {
  readonly recoveryCodes: readonly string[]
  /** A code that was not used yet: the one that the app shows next, which a clock that runs ahead shows now. */
  nextCode(): string
}

const PERIOD_MS = 30_000

/** Sets up an authenticator app in the settings; the page is then on the section of security. */
export async function setUpApp(page: Page, account: Account): Promise<AuthenticatorApp> {
  const app = await switchOnApp(page, account)
  const dialog = page.getByRole('dialog')
  const codes = dialog.getByRole('list', { name: 'Recovery codes' })
  await codes.waitFor()
  const recoveryCodes = await codes.getByRole('listitem').allTextContents()
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('Switched on.').waitFor()
  return { recoveryCodes, nextCode: () => app.generate({ timestamp: Date.now() + PERIOD_MS }) }
}

/** Goes as far as the recovery codes, which the page then shows. */
export async function switchOnApp(page: Page, { password }: Account): Promise<TOTP> {
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Set up an app' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Your password').fill(password)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await dialog.getByRole('img', { name: 'QR code' }).waitFor()
  const secret = await dialog.getByLabel('Or type this into the app').inputValue()
  const app = new TOTP({ secret: Secret.fromBase32(secret) })
  await dialog.getByLabel('Code', { exact: true }).fill(app.generate())
  await dialog.getByRole('button', { name: 'Switch on' }).click()
  return app
}

/** Answers the second step of signing in. */
export async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code)
  await page.getByRole('button', { name: 'Continue' }).click()
}

/** Makes an invitation in the settings, and gives its link; the page is then on the section of members. */
export async function inviteViaPage(page: Page, role: 'Viewer' | 'Member' | 'Admin' | 'Owner'): Promise<string> {
  await page.goto('/settings/members')
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  await page.getByRole('radio', { name: new RegExp(`^${role}`) }).check()
  await page.getByRole('button', { name: 'Make invitation' }).click()
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue()
  await page.getByRole('button', { name: 'I have the link' }).click()
  return link
}

/** Makes an API key in the settings, and gives it; the page is then on the section of keys. */
export async function createKey(page: Page, name: string, reach: 'Read' | 'Read and write'): Promise<string> {
  await page.goto('/settings/keys')
  await page.getByRole('button', { name: 'Create a key' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByRole('radio', { name: new RegExp(`^${reach} ?[EA]`) }).check()
  await page.getByRole('button', { name: 'Create key' }).click()
  const key = await page.getByLabel(`The key "${name}"`).inputValue()
  await page.getByRole('button', { name: 'I have kept it' }).click()
  return key
}

/** Follows the link of an invitation as somebody new; the page is then on the list of monitors. */
export async function joinAsNew(page: Page, link: string, person: Account): Promise<void> {
  await page.goto(link)
  await page.getByRole('heading', { name: /^Join / }).waitFor()
  await page.getByLabel('User name').fill(person.username)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('**/monitors')
}

/** The fingerprint reader of a device that always recognises its person. */
export async function addAuthenticator(page: Page): Promise<void> {
  const protocol = await page.context().newCDPSession(page)
  await protocol.send('WebAuthn.enable')
  await protocol.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** Adds a passkey in the settings; the page is then on the section of security. */
export async function addPasskey(page: Page, name: string, { password }: Account): Promise<void> {
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Your password').fill(password)
  await page.getByRole('dialog').getByRole('button', { name: 'Add passkey' }).click()
  await page.getByRole('button', { name: `Remove ${name}` }).waitFor()
}
