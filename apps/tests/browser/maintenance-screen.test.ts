/// <reference lib="dom" />
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { type Account, addMonitor, newAccount, signIn, signUp } from './account.ts'
import { seriousViolations, seriousViolationsInBothThemes } from './axe.ts'
import { openPage } from './chromium.ts'
import { takePicture } from './pictures.ts'
import { openSite } from './site.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(60_000)

const site = openSite()
const account: Account = newAccount()
const website = openWebsite()
const wide = { width: 1280, height: 800 }

beforeAll(async () => {
  await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
  await signUp(watched.page, account)
}, 90_000)

async function open(options: { timezoneId?: string; width?: number; theme?: 'light' | 'dark' } = {}) {
  const { width = 1280, theme = 'light', timezoneId = 'Europe/Berlin' } = options
  const watched = await openPage(site.browser, {
    url: site.url,
    timezoneId,
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width, height: width === 360 ? 740 : 800 },
  })
  await signIn(watched.page, account, '/maintenance')
  await watched.page.getByRole('heading', { name: 'Maintenance', level: 1 }).waitFor()
  return watched
}

const rowOf = (page: Page, name: string) =>
  page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ has: page.getByText(name, { exact: true }) })

describe('the maintenance screen', () => {
  test('without windows says so, and an example fills in the form of a window that begins at once', async () => {
    await using watched = await open()
    const { page } = watched
    await page.getByText('No maintenance is planned.').waitFor()
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/empty.png` })
    await page.getByRole('button', { name: /Updates, every week/ }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('Weekly updates')
    expect(await dialog.getByRole('checkbox', { name: 'Sun' }).isChecked()).toBe(true)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /A deployment/ }).click()
    await dialog.getByRole('button', { name: 'Plan it' }).click()
    const running = page.getByRole('list', { name: 'Now' }).getByRole('listitem')
    await running.getByText('Running', { exact: true }).waitFor()
    expect(await running.getByText(/ends in/).textContent()).toMatch(/ends in (29|30):\d\d/)
    expect(watched.offences).toEqual([])
  })

  test('one that lasts is ended by a click, and is then among the past ones, which are read only', async () => {
    await using watched = await open()
    const { page } = watched
    await page.getByRole('button', { name: 'End now: Deployment' }).click()
    await page.getByRole('list', { name: 'Now' }).waitFor({ state: 'detached' })
    await page.getByRole('region', { name: 'Past' }).getByRole('button', { name: 'Show' }).click()
    expect(new URL(page.url()).search).toBe('?past=1')
    await rowOf(page, 'Deployment').waitFor()
    expect(await page.getByRole('button', { name: 'Edit Deployment' }).count()).toBe(0)
  })

  test('shows both clocks of each next time, on either side of the night in which clocks are changed', async () => {
    await using watched = await open({ timezoneId: 'America/New_York' })
    const { page } = watched
    await page.getByRole('button', { name: 'Plan maintenance' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('Nightly backup')
    await dialog.getByText('Weekly', { exact: true }).click()
    for (const day of ['Sat', 'Sun']) await setChecked(page, day, true)
    await dialog.getByLabel('At', { exact: true }).fill('02:30')
    await dialog.getByLabel('Time zone').fill('Europe/Berlin')
    await dialog.getByText('First and last day').click()
    await dialog.getByLabel('Not before').fill('2027-03-26T12:00')
    const times = dialog.getByRole('list', { name: 'Next times' }).getByRole('listitem')
    // Berlin's clocks go from 02:00 to 03:00 in this night: what would begin at 02:30 begins at the end of the gap.
    await times.nth(1).getByText('Sun 28 Mar 2027, 03:00–04:00').waitFor()
    const texts = await times.allTextContents()
    expect(texts[0]).toMatch(/Sat 27 Mar 2027, 02:30–03:30 UTC\+1.*Fri 26 Mar 2027, 21:30–22:30 UTC−4, your time/)
    expect(texts[1]).toMatch(/03:00–04:00 UTC\+2.*Sat 27 Mar 2027, 21:00–22:00 UTC−4, your time/)
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/dialog.png` })
    await dialog.getByRole('button', { name: 'Plan it' }).click()
    await dialog.waitFor({ state: 'detached' })
    const row = rowOf(page, 'Nightly backup')
    await row.getByText(/Every week on Sat, Sun · 02:30–03:30 Europe\/Berlin/).waitFor()
    expect(await row.textContent()).toMatch(/21:30–22:30 your time \(UTC−4\), .*02:30–03:30 there \(UTC\+1\)/)
  })

  test('names a window that is planned for the same time, before it is saved', async () => {
    await using watched = await open()
    const { page } = watched
    await page.getByRole('button', { name: 'Plan maintenance' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Begins').fill('2027-03-28T03:30')
    await dialog.getByLabel('Ends').fill('2027-03-28T05:00')
    await dialog.getByText('At the same time as other maintenance:').waitFor()
    await dialog.getByText('Nightly backup').waitFor()
    await dialog.getByLabel('Begins').fill('2027-03-28T04:00')
    await dialog.getByText('At the same time as other maintenance:').waitFor({ state: 'detached' })
  })

  test('says at its field what is wrong, and keeps what was typed', async () => {
    await using watched = await open()
    const { page } = watched
    await page.getByRole('button', { name: 'Plan maintenance' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Cron', { exact: true }).click()
    await dialog.getByLabel('For, in minutes').fill('0')
    await dialog.getByLabel('Time zone').fill('Berlin')
    await dialog.getByText('Named monitors').click()
    await dialog.getByRole('button', { name: 'Plan it' }).click()
    await dialog.getByText('A name is required').waitFor()
    await dialog.getByText('Between 1 minute and 10,080, which is a week.').waitFor()
    await dialog.getByText('Not a time zone, such as Europe/Berlin.').waitFor()
    await dialog.getByText('Choose at least one monitor.').waitFor()
    expect(await dialog.getByLabel('Time zone').inputValue()).toBe('Berlin')
    expect(await dialog.getByLabel('Name', { exact: true }).evaluate((field) => field === document.activeElement)).toBe(
      true,
    )
  })

  test('one that is deleted comes back by the undo of the notice', async () => {
    await using watched = await open()
    const { page } = watched
    await page.getByRole('button', { name: 'Delete Nightly backup' }).click()
    await rowOf(page, 'Nightly backup').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await rowOf(page, 'Nightly backup')
      .getByText(/02:30–03:30 Europe\/Berlin/)
      .waitFor()
  })

  test('is announced on status pages by what is written for the public, and by nothing once that is taken back', async () => {
    await using watched = await open()
    const { page } = watched
    const announced = async () =>
      (await (await page.request.get('/api/v1/maintenance?limit=200')).json()).items.find(
        ({ name }: { name: string }) => name === 'Nightly backup',
      ).announcement
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Edit Nightly backup' }).click()
    await dialog.getByLabel('Announce on status pages').check()
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await dialog.getByRole('alert').getByText('What is the public to call it?').waitFor()
    await dialog.getByLabel('Title for the public').fill('We make copies')
    await dialog.getByLabel('Text for the public').fill('Some pages are *slow*.')
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await announced()).toEqual({ title: 'We make copies', body: 'Some pages are *slow*.' })
    await page.getByRole('button', { name: 'Edit Nightly backup' }).click()
    expect(await dialog.getByLabel('Title for the public').inputValue()).toBe('We make copies')
    await dialog.getByLabel('Announce on status pages').uncheck()
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await announced()).toBeNull()
    expect(watched.offences).toEqual([])
  })

  test('a refused deletion puts the window back, with the reason', async () => {
    await using watched = await open()
    const { page } = watched
    watched.expectStatus(403)
    await page.route('**/api/v1/maintenance/*', (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        json: { type: 'about:blank', title: 'It takes the role member', status: 403, code: 'insufficient_role' },
      }),
    )
    await page.getByRole('button', { name: 'Delete Nightly backup' }).click()
    await page.getByRole('alert').getByText('Nothing was changed. It takes the role member.').waitFor()
    await rowOf(page, 'Nightly backup').waitFor()
  })

  test('what cannot be read is said with a way to try again', async () => {
    await using watched = await open()
    const { page } = watched
    watched.expectStatus(503)
    let isAway = true
    await page.route('**/api/v1/maintenance?*', (route) => (isAway ? route.fulfill({ status: 403 }) : route.continue()))
    watched.expectStatus(403)
    await page.reload()
    await page.getByRole('alert').getByText('The server answered 403.').waitFor()
    isAway = false
    await page.getByRole('button', { name: 'Retry' }).click()
    await rowOf(page, 'Nightly backup').waitFor()
  })

  test('a viewer reads it, and is told beside the button why it is disabled', async () => {
    await using watched = await open()
    const { page } = watched
    await page.route('**/api/v1/session', async (route) => {
      const answer = await route.fetch()
      const session = await answer.json()
      await route.fulfill({ json: { ...session, workspace: { ...session.workspace, role: 'viewer' } } })
    })
    await page.reload()
    await rowOf(page, 'Nightly backup').waitFor()
    const plan = page.getByRole('button', { name: 'Plan maintenance' })
    await page.getByText('It takes the role member to plan maintenance.').waitFor()
    expect(await plan.isDisabled()).toBe(true)
    expect(await plan.getAttribute('aria-describedby')).toBe('plan-reason')
    expect(await page.getByRole('button', { name: 'Delete Nightly backup' }).isDisabled()).toBe(true)
  })
})

