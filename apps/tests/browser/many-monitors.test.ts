/// <reference lib="dom" />
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { type Account, addMonitor, newAccount, signIn, signUp } from './account.ts'
import { callApi } from './alerts-furnish.ts'
import { seriousViolations, seriousViolationsInBothThemes } from './axe.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(60_000)

const site = openSite()
const account: Account = newAccount()
const website = openWebsite()
const failing = openWebsite()
const MONITORS = 260

beforeAll(async () => {
  await using watched = await openPage(site.browser, { url: site.url })
  const { page } = watched
  await signUp(page, account)
  const monitors = Array.from({ length: MONITORS }, (_, index) => ({
    name: `site-${String(index).padStart(3, '0')}`,
    spec: { kind: 'http', url: `${website.url}${index}` },
    intervalSeconds: 3_600,
  }))
  const answer = await page.request.post('/api/v1/monitors/bulk', {
    headers: { origin: site.url },
    data: { action: 'create', monitors },
  })
  expect(answer.status()).toBe(200)
}, 90_000)

async function open({ text = 'site-', width = 1280, theme = 'light' as 'light' | 'dark' } = {}) {
  const watched = await openPage(site.browser, {
    url: site.url,
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width, height: 800 },
  })
  await signIn(watched.page, account, `/monitors?text=${text}`)
  await watched.page
    .getByRole('row', { name: new RegExp(text) })
    .first()
    .waitFor()
  return watched
}

const bar = (page: Page) => page.getByRole('region', { name: 'Selected monitors' })
const box = (page: Page, name: string) => page.getByRole('checkbox', { name: `Select ${name}` })
const stateOf = async (page: Page, text: string) => {
  const answer = await page.request.get(`/api/v1/monitors?text=${text}&limit=200&recent=0`)
  return ((await answer.json()) as { items: { name: string; status: string; tags: string[] }[] }).items
}

describe('monitors are selected', () => {
  test('by a click and all up to another with Shift, by x, and no more once the filter is another one', async () => {
    await using watched = await open({ text: 'site-00' })
    const { page } = watched
    await box(page, 'site-001').click()
    await box(page, 'site-004').click({ modifiers: ['Shift'] })
    await bar(page).getByText('4 selected').waitFor()
    await page.getByRole('link', { name: 'site-006' }).focus()
    await page.keyboard.press('x')
    await bar(page).getByText('5 selected').waitFor()
    expect(await box(page, 'site-005').isChecked()).toBe(false)
    await shot(page, 'bulk')
    await page.getByRole('searchbox').fill('site-1')
    await bar(page).waitFor({ state: 'detached' })
    expect(watched.offences).toEqual([])
  })

  test('all that the filter finds, those that are not on the screen too', async () => {
    await using watched = await open()
    const { page } = watched
    await box(page, 'site-001').click()
    await bar(page).getByRole('button', { name: 'Select all' }).click()
    await bar(page).getByText(`${MONITORS} selected`).waitFor()
    await page.keyboard.press('Escape')
    await bar(page).waitFor({ state: 'detached' })
  })
})

