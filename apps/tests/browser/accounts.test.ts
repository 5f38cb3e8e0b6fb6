/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { addMonitor, fillIn, newAccount, signIn, signOut, signUp } from './account.ts'
import {
  addAuthenticator,
  addPasskey,
  createKey,
  inviteViaPage,
  joinAsNew,
  setUpApp,
  typeCode,
} from './account-steps.ts'
import { openPage, type WatchedPage } from './chromium.ts'
import { allowClipboard } from './clipboard.ts'
import { openSite } from './site.ts'

// A page and an instance share the machine with whatever else runs there.
setDefaultTimeout(90_000)
/** So soon what somebody else ended or changed is seen in an open page. */
const SEEN_MS = 5_000

const site = openSite()

const openWide = () => openPage(site.browser, { url: site.namedUrl, viewport: { width: 1280, height: 800 } })

describe('a second factor', () => {
  test('is set up with an app, asked for at the next sign-in, and replaced by a recovery code once', async () => {
    await using watched = await openWide()
    const { page } = watched
    const account = newAccount()
    await signUp(page, account)
    const app = await setUpApp(page, account)
    expect(app.recoveryCodes).toHaveLength(10)
    await page.getByText('10 recovery codes are left.').waitFor()

    watched.expectStatus(401)
    await signOut(page)
    await fillIn(page, account)
    await typeCode(page, '000000')
    await page.getByRole('alert').getByText('This code is wrong').waitFor()
    expect(await focusedId(page)).toBe('code')
    await typeCode(page, app.nextCode())
    await page.waitForURL(({ pathname }) => pathname === '/')

    await signOut(page)
    await fillIn(page, account)
    await typeCode(page, app.recoveryCodes[0] ?? '')
    await page.waitForURL(({ pathname }) => pathname === '/')
    await page.goto('/settings/security')
    await page.getByText('9 recovery codes are left.').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('is answered by a code that is pasted as the app shows it, in two halves', async () => {
    await using watched = await openWide()
    const { page } = watched
    const account = newAccount()
    await signUp(page, account)
    const app = await setUpApp(page, account)
    await allowClipboard(page)
    watched.expectStatus(401)
    await signOut(page)
    await fillIn(page, account)
    const field = page.getByLabel('Code', { exact: true })
    await field.waitFor()
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code')
    const halves = ` ${app.nextCode().replace(/^.../, '$& ')} `
    await page.evaluate((text) => navigator.clipboard.writeText(text), halves)
    await field.focus()
    await page.keyboard.press('Control+v')
    expect(await field.inputValue()).toBe(halves)
    await page.keyboard.press('Enter')
    await page.waitForURL(({ pathname }) => pathname === '/')
    expect(watched.offences).toEqual([])
  })

  test('says how long to wait after too many wrong codes', async () => {
    await using watched = await openWide()
    const { page } = watched
    const account = newAccount()
    await signUp(page, account)
    await setUpApp(page, account)
    watched.expectStatus(401)
    watched.expectStatus(429)
    await signOut(page)
    await fillIn(page, account)
    for (let tries = 0; tries < 6; tries += 1) {
      await typeCode(page, `00000${tries}`)
      await page.getByRole('button', { name: 'Continue' }).and(page.locator(':enabled')).waitFor()
    }
    await page
      .getByRole('alert')
      .getByText(/Too many tries: the next one is possible in 1[0-5] minutes/)
      .waitFor()
    expect(await focusedId(page)).toBe('code')
    expect(watched.offences).toEqual([])
  })

  test('is removed by whoever knows the password, and by nobody else', async () => {
    await using watched = await openWide()
    watched.expectStatus(401)
    const { page } = watched
    const account = newAccount()
    await signUp(page, account)
    await setUpApp(page, account)
    await page.getByRole('button', { name: 'Remove' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Your password').fill('not the password')
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await dialog.getByRole('alert').getByText('This is not your password.').waitFor()
    expect(await focusedId(page)).toBe('proof')
    await dialog.getByLabel('Your password').fill(account.password)
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('button', { name: 'Set up an app' }).waitFor()
    expect(watched.offences).toEqual([])
  })
})

test('the only owner of a workspace stays one, and is told what to do first', async () => {
  await using watched = await openWide()
  watched.expectStatus(409)
  const { page } = watched
  const account = newAccount()
  await signUp(page, account)
  await page.goto('/settings/members')
  const dialog = page.getByRole('dialog')
  const refusal = dialog.getByRole('alert').getByText(/^You are its only owner: make somebody else an owner first/)
  await page.getByRole('button', { name: `Change role of ${account.username}` }).click()
  await dialog.getByRole('radio', { name: /^Viewer/ }).check()
  await dialog.getByLabel('Your password').fill(account.password)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await refusal.waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Leave', exact: true }).click()
  await dialog.getByRole('button', { name: 'Leave', exact: true }).click()
  await refusal.waitFor()
  await page.reload()
  expect(await page.getByRole('list', { name: 'Members' }).getByRole('listitem').textContent()).toMatch(/owner/i)
  expect(watched.offences).toEqual([])
})

test('whoever changes their own role shows that it is them, and needs nothing for the role of another', async () => {
  await using watched = await openWide()
  watched.expectStatus(401)
  const { page } = watched
  const account = newAccount()
  await signUp(page, account)
  const link = await inviteViaPage(page, 'Member')
  await using guest = await openWide()
  guest.expectStatus(401)
  const other = newAccount()
  await joinAsNew(guest.page, link, other)
  await page.reload()
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: `Change role of ${other.username}` }).click()
  await dialog.getByRole('radio', { name: /^Owner/ }).check()
  expect(await dialog.getByLabel('Your password').count()).toBe(0)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText(`${other.username} is owner now.`).first().waitFor()

  await page.getByRole('button', { name: `Change role of ${account.username}` }).click()
  await dialog.getByRole('radio', { name: /^Viewer/ }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Your password is required.').waitFor()
  await dialog.getByLabel('Your password').fill('not the password')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('This is not your password.').waitFor()
  const self = page.getByRole('list', { name: 'Members' }).getByRole('listitem').first()
  expect(await self.textContent()).toMatch(/owner/i)
  await dialog.getByLabel('Your password').fill(account.password)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText(`${account.username} is viewer now.`).first().waitFor()
  await self.getByText('viewer').waitFor()
  expect([...watched.offences, ...guest.offences]).toEqual([])
})

describe('an invitation', () => {
  test('brings a new person in, whose role decides what they are offered, also while they look', async () => {
    await using owner = await openWide()
    await signUp(owner.page, newAccount())
    await addMonitor(owner.page, { name: 'shop', url: 'http://127.0.0.1:9/', intervalSeconds: 60 })
    const link = await inviteViaPage(owner.page, 'Viewer')

    await using guest = await openWide()
    guest.expectStatus(401)
    const person = newAccount()
    await joinAsNew(guest.page, link, person)
    await guest.page.getByRole('link', { name: 'shop' }).first().waitFor()
    await expectViewerSees(guest, { monitor: 'shop' })

    await owner.page.goto('/settings/members')
    await owner.page.getByRole('button', { name: `Change role of ${person.username}` }).click()
    await owner.page.getByRole('radio', { name: /^Member/ }).check()
    await guest.page.goto('/monitors')
    await guest.page.getByText('Live', { exact: true }).last().waitFor()
    await owner.page.getByRole('button', { name: 'Save' }).click()
    await guest.page.getByRole('button', { name: 'Add monitor' }).waitFor({ timeout: SEEN_MS })
    expect([...owner.offences, ...guest.offences]).toEqual([])
  })

  test('is good for one person, and says so to the next', async () => {
    await using owner = await openWide()
    await signUp(owner.page, newAccount())
    const link = await inviteViaPage(owner.page, 'Member')
    await using guest = await openWide()
    guest.expectStatus(401)
    guest.expectStatus(410)
    await joinAsNew(guest.page, link, newAccount())
    await guest.page.goto('about:blank')
    await guest.page.goto(link)
    await guest.page.getByRole('heading', { name: 'This invitation holds no more' }).waitFor()
    expect(guest.offences).toEqual([])
  })

  test('is accepted by somebody who has an account, who is then in two workspaces and moves between them', async () => {
    await using owner = await openWide()
    const host = newAccount()
    await signUp(owner.page, host)
    await addMonitor(owner.page, { name: 'shop', url: 'http://127.0.0.1:9/', intervalSeconds: 60 })
    const link = await inviteViaPage(owner.page, 'Admin')

    await using guest = await openWide()
    guest.expectStatus(401)
    const person = newAccount()
    await signUp(guest.page, person)
    // A page that finds itself signed out would go to that of signing in, in the middle of the next step.
    await guest.page.goto('about:blank')
    await guest.page.context().clearCookies()
    await guest.page.goto(link)
    await guest.page.getByText('I have an account').click()
    await fillIn(guest.page, person)
    await guest.page.getByRole('link', { name: 'shop' }).first().waitFor()

    const switcher = guest.page.getByRole('combobox', { name: 'Workspace' }).last()
    await switcher.selectOption(person.username)
    await guest.page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
    await guest.page.getByRole('combobox', { name: 'Workspace' }).last().selectOption(host.username)
    await guest.page.getByRole('link', { name: 'shop' }).first().waitFor()
    expect([...owner.offences, ...guest.offences]).toEqual([])
  })

  test('opens nothing once it was taken back', async () => {
    await using owner = await openWide()
    await signUp(owner.page, newAccount())
    const link = await inviteViaPage(owner.page, 'Viewer')
    await owner.page.getByRole('button', { name: 'Take back' }).click()
    await owner.page.getByText('No invitation is open.').waitFor()
    await using guest = await openWide()
    guest.expectStatus(401)
    guest.expectStatus(410)
    await guest.page.goto(link)
    await guest.page.getByRole('heading', { name: 'This invitation holds no more' }).waitFor()
    expect(guest.offences).toEqual([])
  })
})

describe('an API key', () => {
  test('is shown once, opens what it may, and nothing once it is revoked', async () => {
    await using watched = await openWide()
    const { page } = watched
    await signUp(page, newAccount())
    const key = await createKey(page, 'deploy script', 'Read')
    const call = (method: string) =>
      fetch(`${site.namedUrl}/api/v1/monitors`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(method === 'POST' ? { body: JSON.stringify({ spec: { kind: 'http', url: 'http://127.0.0.1:9/' } }) } : {}),
      })
    expect((await call('GET')).status).toBe(200)
    expect((await call('POST')).status).toBe(403)

    await page.reload()
    await page
      .getByText(`${key.slice(0, 6)}`)
      .first()
      .waitFor()
    expect(await page.content()).not.toContain(key)
    await page.getByText(/^Used/).waitFor()
    await page.getByRole('button', { name: 'Revoke deploy script' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('None yet.').waitFor()
    expect((await call('GET')).status).toBe(401)

    await page.goto('/settings/audit')
    await page.getByRole('cell', { name: /^API key revoked/ }).waitFor()
    await page.getByRole('combobox', { name: 'Show' }).selectOption({ label: 'API key created' })
    await page.waitForURL('**/settings/audit?action=key.created')
    await page.getByRole('cell', { name: /^API key revoked/ }).waitFor({ state: 'detached' })
    await page.getByRole('cell', { name: /deploy script/ }).waitFor()
    expect(watched.offences).toEqual([])
  })
})

describe('a session', () => {
  test('that is ended elsewhere is seen to have ended at once', async () => {
    await using here = await openWide()
    await using there = await openWide()
    there.expectStatus(401)
    const account = newAccount()
    await signUp(here.page, account)
    await signIn(there.page, account)
    await there.page.getByText('Live', { exact: true }).last().waitFor()
    await here.page.goto('/settings/security')
    await here.page.getByText('This one').waitFor()
    await here.page.getByRole('button', { name: /^Sign out/ }).click()
    await there.page.waitForURL('**/signin?next=*', { timeout: SEEN_MS })
    await here.page.getByRole('status').getByText('This session has ended.').waitFor()
    expect([...here.offences, ...there.offences]).toEqual([])
  })

  test('ends with every other one when the password changes', async () => {
    await using here = await openWide()
    await using there = await openWide()
    here.expectStatus(401)
    there.expectStatus(401)
    const account = newAccount()
    await signUp(here.page, account)
    await signIn(there.page, account)
    await there.page.getByText('Live', { exact: true }).last().waitFor()
    await here.page.goto('/settings')
    await here.page.getByRole('button', { name: 'Change password' }).click()
    await here.page.getByLabel('Current password').fill('not the password')
    await here.page.getByLabel('New password').fill('a better horse battery')
    await here.page.getByRole('button', { name: 'Set password' }).click()
    await here.page.getByRole('alert').getByText('This is not your current password.').waitFor()
    await here.page.getByLabel('Current password').fill(account.password)
    await here.page.getByRole('button', { name: 'Set password' }).click()
    await there.page.waitForURL('**/signin?next=*', { timeout: SEEN_MS })
    await here.page.getByRole('status').getByText('Your password is set.').waitFor()
    expect([...here.offences, ...there.offences]).toEqual([])
  })
})

test('a passkey is added, signs its person in, and signs nobody in once it is removed', async () => {
  await using watched = await openWide()
  const { page } = watched
  await addAuthenticator(page)
  const account = newAccount()
  await signUp(page, account)
  await addPasskey(page, 'my telephone', account)

  watched.expectStatus(401)
  await signOut(page)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.waitForURL(({ pathname }) => pathname === '/')
  await page.goto('/settings/security')
  await page.getByText('by passkey').waitFor()
  await page.getByRole('button', { name: 'Remove my telephone' }).click()
  await page.getByLabel('Your password').fill(account.password)
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('None yet. A passkey').waitFor()

  await signOut(page)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page
    .getByRole('alert')
    .filter({ hasText: /passkey/i })
    .waitFor()
  expect(watched.offences).toEqual([])
})

test('a workspace is deleted only by its name, its person goes on in the other one, and brings it back', async () => {
  await using watched = await openWide()
  const { page } = watched
  const account = newAccount()
  await signUp(page, account)
  await page.goto('/settings/workspace')
  await page.getByRole('button', { name: 'New workspace' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('second one')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.waitForURL(({ pathname }) => pathname === '/')
  const monitor = 'Shop'
  await addMonitor(page, { name: monitor, url: site.url, intervalSeconds: 60 })
  await deleteWorkspace(page, 'second one')
  const deleted = page.getByRole('list', { name: 'Deleted workspaces' })
  await deleted.getByText(/1 monitor; can be brought back until \w+/).waitFor()
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe(account.username)
  await page.goto('/monitors')
  expect(await page.getByRole('link', { name: monitor }).count()).toBe(0)

  await page.goto('/settings/workspace')
  await deleted.getByRole('button', { name: 'Bring second one back' }).click()
  await page.waitForURL(({ pathname }) => pathname === '/')
  await page.goto('/monitors')
  await page.getByRole('link', { name: monitor }).waitFor()
  await page.goto('/settings/workspace')
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('second one')
  expect(await deleted.count()).toBe(0)
  expect(watched.offences).toEqual([])
})

test('whose workspace was deleted a moment ago is told so where they go on, once, and takes it back', async () => {
  await using watched = await openWide()
  const { page } = watched
  await signUp(page, newAccount())
  await page.goto('/settings/workspace')
  await page.getByRole('button', { name: 'New workspace' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('by mistake')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.waitForURL(({ pathname }) => pathname === '/')
  await deleteWorkspace(page, 'by mistake')
  await page.getByText('by mistake is deleted.').last().waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.waitForURL(({ pathname }) => pathname === '/')
  await page.goto('/settings/workspace')
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('by mistake')
  expect(await page.getByText('by mistake is deleted.').count()).toBe(0)
  expect(watched.offences).toEqual([])
})

test('who deleted their only workspace is told that they are in none, and brings it back from there', async () => {
  await using watched = await openWide()
  const { page } = watched
  const account = newAccount()
  await signUp(page, account)
  watched.expectStatus(404)
  await deleteWorkspace(page, account.username)
  await page.getByRole('heading', { name: 'You are in no workspace.' }).waitFor()
  await page.getByRole('button', { name: `Bring ${account.username} back` }).click()
  await page.waitForURL(({ pathname }) => pathname === '/')
  await page.goto('/settings/workspace')
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe(account.username)
  expect(watched.offences).toEqual([])
})

/** The one that this page works in, of that name. */
async function deleteWorkspace(page: Page, name: string): Promise<void> {
  await page.goto('/settings/workspace')
  await page.getByRole('button', { name: 'Delete workspace' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('It can be brought back for seven days').waitFor()
  expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Type its name to confirm').fill(name)
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** Forms can be read and nothing saved; nothing else that changes anything is offered, and the server refuses it in any case. */
async function expectViewerSees({ page }: WatchedPage, { monitor }: { monitor: string }): Promise<void> {
  await page.keyboard.press('c')
  await page
    .getByRole('dialog')
    .getByText(/It takes the role member to change this/)
    .waitFor()
  expect(await page.getByRole('dialog').getByRole('button', { name: 'Add monitor' }).isDisabled()).toBe(true)
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: monitor }).click()
  await page.getByRole('heading', { level: 1, name: monitor }).waitFor()
  expect(await page.getByRole('button', { name: /Pause|Edit|Delete/ }).count()).toBe(0)
  await page.goto('/settings/members')
  await page.getByRole('list', { name: 'Members' }).waitFor()
  expect(await page.getByRole('button', { name: /Change role|Remove|Invite/ }).count()).toBe(0)
  expect(await page.getByRole('link', { name: /API keys|Audit log/ }).count()).toBe(0)
  await page.goto('/settings/keys')
  await page.getByText('It takes the role admin to see this, and yours in this workspace is viewer.').waitFor()
  const refused = await page.request.post('/api/v1/keys', {
    headers: { origin: new URL(page.url()).origin },
    data: { name: 'mine', scopes: ['read'] },
  })
  expect(refused.status()).toBe(403)
}

function focusedId(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.id)
}