test('a monitor under maintenance says by which window, and until when', async () => {
  await using watched = await open()
  const { page } = watched
  const { id } = await addMonitor(page, { name: 'warehouse', url: website.url, intervalSeconds: 5 })
  await planNow(page, 'Move of the warehouse', { kind: 'monitors', monitorIds: [id] })
  await page.goto(`/monitors/${id}`)
  const link = page.getByRole('main').getByRole('link', { name: 'Move of the warehouse' })
  await link.waitFor({ timeout: 30_000 })
  await page.getByText(/until \d\d:\d\d|until \w+ \d+ \w+/).waitFor()
  await link.click()
  await page.getByRole('list', { name: 'Now' }).getByText('Move of the warehouse').waitFor()
  expect(watched.offences).toEqual([])
})

test.each([1280, 360])(
  'has no serious accessibility violation at %d px in light and dark, and does not scroll sideways',
  async (width) => {
    await using watched = await open({ width })
    const { page } = watched
    await rowOf(page, 'Nightly backup').waitFor()
    const found = await seriousViolationsInBothThemes(page)
    await shot(page, `list-${width}`)
    if (width === 1280) await takePicture(page, 'maintenance-screen-light')
    await page.getByRole('button', { name: 'Edit Nightly backup' }).click()
    await page.getByRole('dialog').getByText('Named monitors').click()
    await page.getByRole('dialog').getByText('warehouse').waitFor()
    found.push(...(await seriousViolationsInBothThemes(page)))
    await shot(page, `edit-${width}`)
    expect(found).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    expect(watched.offences).toEqual([])
  },
)

