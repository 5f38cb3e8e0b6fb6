/// <reference lib="dom" />
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { AlertPolicyJson, Simulation } from '@repo/contracts/alerts'
import type { ScheduleJson } from '@repo/contracts/on-call'
import type { Page } from 'playwright-core'
import { addMonitor, newAccount, signUp } from './account.ts'
import { addRoom, callApi, myId } from './alerts-furnish.ts'
import { seriousViolationsInBothThemes } from './axe.ts'
import { openPage, type WatchedPage } from './chromium.ts'
import { takeInBothThemes } from './pictures.ts'
import { openSite } from './site.ts'

setDefaultTimeout(90_000)

const site = openSite()
const account = newAccount()
const wide = { width: 1280, height: 900 }
let cookies: Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>
let shopId: string

beforeAll(async () => {
  await using watched = await openPage(site.browser, { url: site.url })
  const { page } = watched
  await signUp(page, account)
  cookies = await page.context().cookies()
  shopId = (await addMonitor(page, { name: 'shop', url: 'http://127.0.0.1:9/', intervalSeconds: 3_600 })).id
  await addMonitor(page, { name: 'checkout', url: 'http://127.0.0.1:9/', intervalSeconds: 3_600 })
  await addRoom(page, { name: '#ops', url: 'http://127.0.0.1:9/' })
  await addRoom(page, { name: 'Pager', url: 'http://127.0.0.1:9/', userId: await myId(page) })
}, 60_000)

async function openAt(path: string, options: object = {}): Promise<WatchedPage> {
  const watched = await openPage(site.browser, { url: site.url, viewport: wide, ...options })
  await watched.page.context().addCookies(cookies)
  await watched.page.goto(path)
  return watched
}

const policiesOf = async (page: Page) =>
  (await callApi<{ items: AlertPolicyJson[] }>(page, 'GET', '/alert-policies')).items
const told = (page: Page) => page.getByRole('list', { name: 'What would be told' }).getByRole('listitem')

