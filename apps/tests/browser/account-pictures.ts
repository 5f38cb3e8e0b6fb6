import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { type Account, addMonitor, signIn, signUp } from './account.ts'
import { addAuthenticator, addPasskey, inviteViaPage, joinAsNew } from './account-steps.ts'
import { openPage } from './chromium.ts'
import { takePicture } from './pictures.ts'

const people = ['grace', 'katherine', 'margaret'] as const
const [ada, ...others] = ['ada', ...people].map(
  (username): Account => ({
    username: `${username}-${crypto.randomUUID().slice(0, 4)}`,
    password: 'correct horse battery',
  }),
)

const devices = {
  laptop: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0',
  telephone:
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
} as const

const wide = { width: 1280, height: 800 }
const narrow = { width: 360, height: 740 }

/** Fills a workspace with people and what belongs to them, and takes the pictures of their pages for `docs/images`. */
export async function takeAccountPictures(browser: Browser, instanceUrl: string): Promise<void> {
  if (!ada) return
  // By a name: an address has no passkeys.
  const url = instanceUrl.replace('127.0.0.1', 'localhost')
  const link = await furnish(browser, url, ada)
  for (const theme of ['light', 'dark'] as const) {
    await takeOuter(browser, { url, link, theme })
    await takeInner(browser, { url, theme, owner: ada })
  }
}

/** @returns the link of an invitation that nobody has taken up. */
async function furnish(browser: Browser, url: string, owner: Account): Promise<string> {
  await using watched = await openPage(browser, { url, viewport: wide })
  const { page } = watched
  await signUp(page, owner)
  await call(page, 'PATCH', '/api/v1/workspace', { name: 'Shop' })
  await call(page, 'POST', '/api/v1/workspaces', { name: 'Warehouse' })
  await addMonitor(page, { name: 'checkout', url: 'http://127.0.0.1:9/', intervalSeconds: 3_600 })
  await call(page, 'POST', '/api/v1/keys', { name: 'deploy script', scopes: ['monitors:write'], expiresInDays: 90 })
  await call(page, 'POST', '/api/v1/keys', { name: 'grafana', scopes: ['read'] })
  await addAuthenticator(page)
  await addPasskey(page, 'MacBook', owner)
  for (const [index, person] of others.entries()) {
    const invitation = await inviteViaPage(page, (['Admin', 'Member', 'Viewer'] as const)[index] ?? 'Viewer')
    await using guest = await openPage(browser, { url })
    await joinAsNew(guest.page, invitation, person)
  }
  for (const userAgent of Object.values(devices)) {
    await using elsewhere = await openPage(browser, { url, userAgent })
    await signIn(elsewhere.page, owner)
  }
  await call(page, 'POST', '/api/v1/invitations', { role: 'viewer', email: 'dorothy@example.com' })
  // Awaited here: the page closes when this function ends.
  return await inviteViaPage(page, 'Member')
}

type Theme = 'light' | 'dark'

async function takeOuter(browser: Browser, { url, link, theme }: { url: string; link: string; theme: Theme }) {
  await using watched = await openPage(browser, { url, colorScheme: theme, viewport: wide })
  const { page } = watched
  await page.goto('/signin')
  await page.getByRole('button', { name: 'Use a passkey' }).waitFor()
  await shoot(page, `sign-in-${theme}`)
  await page.goto(link)
  await page.getByRole('button', { name: 'Create account' }).waitFor()
  await shoot(page, `join-${theme}`)
}

const sections = ['account', 'security', 'workspace', 'members', 'keys', 'audit'] as const

async function takeInner(browser: Browser, { url, theme, owner }: { url: string; theme: Theme; owner: Account }) {
  const options: BrowserContextOptions = { colorScheme: theme, viewport: wide }
  await using watched = await openPage(browser, { url, ...options })
  const { page } = watched
  await signIn(page, owner)
  for (const section of sections) {
    await page.goto(section === 'account' ? '/settings' : `/settings/${section}`)
    await shoot(page, `settings-${section}-${theme}`)
  }
  await page.setViewportSize(narrow)
  for (const section of ['security', 'members'] as const) {
    await page.goto(`/settings/${section}`)
    await shoot(page, `settings-${section}-narrow-${theme}`)
  }
  await page.setViewportSize(wide)
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Set up an app' }).click()
  await page.getByLabel('Your password').fill(owner.password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('img', { name: 'QR code' }).waitFor()
  await shoot(page, `second-factor-${theme}`)
}

/** What is read is on the screen a moment later. */
async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(800)
  await takePicture(page, name)
}

async function call(page: Page, method: string, path: string, data: unknown): Promise<void> {
  const answer = await page.request.fetch(path, { method, headers: { origin: new URL(page.url()).origin }, data })
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
}
