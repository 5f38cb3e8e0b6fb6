/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { System } from '@repo/contracts/system'
import type { Page } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { addMonitor, newAccount, signIn, signUp } from './account.ts'
import { faultsInEveryLook } from './axe.ts'
import { openPage } from './chromium.ts'
import { takeInBothThemes } from './pictures.ts'
import { openSite } from './site.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(90_000)

const site = openSite()
const account = newAccount()
const wide = { width: 1280, height: 800 }

const agoIso = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString()

/** An instance of three regions, in one of which a probe lies; what came before it is over. */
function troubledSystem(): System {
  const region = {
    watched: true,
    consumers: 2,
    consumersCounting: 2,
    checksPerSecond: 412.5,
    quarantined: false,
    pathOpen: true,
  }
  const incident = { region: 'ap', details: { consumers: ['worker-7-4121'] }, stopsAlerts: true }
  const consumer = { version: '0.1.0', online: true, trusted: true, checksPerSecond: 206.2, clockOffsetMs: 0 }
  return {
    state: 'degraded',
    asOf: agoIso(1),
    checksPerSecond: 1_031,
    resultAgeSeconds: 3.2,
    regions: [
      { ...region, name: 'ap', consumersCounting: 0, pathOpen: false, resultAgeSeconds: 71, coveragePercent: 100 },
      { ...region, name: 'eu', resultAgeSeconds: 3.2, coveragePercent: 99.966 },
      { ...region, name: 'us', resultAgeSeconds: 3.4, coveragePercent: 97.25 },
    ],
    open: [
      {
        ...incident,
        ...{ id: '12', kind: 'canary_failed', beganAt: agoIso(64), endedAt: null },
        message: 'a consumer judged known targets wrongly: what it sees does not count',
      },
    ],
    ended: [
      {
        ...incident,
        ...{ id: '11', kind: 'no_publisher', region: null, beganAt: agoIso(90_000), endedAt: agoIso(89_741) },
        message: 'no publisher leads: no check is published',
        details: {},
      },
    ],
    consumers: [
      { ...consumer, name: 'worker-7-4121', region: 'ap', trusted: false, seenAt: agoIso(2) },
      { ...consumer, name: 'worker-1-998', region: 'eu', seenAt: agoIso(4) },
      { ...consumer, name: 'worker-4-17', region: 'us', clockOffsetMs: -6_200, seenAt: agoIso(1) },
    ],
  }
}

/** What the page is shown in place of the instance's own answer. */
async function answerWith(page: Page, answer: () => System): Promise<void> {
  await page.route('**/api/v1/system', (route) => route.fulfill({ json: answer() }))
}

interface Figures {
  readonly readAtMs: number
  readonly consumers: number
  readonly rate: number
  /** Undefined where no slot came due. */
  readonly coverage: number | undefined
  readonly coverageSinceStart: number
}

/** What Prometheus is told of the region of the instance. */
async function figuresOf(operatorUrl: string): Promise<Figures> {
  const text = await (await fetch(`${operatorUrl}/metrics`)).text()
  const find = (name: string) => {
    const [, value] = text.match(new RegExp(`^betteruptime_${name}(?:\\{region="local"\\})? (\\S+)$`, 'm')) ?? []
    return value === undefined ? undefined : Number(value)
  }
  const get = (name: string) => find(name) ?? Number.NaN
  return {
    readAtMs: Math.round(get('regions_read_timestamp_seconds') * 1_000),
    consumers: get('region_consumers'),
    rate: get('region_checks_per_second'),
    coverage: find('region_coverage_ratio'),
    coverageSinceStart: get('coverage_ratio'),
  }
}

const colourOf = (element: Element) => getComputedStyle(element).color

/** What a colour of ours is where it is used. */
function token(page: Page, name: string): Promise<string> {
  return page.evaluate((property) => {
    const probe = document.createElement('i')
    probe.style.color = `var(${property})`
    document.body.append(probe)
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }, name)
}