describe('what is done with all of them', () => {
  test('pause is one request, and undo lets those go on that it paused', async () => {
    await using watched = await open({ text: 'site-01' })
    const { page } = watched
    const requests: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') requests.push(new URL(request.url()).pathname)
    })
    await box(page, 'site-010').click()
    await box(page, 'site-012').click({ modifiers: ['Shift'] })
    await bar(page).getByRole('button', { name: 'Pause' }).click()
    await page.getByText('3 monitors are paused.').first().waitFor()
    expect(requests).toEqual(['/api/v1/monitors/bulk'])
    expect((await stateOf(page, 'site-01')).filter(({ status }) => status === 'paused')).toHaveLength(3)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('3 monitors are resumed.').first().waitFor()
    expect((await stateOf(page, 'site-01')).filter(({ status }) => status === 'paused')).toHaveLength(0)
  })

  test('a refused pause is shown at once, and taken back with the reason', async () => {
    await using watched = await open({ text: 'site-02' })
    const { page } = watched
    watched.expectStatus(403)
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route('**/api/v1/monitors/bulk', async (route) => {
      await held
      await route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        json: { type: 'about:blank', title: 'It takes the role member', status: 403, code: 'insufficient_role' },
      })
    })
    // What the list is read anew for when the page begins to hear is no part of this.
    await page.getByText('Live', { exact: true }).last().waitFor()
    await page.waitForLoadState('networkidle')
    await box(page, 'site-020').click()
    await bar(page).getByRole('button', { name: 'Pause' }).click()
    const paused = page.getByRole('row', { name: /site-020/ }).getByText('Paused', { exact: true })
    await paused.waitFor()
    answer()
    await page.getByRole('alert').getByText('Nothing was changed. It takes the role member.').waitFor()
    await paused.waitFor({ state: 'detached' })
    await bar(page).getByText('1 selected').waitFor()
  })

  test('tags are added, and taken off again', async () => {
    await using watched = await open({ text: 'site-03' })
    const { page } = watched
    const tagged = async () => (await stateOf(page, 'site-03')).filter(({ tags }) => tags.includes('shop')).length
    for (const [choice, count] of [
      ['Add', 2],
      ['Remove', 0],
    ] as const) {
      await box(page, 'site-030').click()
      await box(page, 'site-031').click({ modifiers: ['Shift'] })
      await bar(page).getByRole('button', { name: 'Tag' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText(choice, { exact: true }).click()
      await dialog.getByRole('textbox', { name: 'Tags' }).fill('shop, eu')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await dialog.waitFor({ state: 'detached' })
      expect(await tagged()).toBe(count)
      await page.keyboard.press('Escape')
    }
  })

  test('maintenance is planned for them by name', async () => {
    await using watched = await open({ text: 'site-04' })
    const { page } = watched
    await box(page, 'site-040').click()
    await bar(page).getByRole('button', { name: 'Maintenance' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('1 chosen').waitFor()
    await dialog.getByLabel('Name', { exact: true }).fill('One of them')
    await dialog.getByRole('button', { name: 'Plan it' }).click()
    await page.getByText('One of them is planned.').first().waitFor()
  })

  test('delete is asked about, can be taken back, and is carried out when the page is left', async () => {
    await using watched = await open({ text: 'site-05' })
    const { page } = watched
    const remove = async () => {
      await box(page, 'site-050').click()
      await bar(page).getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('dialog').getByText('Delete 1 monitor?').waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('row', { name: /site-050/ }).waitFor({ state: 'detached' })
    }
    await remove()
    expect(await stateOf(page, 'site-05')).toHaveLength(10)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('row', { name: /site-050/ }).waitFor()
    await remove()
    await page.goto('/maintenance')
    await page.getByRole('heading', { name: 'Maintenance', level: 1 }).waitFor()
    const deadlineMs = Date.now() + 10_000
    while ((await stateOf(page, 'site-05')).length !== 9 && Date.now() < deadlineMs) await Bun.sleep(50)
    expect(await stateOf(page, 'site-05')).toHaveLength(9)
  })

  test('is offered to no viewer', async () => {
    await using watched = await open({ text: 'site-06' })
    const { page } = watched
    await page.route('**/api/v1/session', async (route) => {
      const answer = await route.fetch()
      const session = await answer.json()
      await route.fulfill({ json: { ...session, workspace: { ...session.workspace, role: 'viewer' } } })
    })
    await page.reload()
    await page.getByRole('row', { name: /site-060/ }).waitFor()
    await page.getByRole('checkbox').first().waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'site-060' }).focus()
    await page.keyboard.press('x')
    expect(await bar(page).count()).toBe(0)
  })
})

