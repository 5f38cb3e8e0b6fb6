import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { addMonitor, newAccount, signUp } from './account.ts'
import { createKey, inviteViaPage, joinAsNew } from './account-steps.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'

setDefaultTimeout(90_000)

const site = openSite()

const openWide = () => openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })

describe('leaving a workspace', () => {
  test('takes a member to a workspace of their own, and out of this one', async () => {
    await using owner = await openWide()
    const host = newAccount()
    await signUp(owner.page, host)
    await addMonitor(owner.page, { name: 'shop', url: 'http://127.0.0.1:9/', intervalSeconds: 60 })
    const link = await inviteViaPage(owner.page, 'Admin')

    await using guest = await openWide()
    guest.expectStatus(401)
    const { page } = guest
    const person = newAccount()
    await joinAsNew(page, link, person)
    const key = await createKey(page, 'deploy script', 'Read')
    await page.goto('/settings/workspace')
    await createWorkspace(page, 'her own')
    await switchTo(page, host.username)

    await leave(page)
    await page.waitForURL(({ pathname }) => pathname === '/')
    await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
    await page.goto('/settings/workspace')
    const mine = page.getByRole('list', { name: 'Your workspaces' }).getByRole('listitem')
    await mine.filter({ hasText: 'her own' }).waitFor()
    expect(await mine.filter({ hasText: host.username }).count()).toBe(0)

    const refused = await fetch(`${site.url}/api/v1/monitors`, { headers: { authorization: `Bearer ${key}` } })
    expect(refused.status).toBe(401)
    await owner.page.reload()
    await owner.page.getByRole('list', { name: 'Members' }).getByText(host.username).waitFor()
    expect(await owner.page.getByText(person.username).count()).toBe(0)
    expect([...owner.offences, ...guest.offences]).toEqual([])
  })

  test('leaves somebody who has no other one where they can make one', async () => {
    await using owner = await openWide()
    await signUp(owner.page, newAccount())
    const link = await inviteViaPage(owner.page, 'Viewer')
    await using guest = await openWide()
    guest.expectStatus(401)
    // Without a workspace there is nothing to read.
    guest.expectStatus(404)
    await joinAsNew(guest.page, link, newAccount())
    await leave(guest.page)
    await guest.page.getByRole('heading', { name: 'You are in no workspace' }).waitFor()
    expect(guest.offences).toEqual([])
  })

  test('is refused to its only owner, in words, until there is another one', async () => {
    await using owner = await openWide()
    owner.expectStatus(409)
    const { page } = owner
    await signUp(page, newAccount())
    const link = await inviteViaPage(page, 'Member')
    await using guest = await openWide()
    guest.expectStatus(401)
    const person = newAccount()
    await joinAsNew(guest.page, link, person)

    await leave(page)
    const dialog = page.getByRole('dialog', { name: 'Leave this workspace?' })
    await dialog
      .getByRole('alert')
      .getByText('You are its only owner: make somebody else an owner first, or delete the workspace.')
      .waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()

    await page.getByRole('button', { name: `Change role of ${person.username}` }).click()
    await page.getByRole('radio', { name: /^Owner/ }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(`${person.username} is owner now.`).first().waitFor()
    await leave(page)
    await dialog.waitFor({ state: 'detached' })
    await guest.page.goto('/settings/members')
    await guest.page.getByRole('list', { name: 'Members' }).getByText('You', { exact: true }).waitFor()
    expect(await guest.page.getByRole('list', { name: 'Members' }).getByRole('listitem').count()).toBe(1)
  })
})

async function createWorkspace(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'New workspace' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.waitForURL(({ pathname }) => pathname === '/')
}

async function switchTo(page: Page, name: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Workspace' }).last().selectOption(name)
  await page.getByRole('link', { name: 'shop' }).first().waitFor()
}

async function leave(page: Page): Promise<void> {
  await page.goto('/settings/members')
  await page.getByRole('button', { name: 'Leave', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click()
}
