/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { AlertDelayJson } from '@repo/contracts/alert-delay'
import type { Monitor } from '@repo/contracts/monitors'
import type { TickPage } from '@repo/contracts/ticks'
import type { Page } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { addMonitor, newAccount } from './account.ts'
import { callApi } from './alerts-furnish.ts'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import {
  firstLook,
  monitorNamed,
  openAs,
  openFormGround,
  openNew,
  signUpWithAddress,
  wide,
} from './monitor-form-ground.ts'
import { takePicture } from './pictures.ts'

/** What is typed into the form of a new monitor, and what a new workspace is told of (UX.md, S3). */

setDefaultTimeout(60_000)

const ground = openFormGround()
const RESULT_MS = 10_000

describe('a new monitor', () => {
  test('has what was seen before it was saved as its first result', async () => {
    await using watched = await openAs(ground, ground.owner)
    const { page } = watched
    const dialog = await openNew(page)
    await dialog.getByLabel('URL').fill(`${ground.shop.url}looked-at`)
    await firstLook(page).getByText('1 of 1 region finds it up.').waitFor({ timeout: RESULT_MS })
    await dialog.getByText('Advanced').click()
    await dialog.getByLabel('Name', { exact: true }).fill('looked-at')
    // Not when it was made: where the look is too old by then for a slot of it, the first one is an instant before that too.
    const savedAt = new Date().toISOString()
    await dialog.getByRole('button', { name: 'Add monitor' }).click()
    await page.getByRole('row').filter({ hasText: 'looked-at' }).getByText('Up', { exact: true }).waitFor()
    const { id } = await monitorNamed(page, 'looked-at')
    const before = await eventually('the look is a tick of it', async () => {
      const { items } = await callApi<TickPage>(page, 'GET', `/monitors/${id}/ticks`)
      const early = items.filter(({ scheduledAt }) => scheduledAt < savedAt)
      return early.length > 0 ? early : undefined
    })
    expect(before.map(({ region, verdict }) => [region, verdict])).toEqual([['local', 'up']])
    expect(watched.offences).toEqual([])
  })

  test('is made once where the answer is lost and it is saved again', async () => {
    await using watched = await openAs(ground, ground.owner)
    const { page } = watched
    let lost = 0
    await page.route('**/api/v1/monitors', async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return route.continue()
      lost += 1
      await route.fetch()
      await route.fulfill({ status: 503, json: { title: 'Not available at the moment', status: 503 } })
    })
    watched.expectStatus(503)
    const dialog = await openNew(page)
    await dialog.getByText('Advanced').click()
    await dialog.getByLabel('URL').fill(`${ground.shop.url}lost`)
    await dialog.getByLabel('Name', { exact: true }).fill('lost')
    await firstLook(page)
      .getByText(/answered 200/)
      .waitFor({ timeout: RESULT_MS })
    await page.keyboard.press('ControlOrMeta+Enter')
    await dialog.getByRole('alert').waitFor()
    await dialog.getByRole('button', { name: 'Add monitor' }).click()
    await dialog.waitFor({ state: 'detached' })
    const { items } = await callApi<{ items: Monitor[] }>(page, 'GET', '/monitors?text=lost')
    expect(items).toHaveLength(1)
    expect(watched.offences).toEqual([])
  })

  test('is told while it is typed where its pattern breaks, and why one is refused', async () => {
    await using watched = await openAs(ground, ground.owner)
    watched.expectStatus(400)
    const { page } = watched
    const dialog = await openNew(page)
    await dialog.getByLabel('URL').fill(`${ground.shop.url}pattern`)
    await dialog.getByText('Advanced').click()
    const field = dialog.getByLabel('The page matches the pattern')
    await field.fill('v(\\d+')
    await dialog.getByText('Is no pattern of RE2: missing closing ) at character 2').waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    await field.fill('(a{1000}){1000}')
    await dialog.getByText(/a repeat count that is no range, or above 1000 in all at character 10/).waitFor()
    await page.keyboard.press('ControlOrMeta+Enter')
    await dialog.getByText(/above 1000 in all/).waitFor()
    await field.fill('v\\d+\\.\\d+')
    await firstLook(page)
      .getByText(/answered 200/)
      .waitFor({ timeout: RESULT_MS })
    expect(watched.offences).toEqual([])
  })

  test('is told later where the alert policies wait, as the API computes it', async () => {
    await using watched = await openAs(ground, ground.owner)
    const { page } = watched
    await page.goto('/monitors')
    await page.getByRole('heading', { level: 1 }).waitFor()
    const before = await callApi<{ id: string }>(page, 'POST', '/workspaces', { name: 'Waiting' })
    const session = await callApi<{ workspace: { id: string } }>(page, 'GET', '/session')
    await callApi(page, 'PUT', '/session/workspace', { workspaceId: before.id })
    const heard: AlertDelayJson[] = []
    page.on('response', async (answer) => {
      if (answer.url().endsWith('/monitors/alert-delay')) heard.push((await answer.json()) as AlertDelayJson)
    })
    const alerts = () => page.getByRole('dialog').getByRole('region', { name: 'Alerts' })
    const { items } = await callApi<{ items: { id: string }[] }>(page, 'GET', '/alert-policies')
    for (const { id } of items) await callApi(page, 'DELETE', `/alert-policies/${id}`)
    await openNew(page)
    await alerts()
      .getByText(/No alert policy is about it, so that nobody would be told/)
      .waitFor()
    const steps = [{ afterSeconds: 300, targets: [{ kind: 'everyone' }] }]
    const rule = { monitors: { kind: 'all' }, topics: ['down'], steps }
    await callApi(page, 'POST', '/alert-policies', { name: 'Later', rule })
    await openNew(page)
    await alerts()
      .getByText(/about 5 min.* within 5 min/)
      .waitFor()
    await alerts().getByText('5 min of it is what the alert policies wait before they tell anybody.').waitFor()
    expect(heard.at(-1)).toMatchObject({ waitSeconds: 300, usualSeconds: 302, slowestSeconds: 322 })
    await page.getByRole('dialog').getByText('Advanced').click()
    await page.getByLabel('It is down when').selectOption({ label: 'all regions find it down' })
    await page.getByLabel('Checked every').selectOption({ label: '5 min' })
    await alerts()
      .getByText(/It is looked at every 5 min\./)
      .waitFor()
    await eventually('it is what the API said', async () => heard.at(-1)?.noticedSeconds === 300)
    await callApi(page, 'PUT', '/session/workspace', { workspaceId: session.workspace.id })
    expect(watched.offences).toEqual([])
  })

  test('mails whoever adds it, by one click, and the mail comes', async () => {
    await using watched = await openAs(ground, ground.owner)
    const { page } = watched
    await page.goto('/monitors')
    // Whoever signs up with an address has one.
    const { items } = await callApi<{ items: { id: string }[] }>(page, 'GET', '/channels')
    for (const { id } of items) await callApi(page, 'DELETE', `/channels/${id}`)
    const dialog = await openNew(page)
    const alerts = dialog.getByRole('region', { name: 'Alerts' })
    await alerts.getByText('Nothing of yours tells you yet.').waitFor()
    await alerts.getByRole('button', { name: 'Alert me by e-mail' }).click()
    await alerts.getByText('You are told by My e-mail.').waitFor()
    await alerts.getByRole('button', { name: 'Send test alert' }).click()
    await alerts.getByText(/^Delivered: /).waitFor({ timeout: RESULT_MS })
    const received = await eventually('the mail is here', async () =>
      ground.mail.mails.find(({ to }) => to.includes(`${ground.ada.username}@example.com`)),
    )
    expect(received.headers.get('subject')).toMatch(/test/i)
    expect(watched.offences).toEqual([])
  })
})