describe('groups', () => {
  test('are made of picked monitors with a rule, and say what their members together do', async () => {
    await using watched = await open({ text: 'site-08' })
    const { page } = watched
    watched.expectStatus(400)
    await addMonitor(page, { name: 'gate-a', url: website.url, intervalSeconds: 5 })
    await addMonitor(page, { name: 'gate-b', url: failing.url, intervalSeconds: 5 })
    await page.getByRole('link', { name: 'Groups' }).click()
    await page.getByText(/No group yet/).waitFor()
    await shot(page, 'groups-empty')
    await page.getByRole('button', { name: 'Make a group' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Make it' }).click()
    await dialog.getByText('A name is required').waitFor()
    await dialog.getByLabel('Name', { exact: true }).fill('The gate')
    // Of hundreds of monitors the picker shows the first ones, and finds the others.
    await dialog.getByText('The first 50 by name. Type to find the others.').waitFor()
    await dialog.getByRole('searchbox').fill('gate-')
    await dialog.getByRole('checkbox', { name: /gate-a/ }).check()
    await dialog.getByRole('checkbox', { name: /gate-b/ }).check()
    await dialog.getByText('2 chosen').waitFor()
    await dialog.getByText('so many members work').click()
    await dialog.getByLabel('How many have to work').fill('2')
    await dialog.getByRole('button', { name: 'Make it' }).click()
    const group = page.getByRole('list', { name: 'Groups' }).getByRole('listitem').first()
    await group.getByText('Works while 2 of 2 members do').waitFor()
    await group.getByText('2 up').waitFor({ timeout: 30_000 })
    expect(watched.offences).toEqual([])
  })

  test('have an outage while too few members work, which says who did not', async () => {
    await using watched = await open({ text: 'site-08' })
    const { page } = watched
    await page.goto('/monitors?view=groups')
    const group = page.getByRole('list', { name: 'Groups' }).getByRole('listitem').first()
    await group.getByText('2 up').waitFor({ timeout: 30_000 })
    failing.goDown()
    await group.getByText('Down', { exact: true }).waitFor({ timeout: 40_000 })
    await group.getByText('1 down, 1 up').waitFor()
    await group.getByRole('button', { name: 'Outages of The gate' }).click()
    expect(new URL(page.url()).searchParams.get('outages')).not.toBeNull()
    await page.getByRole('region', { name: 'Outages of The gate' }).getByText('gate-b').waitFor()
    await shot(page, 'groups-down')
    failing.comeUp()
    await group.getByText('2 up').waitFor({ timeout: 40_000 })
  })

  test('weigh their members, and the weights are kept', async () => {
    await using watched = await open({ text: 'site-08' })
    const { page } = watched
    await page.goto('/monitors?view=groups')
    await page.getByRole('button', { name: 'Edit The gate' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('the members that work weigh so much together').click()
    await dialog.getByRole('textbox', { name: 'gate-a' }).fill('3')
    await dialog.getByLabel('How much they have to weigh').fill('3')
    expect(await seriousViolations(page)).toEqual([])
    await shot(page, 'groups-edit')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Works while members weigh 3 of 4').waitFor()
    expect(await seriousViolations(page)).toEqual([])
    const others: string[] = []
    for (const name of ['Yard 10', 'Yard 9', 'a yard']) {
      const body = { name, rule: { kind: 'all' }, members: [] }
      others.push((await callApi<{ id: string }>(page, 'POST', '/groups', body)).id)
    }
    await page.reload()
    const list = page.getByRole('list', { name: 'Groups' })
    await list.getByText('a yard').waitFor()
    const order = ['a yard', 'The gate', 'Yard 9', 'Yard 10']
    const lines = await list.locator(':scope > li').allTextContents()
    expect(lines.map((line) => order.find((name) => line.includes(name)))).toEqual(order)
    for (const id of others) await callApi(page, 'DELETE', `/groups/${id}`)
    await page.getByRole('button', { name: 'Delete The gate' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText(/No group yet/).waitFor()
    expect(watched.offences).toEqual([])
  })
})

test('what a monitor hangs on is chosen where it is edited, and a circle is refused with the way', async () => {
  await using watched = await open({ text: 'site-09' })
  const { page } = watched
  watched.expectStatus(409)
  const choose = async (child: string, parent: string) => {
    await page.goto(`/monitors?text=${child}`)
    await page.getByRole('link', { name: child }).click()
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    const part = page.getByRole('dialog').getByRole('region', { name: 'Hangs on' })
    await part.getByRole('button', { name: 'Choose what it hangs on' }).click()
    await part.getByRole('searchbox').fill(parent)
    await part.getByRole('checkbox', { name: new RegExp(parent) }).check()
    await part.getByRole('button', { name: 'Save what it hangs on' }).click()
    return part
  }
  const saved = await choose('site-091', 'site-090')
  await saved.getByRole('listitem').getByText('site-090').waitFor()
  expect(await seriousViolations(page)).toEqual([])
  await shot(page, 'dependencies')
  const refused = await choose('site-090', 'site-091')
  await refused
    .getByRole('alert')
    .getByText(/"site-090" hangs on "site-091" hangs on "site-090"/)
    .waitFor()
  expect(watched.offences).toEqual([])
})

test.each([1280, 360])('the bar has no serious accessibility violation at %d px in light and dark', async (width) => {
  await using watched = await open({ text: 'site-07', width })
  const { page } = watched
  await page.getByRole('link', { name: 'site-071' }).focus()
  await page.keyboard.press('x')
  await bar(page).waitFor()
  const found = await seriousViolationsInBothThemes(page)
  await shot(page, `bulk-${width}`)
  await bar(page).getByRole('button', { name: 'Tag' }).click()
  found.push(...(await seriousViolationsInBothThemes(page)))
  expect(found).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
})

async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` })
}