describe('the bar on a phone', () => {
  test('has five places, and what is left is under More', async () => {
    await using watched = await open({ width: 360 })
    const { page } = watched
    const bar = page.getByRole('navigation', { name: 'Main' })
    expect(
      (await bar.locator('li > a:visible, li > button:visible').allTextContents()).map((text) => text.trim()),
    ).toEqual(['Overview', 'Monitors', 'Incidents', 'Alerts', 'More'])
    await bar.getByRole('button', { name: 'More' }).click()
    await shot(page, 'more-360')
    expect(await seriousViolations(page)).toEqual([])
    await bar.getByRole('link', { name: 'System' }).click()
    await page.waitForURL('**/system')
    await bar.getByRole('button', { name: 'More' }).click()
    await bar.getByRole('button', { name: 'Keyboard shortcuts' }).click()
    await page.getByRole('dialog').getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor()
  })

  test('clips no word at 320 px, with letters of twice the size neither', async () => {
    await using watched = await open({ width: 320 })
    const { page } = watched
    const clipped = () =>
      page.evaluate(() => {
        const links = [...document.querySelectorAll<HTMLElement>('nav[aria-label=Main] ul > li > :is(a, button)')]
        return links
          .filter((link) => link.offsetParent !== null && !link.closest('[popover]'))
          .filter((link) => {
            const word = link.querySelector('span')?.getBoundingClientRect()
            const box = link.getBoundingClientRect()
            return !word || word.left < box.left || word.right > box.right || word.right > innerWidth
          })
          .map((link) => link.textContent)
      })
    expect(await clipped()).toEqual([])
    await page.evaluate(() => {
      for (const word of document.querySelectorAll<HTMLElement>('nav[aria-label=Main] span'))
        Object.assign(word.style, { fontSize: '24px', lineHeight: '32px' })
    })
    expect(await clipped()).toEqual([])
    await shot(page, 'bar-320')
  })
})

async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` })
}

async function setChecked(page: Page, day: string, checked: boolean): Promise<void> {
  await page.getByRole('dialog').getByRole('checkbox', { name: day }).setChecked(checked)
}

async function planNow(page: Page, name: string, appliesTo: unknown): Promise<void> {
  const nowMs = Date.now()
  const [startsAt, endsAt] = [nowMs, nowMs + 3_600_000].map((ms) => new Date(ms).toISOString())
  const answer = await page.request.post('/api/v1/maintenance', {
    headers: { origin: site.url },
    data: { name, schedule: { kind: 'once', startsAt, endsAt }, appliesTo },
  })
  expect(answer.status()).toBe(201)
}