describe('a policy', () => {
  test('is written with all that it can say, and reads as one would say it', async () => {
    await using watched = await openAt('/alerts/policies')
    const { page } = watched
    await page.getByRole('button', { name: 'Write a policy' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Shop at night')
    await page.getByRole('radio', { name: /Those named here/ }).check()
    await page.getByRole('button', { name: 'shop', exact: true }).click()
    await page.getByRole('group', { name: 'Of what' }).getByLabel('degraded').check()
    await page.getByRole('button', { name: 'Remove everyone' }).click()
    await page.getByLabel('Step 1 tells also').selectOption({ label: '#ops (Webhook)' })
    await page.getByRole('button', { name: 'Add a step' }).click()
    await page.getByLabel('Step 2: minutes').fill('15')
    await page.getByLabel('The last step comes again').selectOption('1800')
    await page.getByLabel('Nobody is told at some hours').check()
    await page.getByLabel('By the clocks of').fill('Europe/Berlin')
    await page.getByRole('group', { name: 'Beginning on' }).getByLabel('Sat').uncheck()
    await page.getByRole('group', { name: 'Beginning on' }).getByLabel('Sun').uncheck()
    await page.getByRole('group', { name: 'Told all the same' }).getByLabel('down').check()
    await page.getByLabel('Add a fallback').selectOption({ label: 'Pager' })
    await page.getByRole('button', { name: 'Save policy' }).click()
    const item = page.getByRole('list', { name: 'Policies' }).getByRole('listitem').filter({ hasText: 'Shop at night' })
    await item
      .getByText(
        'Down, degraded and recovered of one monitor, to #ops at once, to everyone after 15 min; again every 30 min; ' +
          'quiet from 22:00 to 07:00 (Mon to Fri, Europe/Berlin), but for down; where one fails, Pager.',
      )
      .waitFor()
    const saved = (await policiesOf(page)).find(({ name }) => name === 'Shop at night')
    expect(saved?.rule.monitors).toEqual({ kind: 'monitors', monitorIds: [shopId] })
    expect(saved?.rule.steps.map(({ afterSeconds }) => afterSeconds)).toEqual([0, 900])
    expect(watched.offences).toEqual([])
  })

  test('that is not right says so at its field before anything is sent, and puts the focus there', async () => {
    await using watched = await openAt('/alerts/policies?edit=new')
    const { page } = watched
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/alert-policies') && request.method() === 'POST') sent.push(request.url())
    })
    await page.getByRole('button', { name: 'Remove everyone' }).click()
    await page.getByRole('radio', { name: /Those with a tag/ }).check()
    await page.getByRole('button', { name: 'Save policy' }).click()
    await page.getByText('A name is required').waitFor()
    await page.getByText('Somebody has to be told.').waitFor()
    await page.getByText('Choose at least one.').waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('policy-name')
    await page.getByLabel('Name', { exact: true }).fill('By tags')
    await page.getByLabel('Tags').fill('prod, shop')
    await page.getByLabel('Step 1 tells also').selectOption('everyone')
    await page.keyboard.press('Control+Enter')
    await page.getByText('those tagged prod or shop, to everyone at once').waitFor()
    expect(sent).toHaveLength(1)
    expect(watched.offences).toEqual([])
  })

  test('with unsaved edits is left only by whoever says so, also by the way back', async () => {
    await using watched = await openAt('/alerts/policies')
    const { page } = watched
    await page.getByRole('button', { name: 'Edit Everyone' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Everybody')
    await page.getByRole('link', { name: 'Channels' }).click()
    await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor()
    await page.getByRole('button', { name: 'Keep editing' }).click()
    await page.goBack()
    await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Everybody')
    expect(page.url()).toContain('?edit=')
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('list', { name: 'Policies' }).waitFor()
    expect((await policiesOf(page)).map(({ name }) => name)).not.toContain('Everybody')
    expect(watched.offences).toEqual([])
  })

  test('that somebody else changed meanwhile is not written over', async () => {
    await using watched = await openAt('/alerts/policies')
    const { page } = watched
    await page.getByRole('button', { name: 'Edit Everyone' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Everybody')
    const everyone = (await policiesOf(page)).find(({ name }) => name === 'Everyone')
    await callApi(page, 'PATCH', `/alert-policies/${everyone?.id}`, { name: 'All of us' })
    watched.expectStatus(412)
    await page.getByRole('button', { name: 'Save policy' }).click()
    await page.getByText('Somebody else changed this policy meanwhile.').waitFor()
    expect((await policiesOf(page)).map(({ name }) => name)).toContain('All of us')
    await callApi(page, 'PATCH', `/alert-policies/${everyone?.id}`, { name: 'Everyone' })
    expect(watched.offences).toEqual([])
  })

  test('is deleted by whoever read once more what it says', async () => {
    await using watched = await openAt('/alerts/policies')
    const { page } = watched
    const [everyone] = await policiesOf(page)
    await callApi(page, 'POST', '/alert-policies', { name: 'Too much', rule: everyone?.rule })
    await page.reload()
    await page.getByRole('button', { name: 'Delete Too much' }).click()
    await page.getByRole('dialog').getByText('to everyone at once').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Too much is deleted.').first().waitFor()
    expect((await policiesOf(page)).map(({ name }) => name)).not.toContain('Too much')
  })
})

describe('what if', () => {
  test('says what the engine would, of a policy that is not saved yet as of one that is', async () => {
    await using watched = await openAt('/alerts/policies?edit=new')
    const { page } = watched
    await page.getByLabel('Name', { exact: true }).fill('Twice')
    await page.getByRole('radio', { name: /Those named here/ }).check()
    await page.getByRole('button', { name: 'checkout', exact: true }).click()
    await page.getByLabel('Step 1 tells also').selectOption({ label: '#ops (Webhook)' })
    await page.getByLabel('from', { exact: true }).fill('2026-12-01T03:00')
    await page.getByLabel('and', { exact: true }).selectOption('600')
    await page.getByText('by Twice').first().waitFor()
    const shown = await toldTimes(page)
    await page.getByRole('button', { name: 'Save policy' }).click()
    await page.getByText('Twice is saved.').first().waitFor()
    const [checkout] = (await callApi<{ items: { id: string }[] }>(page, 'GET', '/monitors?text=checkout')).items
    const asked = { monitorId: checkout?.id, at: await isoOf(page, '2026-12-01T03:00'), lastsSeconds: 600 }
    const { items } = await callApi<Simulation>(page, 'POST', '/alert-policies/simulate', asked)
    expect(shown).toEqual(items.map(({ at, channel }) => `${at} ${channel.name}`))
    expect(items.map(({ channel, event }) => `${channel.name} ${event}`)).toContain('#ops recovered')
    expect(watched.offences).toEqual([])
  })

  test('says so where nobody would be told', async () => {
    await using watched = await openAt('/alerts/policies')
    const { page } = watched
    await page.getByLabel('is', { exact: true }).selectOption('degraded')
    await page.getByRole('button', { name: 'Another monitor' }).click()
    await page.getByRole('button', { name: 'checkout', exact: true }).click()
    await page.getByText('Nobody would be told.').waitFor()
    expect(watched.offences).toEqual([])
  })
})

/** Each line with its instant and its channel. */
async function toldTimes(page: Page): Promise<string[]> {
  const lines = await told(page).all()
  return Promise.all(
    lines.map(async (line) => {
      const at = await line.getByRole('time').getAttribute('datetime')
      return `${at} ${(await line.locator('span').first().textContent())?.split(' hears ')[0]}`
    }),
  )
}

/** By the clocks of the browser. */
function isoOf(page: Page, local: string): Promise<string> {
  return page.evaluate((text) => new Date(text).toISOString(), local)
}

describe('a schedule', () => {
  test('is set up in turns, and shows who is on call now and in the next two weeks', async () => {
    await using watched = await openAt('/alerts/schedules')
    const { page } = watched
    await page.getByText('No schedule yet').waitFor()
    await page.getByRole('button', { name: 'Add a schedule' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Nights')
    await page.getByRole('button', { name: 'Save schedule' }).click()
    await page.getByText('Somebody has to take turns.').waitFor()
    await page.getByLabel('Add somebody to layer 1').selectOption({ label: account.username })
    await page.getByLabel('From').fill('2026-06-01')
    await page.getByRole('button', { name: 'Save schedule' }).click()
    await page.getByText('You are on call now.').waitFor()
    const strip = page.getByRole('region', { name: 'Two weeks of Nights' }).getByRole('listitem')
    await strip.first().waitFor()
    expect(await strip.count()).toBe(1)
    await page.getByRole('list', { name: 'Layers of Nights' }).getByText(`${account.username}: weekly`).waitFor()
    await page.getByRole('button', { name: 'Calendar of Nights' }).click()
    const link = await page.getByLabel('iCalendar').inputValue()
    expect(await (await page.request.get(link)).text()).toContain('BEGIN:VCALENDAR')
    expect(watched.offences).toEqual([])
  })

  test('has somebody stand in, until that is taken back', async () => {
    await using watched = await openAt('/alerts/schedules')
    const { page } = watched
    await page.getByRole('button', { name: 'Stand in for somebody in Nights' }).click()
    await page.getByLabel('From').fill('2099-01-02T10:00')
    await page.getByLabel('Until').fill('2099-01-01T10:00')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('It ends before it begins.').waitFor()
    await page.getByLabel('Until').fill('2099-01-03T10:00')
    await page.getByRole('button', { name: 'Save' }).click()
    const overrides = page.getByRole('list', { name: 'Who stands in, of Nights' })
    await overrides.getByText(/stands in, Fri 2 Jan, 10:00 to Sat 3 Jan, 10:00/).waitFor()
    await overrides.getByRole('button', { name: 'Take back' }).click()
    await overrides.waitFor({ state: 'detached' })
    const [nights] = (await callApi<{ items: ScheduleJson[] }>(page, 'GET', '/schedules')).items
    expect(nights?.overrides).toEqual([])
    expect(watched.offences).toEqual([])
  })

  test('is called empty where nobody is on call', async () => {
    await using watched = await openAt('/alerts/schedules')
    const { page } = watched
    const layer = { startsOn: '2098-06-01', turnDays: 7, handover: '09:00', timeZone: 'UTC', only: null }
    const made = { name: 'Later', layers: [{ ...layer, people: [await myId(page)] }] }
    const { id } = await callApi<ScheduleJson>(page, 'POST', '/schedules', made)
    await page.reload()
    await page.getByText('Nobody is on call now.').waitFor()
    await page.getByRole('button', { name: 'Delete Later' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Nobody is on call now.').waitFor({ state: 'detached' })
    expect(
      (await callApi<{ items: ScheduleJson[] }>(page, 'GET', '/schedules')).items.map((one) => one.id),
    ).not.toContain(id)
    expect(watched.offences).toEqual([])
  })
})

test.each([1280, 360])(
  'has no serious accessibility violation in light and dark and does not scroll sideways at %d px',
  async (width) => {
    const options = { reducedMotion: 'reduce', viewport: { width, height: 900 } }
    await using watched = await openAt('/alerts/policies', options)
    const { page } = watched
    const found: string[] = []
    const look = async () => {
      found.push(...(await seriousViolationsInBothThemes(page)))
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    }
    await told(page).first().waitFor()
    await look()
    await page.getByRole('button', { name: 'Edit Shop at night' }).click()
    await page.getByLabel('By the clocks of').waitFor()
    await told(page).first().waitFor()
    await look()
    if (width === 1280) await takeInBothThemes(page, 'alerts-policy')
    await page.getByLabel('Name', { exact: true }).fill('')
    await page.getByRole('button', { name: 'Save policy' }).click()
    await page.getByText('A name is required').waitFor()
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor()
    await look()
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('link', { name: 'Schedules' }).click()
    await page.getByText('You are on call now.').waitFor()
    await look()
    await page.getByRole('button', { name: 'Edit Nights' }).click()
    await page.getByLabel('Handed over at').waitFor()
    await look()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Stand in for somebody in Nights' }).click()
    await page.getByLabel('Until', { exact: true }).waitFor()
    await look()
    expect(found).toEqual([])
    expect(watched.offences).toEqual([])
  },
)