describe('the page of the system', () => {
  test('is found from the settings, and shows that a fresh instance works before anything is watched', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signUp(page, account)
    await page.goto('/settings')
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'System' }).click()
    await page.waitForURL('**/system')
    await page.getByRole('heading', { name: 'System', level: 1 }).waitFor()
    // The first canary check comes back within ten seconds.
    const truth = page.getByText('Everything works: checks come back from every region.')
    await truth.waitFor({ timeout: 60_000 })
    expect(await page.title()).toContain('System')
    const region = page.getByRole('region', { name: 'Regions' }).getByRole('row', { name: /local/ })
    expect(await region.textContent()).toContain('Working')
    await page.getByText('Nothing was out of order so far.').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('shows the very figures that Prometheus is told', async () => {
    await using website = openWebsite()
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    await addMonitor(page, { name: 'Watched', url: website.url, intervalSeconds: 5 })
    const told: Figures[] = []
    await page.route('**/api/v1/system', async (route) => {
      const answer = await route.fetch()
      told.push(await figuresOf(site.operatorUrl))
      await route.fulfill({ response: answer })
    })
    await page.goto('/system')
    const row = page.getByRole('region', { name: 'Regions' }).getByRole('row', { name: /local/ })
    await eventually(
      'slots were accounted for, and the page shows a reading that Prometheus was told',
      async () => {
        const asOf = await page.locator('dl time').getAttribute('datetime')
        const [, , consumers, coverage, , rate] = await row.getByRole('cell').allTextContents()
        if ((await page.locator('dl time').getAttribute('datetime')) !== asOf) return false
        const same = told.find(({ readAtMs }) => readAtMs === Date.parse(asOf ?? ''))
        if (same?.coverage === undefined) return false
        expect([consumers, coverage, rate]).toEqual([
          String(same.consumers),
          `${Math.floor(same.coverage * 10_000) / 100} %`,
          same.rate.toLocaleString('en', { maximumFractionDigits: 2 }),
        ])
        // So young an instance has counted nothing since its start that is not within the window.
        expect(same.coverage).toBeCloseTo(same.coverageSinceStart, 3)
        return true
      },
      60_000,
    )
    expect(watched.offences).toEqual([])
  })

  test('shows what does not work and since when, what did not before, and processes to the operator', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    await answerWith(page, troubledSystem)
    await page.goto('/system')
    await page.getByText('No check comes back from ap: what would be seen from there goes unnoticed.').waitFor()
    const now = page.getByRole('list', { name: 'Does not work now' }).getByRole('listitem')
    expect(await now.allTextContents()).toEqual([expect.stringMatching(/Known targets are judged wrongly.*ap.*1 min/)])
    const before = page.getByRole('list', { name: 'Did not work before' }).getByRole('listitem')
    expect(await before.allTextContents()).toEqual([expect.stringMatching(/Nobody publishes checks.*4 min 19 s/)])
    const regions = page.getByRole('region', { name: 'Regions' })
    expect(await regions.getByRole('row', { name: /^ap/ }).textContent()).toContain('0 of 2')
    // Below what we hold ourselves to: red, and in a word for who does not see it.
    const coverageOf = (name: RegExp) => regions.getByRole('row', { name }).getByRole('cell').nth(3)
    expect(await coverageOf(/^us/).textContent()).toContain('97.2 %')
    expect(await coverageOf(/^us/).textContent()).toContain('too low')
    expect(await coverageOf(/^us/).getByText('97.2 %').evaluate(colourOf)).toBe(await token(page, '--down-fg'))
    expect(await coverageOf(/^eu/).textContent()).toMatch(/^99\.9\d* %$/)
    const lowest = page
      .getByRole('term')
      .filter({ hasText: 'Lowest coverage' })
      .locator('xpath=following-sibling::dd[1]')
    expect(await lowest.textContent()).toContain('too low')
    const consumers = page.getByRole('region', { name: 'Consumers' })
    expect(
      await consumers
        .getByRole('row', { name: /worker-7/ })
        .first()
        .textContent(),
    ).toContain('Judges wrongly')
    expect(watched.offences).toEqual([])
  })

  test('names no process to anybody else, and says so of an instance where nobody works', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    const nothing = { regions: [], open: [], ended: [], consumers: null, resultAgeSeconds: null } as const
    await answerWith(page, () => ({
      ...troubledSystem(),
      ...nothing,
      state: 'stopped',
      regions: [],
      open: [],
      ended: [],
    }))
    await page.goto('/system')
    await page.getByText('Nothing is checked: no consumer works anywhere.').waitFor()
    await page.getByText('None yet. A region is known as soon as a consumer works there.').waitFor()
    const command = await page.getByLabel('Run one in the region “eu”').inputValue()
    expect(command).toStartWith('bun run consumer --region eu --redis-url redis://')
    expect(await page.getByRole('region', { name: 'Consumers' }).count()).toBe(0)
    expect(watched.offences).toEqual([])
  })

  test('keeps what it knows where it cannot be read anew, says so, and reads it again when asked', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    watched.expectStatus(503)
    const { page } = watched
    await signIn(page, account)
    let isAway = false
    await page.route('**/api/v1/system', (route) =>
      isAway
        ? route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            json: { type: 'about:blank', title: 'Not available at the moment', status: 503, code: 'unavailable' },
          })
        : route.fulfill({ json: troubledSystem() }),
    )
    await page.goto('/system')
    const now = page.getByRole('list', { name: 'Does not work now' })
    await now.waitFor()
    isAway = true
    const retry = page.getByRole('button', { name: 'Retry' })
    await retry.waitFor({ timeout: 60_000 })
    expect(await now.count()).toBe(1)
    isAway = false
    await retry.click()
    await retry.waitFor({ state: 'detached' })
    await now.waitFor()
    expect(watched.offences).toEqual([])
  })

  test('has no serious accessibility violation and does not scroll sideways, on a desk and a phone, in light and dark', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
    const { page } = watched
    await signIn(page, account)
    await answerWith(page, troubledSystem)
    await page.goto('/system')
    await page.getByRole('list', { name: 'Does not work now' }).waitFor()
    expect(await faultsInEveryLook(page)).toEqual([])
    await takeInBothThemes(page, 'system')
    await page.setViewportSize({ width: 360, height: 740 })
    await takeInBothThemes(page, 'system-narrow')
    expect(watched.offences).toEqual([])
  })
})