describe('a workspace that is new', () => {
  const start = (page: Page) => page.getByRole('region', { name: 'Getting started' })

  test('is told what is left to be done, by what is so, until nothing is', async () => {
    await using watched = await openPage(ground.browser, { url: ground.url, viewport: wide })
    const { page } = watched
    await signUpWithAddress(page, newAccount())
    await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
    await addMonitor(page, { name: 'first', url: `${ground.shop.url}first`, intervalSeconds: 60 })
    await page.reload()
    await start(page).getByText('1 of 4').waitFor()
    expect(await start(page).getByRole('link').allTextContents()).toEqual([
      'Receive an alert, or a test of one',
      'Publish a status page',
      'Invite a colleague',
    ])
    const { items } = await callApi<{ items: { id: string }[] }>(page, 'GET', '/channels')
    expect(await callApi<object>(page, 'POST', `/channels/${items[0]?.id}/test`)).toMatchObject({ outcome: 'accepted' })
    await page.goto('/monitors')
    await start(page).getByText('2 of 4').waitFor()
    await start(page).getByRole('link', { name: 'Invite a colleague' }).click()
    await page.waitForURL('**/settings/members')
    await callApi(page, 'POST', '/invitations', { role: 'member' })
    const drafted = await callApi<{ id: string }>(page, 'POST', '/status-pages', {
      content: { title: 'Status', sections: [] },
    })
    await page.goto('/monitors')
    // A draft is seen by nobody outside.
    await start(page).getByText('3 of 4').waitFor()
    await callApi(page, 'POST', `/status-pages/${drafted.id}/publish`)
    await page.goto('/')
    await page.getByRole('link', { name: 'first' }).first().waitFor()
    await start(page).waitFor({ state: 'detached' })
    expect(watched.offences).toEqual([])
  })

  const looks = [360, 1280].flatMap((width) => (['light', 'dark'] as const).map((theme) => [width, theme] as const))
  test.each(looks)('is told so at %d px in %s, and nothing more once it is put away', async (width, theme) => {
    const viewport = { width, height: 800 }
    await using watched = await openPage(ground.browser, { url: ground.url, viewport, colorScheme: theme })
    const { page } = watched
    await signUpWithAddress(page, newAccount())
    await addMonitor(page, { name: 'first', url: `${ground.shop.url}first`, intervalSeconds: 60 })
    await page.goto('/monitors')
    await start(page).getByText('1 of 4').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    expect(await seriousViolations(page)).toEqual([])
    await page.getByRole('link', { name: 'first', exact: true }).waitFor()
    if (width === 1280) await takePicture(page, `getting-started-${theme}`)
    await start(page).getByRole('button', { name: 'Hide' }).click()
    await start(page).waitFor({ state: 'detached' })
    await page.goto('/')
    await page.getByRole('link', { name: 'first' }).first().waitFor()
    expect(await start(page).count()).toBe(0)
    expect(watched.offences).toEqual([])
  })
})
