/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { addMonitor, signIn } from './account.ts'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { openFurnished } from './furnished.ts'
import { furnishList, type ListGround } from './list-ground.ts'
import { takePicture } from './pictures.ts'

setDefaultTimeout(60_000)

const site = openFurnished<ListGround>({}, furnishList)
const ELEMENTS_AT_MOST = 1_500

interface Looking {
  width?: number
  theme?: 'light' | 'dark'
}

async function open(path = '/monitors', { width = 1280, theme = 'light' }: Looking = {}) {
  const watched = await openPage(site.browser, {
    url: site.url,
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width, height: 900 },
  })
  await signIn(watched.page, site.account, path)
  await watched.page.locator('a[data-monitor]').first().waitFor()
  // What may have happened before the page could hear of it is read once more.
  await watched.page.getByText('Live', { exact: true }).last().waitFor({ state: 'attached' })
  await watched.page.waitForLoadState('networkidle')
  return watched
}

const names = (page: Page) => page.locator('a[data-monitor]').allTextContents()
const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) }).first()
const head = (page: Page, name: string) => page.getByRole('columnheader', { name })
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '')
const whenFocused = (page: Page, name: string) =>
  page.waitForFunction((wanted) => document.activeElement?.textContent === wanted, name)
const asksIn = (page: Page): string[] => {
  const asks: string[] = []
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.pathname === '/api/v1/monitors' && url.searchParams.get('limit') === '100') asks.push(url.search)
  })
  return asks
}
/** The names in the API's own order, from the beginning or the end. */
async function listed(page: Page, query: string): Promise<string[]> {
  const answer = await page.request.get(`/api/v1/monitors?limit=200&${query}`)
  return ((await answer.json()) as { items: { name: string }[] }).items.map(({ name }) => name)
}

describe('the figures of a monitor', () => {
  test('stand in its row, and where nothing is known nothing is said', async () => {
    await using watched = await open('/monitors?text=site-001')
    const { page } = watched
    const cells = async (name: string) => (await row(page, name).getByRole('cell').allTextContents()).slice(3, 6)
    expect(await cells('site-0010')).toEqual(['100 %', '100 %', expect.stringMatching(/^\d+ ms$/)])
    expect(await cells('site-0018')).toEqual(['100 %', expect.stringMatching(/^99\.9\d\d %$/), expect.any(String)])
    expect((await cells('site-0013'))[0]).toBe('87.4 %')
    await page.getByRole('searchbox').fill('site-0007')
    await row(page, 'site-0007').waitFor()
    expect(await cells('site-0007')).toEqual(['–', '–', '–'])
    expect(watched.offences).toEqual([])
  })
})

describe('the order', () => {
  test('is by what is slowest where the head of p95 is pressed, by what is quickest where it is pressed once more, and by state by its head', async () => {
    await using watched = await open()
    const { page } = watched
    expect(await page.locator('*').count()).toBeLessThan(ELEMENTS_AT_MOST)
    expect(await head(page, 'State').getAttribute('aria-sort')).toBe('other')
    await head(page, 'p95').getByRole('button').press('Enter')
    const wanted = await listed(page, 'sort=-p95')
    await row(page, wanted[0] ?? '').waitFor()
    expect(new URL(page.url()).search).toBe('?sort=-p95')
    expect(await head(page, 'p95').getAttribute('aria-sort')).toBe('descending')
    expect(await head(page, 'State').getAttribute('aria-sort')).toBeNull()
    expect(await names(page)).toEqual(wanted.slice(0, (await names(page)).length))
    await page.reload()
    await row(page, wanted[0] ?? '').waitFor()
    await head(page, 'p95').getByRole('button').click()
    const turned = await listed(page, 'sort=p95')
    expect(turned[0]).not.toBe(wanted.at(-1))
    await row(page, turned[0] ?? '').waitFor()
    expect(await names(page)).toEqual(turned.slice(0, (await names(page)).length))
    expect(await head(page, 'p95').getAttribute('aria-sort')).toBe('ascending')
    await head(page, 'State').getByRole('button').click()
    await row(page, 'site-0013').waitFor()
    expect(new URL(page.url()).search).toBe('')
    expect(watched.offences).toEqual([])
  })

  test.each([
    ['24 h uptime', 'uptime24h'],
    ['30 d uptime', 'uptime30d'],
  ])(
    'is by the lowest %s first and then by the highest, by its head and by the choice of orders alike',
    async (name, sort) => {
      await using watched = await open()
      const { page } = watched
      await head(page, name).getByRole('button').click()
      const wanted = await listed(page, `sort=${sort}`)
      await row(page, wanted[0] ?? '').waitFor()
      expect(await names(page)).toEqual(wanted.slice(0, (await names(page)).length))
      expect(await head(page, name).getAttribute('aria-sort')).toBe('ascending')
      await page.getByRole('button', { name: 'Arrange' }).click()
      expect(await page.getByLabel('Order').inputValue()).toBe(sort)
      await head(page, name).getByRole('button').click()
      await page.waitForURL(({ search }) => search === `?sort=-${sort}`)
      const best = await listed(page, `sort=-${sort}`)
      await row(page, best[0] ?? '').waitFor()
      expect(await names(page)).toEqual(best.slice(0, (await names(page)).length))
      expect(await head(page, name).getAttribute('aria-sort')).toBe('descending')
      expect(watched.offences).toEqual([])
    },
  )
})

describe('a row', () => {
  test('has a cell for each column that the width shows, and none that nobody sees', async () => {
    await using watched = await open()
    const { page } = watched
    for (const [width, columns] of [
      [1600, 10],
      [1280, 7],
      [1100, 5],
      [800, 4],
    ] as const) {
      await page.setViewportSize({ width, height: 800 })
      await page.waitForFunction((wanted) => {
        const row = document.querySelector('a[data-monitor]')?.closest('tr')
        const isSeen = (cell: Element) => cell.getClientRects().length > 0
        const heads = [...document.querySelectorAll('th[scope=col]')].filter(isSeen)
        return row?.cells.length === wanted && [...row.cells].every(isSeen) && heads.length === wanted
      }, columns)
    }
  })

  test('that comes takes over the element of one that left, and all stand in their order once the list rests', async () => {
    await using watched = await open()
    const { page } = watched
    const whenInOrder = () =>
      page.waitForFunction(() => {
        const rows = [...document.querySelectorAll('tbody > tr')].map((row) =>
          Number(row.getAttribute('aria-rowindex')),
        )
        return (rows[0] ?? 0) > 10 && rows.every((row, place) => place === 0 || row === (rows[place - 1] ?? 0) + 1)
      })
    await page.evaluate(() => scrollTo(0, 1_040))
    await whenInOrder()
    const before = await names(page)
    const isNew = await page.evaluate(async () => {
      const rows = () => [...document.querySelectorAll('tbody > tr')]
      const known = new Set(rows())
      for (let frame = 0; frame < 15; frame += 1) {
        scrollBy(0, 26)
        await new Promise(requestAnimationFrame)
      }
      return rows().map((element) => !known.has(element))
    })
    expect(isNew).not.toContain(true)
    await whenInOrder()
    const after = await names(page)
    expect(after).not.toEqual(before)
    expect(after.slice(0, 5)).toEqual(before.slice(before.indexOf(after[0] ?? '')).slice(0, 5))
    const boxes = page.locator('tbody').getByRole('checkbox')
    const labels = await boxes.evaluateAll((found) => found.map((one) => one.getAttribute('aria-label')))
    expect(labels).toEqual(after.map((name) => `Select ${name}`))
    await boxes.nth(8).click()
    await page.waitForFunction(
      (name) => document.querySelector('tr[data-selected] a')?.textContent === name,
      after[8] ?? '',
    )
    expect(watched.offences).toEqual([])
  })

  test('with the focus leaves it to no other when it is scrolled out of sight', async () => {
    await using watched = await open()
    const { page } = watched
    await page.evaluate(() => scrollTo(0, 1_040))
    const link = page.locator('a[data-monitor]').nth(10)
    const name = (await link.textContent()) ?? ''
    await link.focus()
    await page.evaluate(async () => {
      for (let frame = 0; frame < 40; frame += 1) {
        scrollBy(0, 52)
        await new Promise(requestAnimationFrame)
      }
    })
    await row(page, name).waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
  })

  test('is styled anew without its cells, which take nothing from it that they do not have themselves', async () => {
    await using watched = await open()
    const alignments = await watched.page.evaluate(() => {
      const moved = document.querySelectorAll<HTMLTableRowElement>('tbody > tr')[3]
      if (!moved) throw new Error('no row')
      moved.style.verticalAlign = 'bottom'
      return [...moved.cells].map((cell) => getComputedStyle(cell).verticalAlign)
    })
    expect(new Set(alignments)).toEqual(new Set(['middle']))
  })

  test('is pointed at where the pointer rests, and not while it is scrolled past', async () => {
    await using watched = await open()
    const { page } = watched
    const whenPointed = () =>
      page.waitForFunction(() => {
        const row = document.querySelector('tbody > tr:hover')
        const plain = document.querySelector('tbody > tr:not(:hover)')
        return row && plain && getComputedStyle(row).backgroundColor !== getComputedStyle(plain).backgroundColor
      })
    await page.locator('a[data-monitor]').nth(3).hover()
    await whenPointed()
    const whileScrolled = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const look = () => resolve(document.querySelector('tbody')?.hasAttribute('data-scrolling'))
          addEventListener('scroll', () => requestAnimationFrame(look), { once: true })
          scrollBy(0, 120)
        }),
    )
    expect(whileScrolled).toBe(true)
    await whenPointed()
  })
})

describe('a list that is scrolled', () => {
  /** Moves it to and fro in every frame. */
  const shake = (page: Page) =>
    page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          let frames = 0
          const step = () => {
            scrollBy(0, frames % 2 ? 60 : -60)
            frames += 1
            if (frames === 3) resolve()
            requestAnimationFrame(step)
          }
          scrollBy(0, 600)
          requestAnimationFrame(step)
        }),
    )
  const middleOf = async (page: Page, name: string) => {
    const box = await page.getByRole('link', { name, exact: true }).first().boundingBox()
    if (!box) throw new Error(`${name} is not drawn`)
    const { x, y, width, height } = box
    return { x: x + width / 2, y: y + height / 2 }
  }

  test('tells the page of no row that runs past the pointer', async () => {
    await using watched = await open()
    const { page } = watched
    await page.locator('a[data-monitor]').nth(3).hover()
    const pointedAt = await page.evaluate(async () => {
      const told: string[] = []
      const hear = ({ target }: Event) => {
        if (document.querySelector('tbody[data-scrolling]')) told.push((target as Element).tagName)
      }
      addEventListener('pointerover', hear, true)
      for (let frame = 0; frame < 30; frame += 1) {
        scrollBy(0, 60)
        await new Promise(requestAnimationFrame)
      }
      removeEventListener('pointerover', hear, true)
      return told
    })
    expect(new Set(pointedAt)).toEqual(new Set(['TBODY']))
    await page.waitForFunction(() => document.querySelector('tbody > tr:hover'))
  })

  test('lets nobody press in vain: not on a row, nor beside the list', async () => {
    await using watched = await open()
    const { page } = watched
    const beside = await middleOf(page, 'Incidents')
    await shake(page)
    await page.mouse.click(beside.x, beside.y)
    await page.waitForURL('**/incidents')
    await page.goto('/monitors')
    await page.locator('a[data-monitor]').nth(12).waitFor()
    await shake(page)
    await page.mouse.click(640, 400)
    await page.waitForURL(/\/monitors\/[0-9a-f-]{36}$/)
    expect(watched.offences).toEqual([])
  })
})

describe('the end of the list', () => {
  test('is reached by the End key without what is between, is gone up from, and left by Home', async () => {
    await using watched = await open('/monitors?sort=-p95')
    const { page } = watched
    const asks = asksIn(page)
    const wanted = await listed(page, 'sort=-p95&from=end')
    await page.keyboard.press('End')
    await whenFocused(page, wanted.at(-1) ?? '')
    expect(asks).toEqual(['?limit=100&recent=60&sort=-p95&from=end'])
    // Of those that have never been looked at nothing is known: they are no slower than any other.
    expect((await page.getByRole('row').last().getByRole('cell').allTextContents())[5]).toBe('–')
    expect((await names(page)).at(-1)).toBe(wanted.at(-1) ?? '')
    await page.keyboard.press('k')
    await whenFocused(page, wanted.at(-2) ?? '')
    // Scrolled up to where what is read begins: what is read then comes above it, and it stays where it is.
    await page.evaluate(() => scrollTo(0, 0))
    await page.waitForFunction(() => scrollY > 5_000)
    await row(page, wanted.at(-100) ?? '').waitFor()
    await row(page, wanted.at(-101) ?? '').waitFor()
    const place = (name: string) => row(page, name).evaluate((element) => element.getBoundingClientRect().top)
    expect(await place(wanted.at(-100) ?? '')).toBeWithin(0, 400)
    expect((await place(wanted.at(-100) ?? '')) - (await place(wanted.at(-101) ?? ''))).toBe(52)
    expect(asks).toHaveLength(2)
    expect(asks[1]).toContain('from=end&cursor=')
    await page.keyboard.press('Home')
    await whenFocused(page, (await listed(page, 'sort=-p95'))[0] ?? '')
    expect(await page.evaluate(() => scrollY)).toBeLessThan(200)
    expect(watched.offences).toEqual([])
  })

  test('of a list that is loaded as a whole is gone to at once', async () => {
    await using watched = await open('/monitors?text=site-004')
    const { page } = watched
    const asks = asksIn(page)
    await page.keyboard.press('End')
    await whenFocused(page, 'site-0049')
    await page.keyboard.press('Home')
    await whenFocused(page, (await names(page))[0] ?? '')
    expect(asks).toEqual([])
  })

  test('is left by a click too, and another filter begins at its beginning', async () => {
    await using watched = await open()
    const { page } = watched
    await page.keyboard.press('End')
    await page.getByText('The end of the list.').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Show its beginning' }).click()
    await row(page, 'site-0013').waitFor()
    await page.keyboard.press('End')
    await page.getByText('The end of the list.').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: /^Up 1/ }).click()
    await row(page, 'site-0001').waitFor()
    expect(await page.getByText('The end of the list.').count()).toBe(0)
    expect(watched.offences).toEqual([])
  })
})

describe('another filter', () => {
  /** Without going to where its button is. */
  const filterUp = (page: Page) =>
    page.getByRole('button', { name: /^Up 1/ }).evaluate((button) => (button as HTMLElement).click())

  test('shows the beginning of its list, wherever one was in the one before', async () => {
    await using watched = await open()
    const { page } = watched
    await page.evaluate(() => scrollTo(0, 3_000))
    await row(page, 'site-0013').waitFor({ state: 'detached' })
    await filterUp(page)
    await page.waitForFunction(() => scrollY < 200)
    await row(page, 'site-0001').waitFor()
  })

  test('is read on from its beginning, although the end of the one before was asked for', async () => {
    await using watched = await open()
    const { page } = watched
    const isAsked = page.waitForRequest('**/api/v1/monitors?*from=end*')
    await page.route('**/api/v1/monitors?*from=end*', () => {})
    await page.keyboard.press('End')
    await isAsked
    await filterUp(page)
    // Of what was loaded hardly anything is up: it is high once the answer is there.
    await row(page, 'site-0013').waitFor({ state: 'detached' })
    await page.waitForFunction(() => document.querySelector('tbody')?.style.height === '5200px')
    const isReadOn = page.waitForResponse((answer) => /status=up.*cursor=/.test(answer.url()))
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    expect((await isReadOn).status()).toBe(200)
  })
})

describe('a list that is come back to', () => {
  test('has its filter by the address: after a reload, for whoever is given the link, and on the way back', async () => {
    await using watched = await open('/monitors?status=up&tag=prod&text=site-001')
    const { page } = watched
    const found = await names(page)
    expect(found).toEqual(['site-0011', 'site-0012', 'site-0016', 'site-0017'])
    await page.reload()
    await page.getByRole('link', { name: found[1] ?? '', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: found[1] ?? '' }).waitFor()
    await page.goBack()
    await whenFocused(page, found[1] ?? '')
    expect(new URL(page.url()).search).toBe('?status=up&tag=prod&text=site-001')
    expect(await names(page)).toEqual(found)
    const given = await page.context().newPage()
    await given.goto(page.url())
    await given.locator('a[data-monitor]').first().waitFor()
    expect(await names(given)).toEqual(found)
    expect(watched.offences).toEqual([])
  })

  test('is where it was, with the focus on what was looked at', async () => {
    await using watched = await open()
    const { page } = watched
    await page.evaluate(() => scrollTo(0, 2_600))
    const link = page.locator('a[data-monitor]').nth(20)
    await link.waitFor()
    const name = (await link.textContent()) ?? ''
    await link.press('Enter')
    await page.getByRole('heading', { level: 1, name }).waitFor()
    const beforeY = await page.evaluate(() => scrollY)
    expect(beforeY).toBe(0)
    await page.goBack()
    await whenFocused(page, name)
    const box = await page.getByRole('link', { name, exact: true }).boundingBox()
    expect(box?.y).toBeGreaterThan(0)
    expect(box?.y).toBeLessThan(900)
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(2_000)
    expect(watched.offences).toEqual([])
  })
})

describe('grouped by tag', () => {
  const group = (page: Page, tag: string) => page.getByRole('button', { name: new RegExp(`^${tag} `) })

  test('every monitor stands under each of its tags, and each group says how many it has and what is worst', async () => {
    await using watched = await open('/monitors')
    const { page } = watched
    await page.getByRole('button', { name: 'Arrange' }).click()
    await page.getByLabel('Grouping').selectOption('Grouped by tag')
    expect(new URL(page.url()).search).toBe('?group=tag')
    await page.getByText('6 groups by tag; a monitor stands under each of its tags').waitFor()
    expect(await page.locator('*').count()).toBeLessThan(ELEMENTS_AT_MOST)
    await page.getByRole('button', { name: 'Fold all' }).click()
    const heads = await page.locator('th[scope=rowgroup]').allTextContents()
    expect(heads).toEqual([
      '›eu80020 Degraded',
      '›internal400400 Up',
      '›nightly400400 Up',
      '›prod80020 Degraded',
      '›staging40020 Down',
      '›Without a tag400400 Up',
    ])
    await group(page, 'staging').press('Enter')
    await row(page, 'site-0013').waitFor()
    expect(await group(page, 'staging').getAttribute('aria-expanded')).toBe('true')
    await page.reload()
    await row(page, 'site-0013').waitFor()
    expect(await group(page, 'eu').getAttribute('aria-expanded')).toBe('false')
    expect(watched.offences).toEqual([])
  })

  test('the keys go from row to row over the heads, through a monitor that stands there twice', async () => {
    await using watched = await open('/monitors?group=tag&text=site-000')
    const { page } = watched
    // The keys are heard once the list has come to rest.
    while ((await focused(page)) !== 'site-0001') await page.keyboard.press('Home')
    const order = ['0004', '0006', '0009', '0004', '0009', '0004', '0009', '0007', '0001']
    for (const name of order) {
      await page.keyboard.press('j')
      await whenFocused(page, `site-${name}`)
    }
    await page.keyboard.press('k')
    await page.keyboard.press('k')
    await whenFocused(page, 'site-0009')
    await page.keyboard.press('End')
    await whenFocused(page, 'site-0005')
    await page.keyboard.press('Home')
    await whenFocused(page, 'site-0001')
    await page.keyboard.press('x')
    await page.getByRole('region', { name: 'Selected monitors' }).getByText('1 selected').waitFor()
    expect(await focused(page)).toBe('site-0001')
    expect(watched.offences).toEqual([])
  })
})

describe('a saved view', () => {
  const choice = (page: Page) => page.getByLabel('Saved views')
  const arrange = async (page: Page) => {
    await page.goto('/monitors')
    await page.getByRole('button', { name: 'Arrange' }).click()
  }

  test('is kept by the account: another browser has it, renames it, and forgets it for both', async () => {
    await using watched = await open('/monitors?status=up&tag=prod')
    await using elsewhere = await open()
    const [here, there] = [watched.page, elsewhere.page]
    await here.getByRole('button', { name: 'Save this view' }).click()
    await here.getByLabel('Name of the view').fill('Good ones')
    await here.keyboard.press('Enter')
    await here.getByRole('button', { name: 'Forget this view' }).waitFor()
    await arrange(there)
    await choice(there).selectOption('Good ones')
    expect(new URL(there.url()).search).toBe('?status=up&tag=prod')
    await there.getByRole('button', { name: 'Rename this view' }).click()
    await there.getByLabel('Name of the view').fill('Well')
    await there.keyboard.press('Enter')
    await there.getByRole('option', { name: 'Well' }).waitFor({ state: 'attached' })
    await arrange(here)
    await choice(here).selectOption('Well')
    await here.getByRole('button', { name: 'Forget this view' }).click()
    await choice(here).waitFor({ state: 'detached' })
    await arrange(there)
    await there.getByLabel('Grouping').waitFor()
    expect(await choice(there).count()).toBe(0)
    expect([...watched.offences, ...elsewhere.offences]).toEqual([])
  })

  test('that this browser alone has kept is carried over once', async () => {
    await using watched = await open()
    await using elsewhere = await open()
    const { page } = watched
    watched.expectStatus(409)
    await page.evaluate(async () => {
      const session = await (await fetch('/api/v1/session')).json()
      const kept = [
        { name: 'Old', search: 'status=down' },
        { name: 'OLD', search: 'status=up' },
        { name: 'Older', search: 'tag=eu' },
      ]
      localStorage.setItem(`views:${session.workspace.id}`, JSON.stringify(kept))
    })
    await arrange(page)
    await page.getByRole('option', { name: 'Older' }).waitFor({ state: 'attached' })
    expect(await choice(page).getByRole('option').allTextContents()).toEqual(['Saved views', 'Old', 'Older'])
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('views:')))).toEqual([])
    await arrange(elsewhere.page)
    for (const name of ['Old', 'Older']) {
      await choice(elsewhere.page).selectOption(name)
      await elsewhere.page.getByRole('button', { name: 'Forget this view' }).click()
    }
    await choice(elsewhere.page).waitFor({ state: 'detached' })
    expect([...watched.offences, ...elsewhere.offences]).toEqual([])
  })

  test('that is refused is taken back with the reason', async () => {
    await using watched = await open('/monitors?tag=eu')
    const { page } = watched
    watched.expectStatus(403)
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route('**/api/v1/views', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback()
      await held
      const problem = {
        type: 'about:blank',
        title: 'A limit',
        status: 403,
        code: 'limit_reached',
        detail: 'at most 30 views',
      }
      return route.fulfill({ status: 403, contentType: 'application/problem+json', json: problem })
    })
    await page.getByRole('button', { name: 'Save this view' }).click()
    await page.getByLabel('Name of the view').fill('One more')
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'One more' }).waitFor({ state: 'attached' })
    answer()
    await page.getByRole('alert').getByText('At most 30 views.').waitFor()
    await choice(page).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Save this view' }).waitFor()
  })

  test('that cannot be read says why, and is read again when asked', async () => {
    await using watched = await open()
    const { page } = watched
    watched.expectStatus(500)
    let isBroken = true
    await page.route('**/api/v1/views', (route) =>
      isBroken ? route.fulfill({ status: 422, json: { title: 'no', status: 422 } }) : route.fallback(),
    )
    watched.expectStatus(422)
    await page.getByRole('button', { name: 'Arrange' }).click()
    await page.getByText(/Saved views cannot be read/).waitFor()
    isBroken = false
    await page.getByRole('button', { name: 'Retry' }).click()
    await page.getByText(/Saved views cannot be read/).waitFor({ state: 'detached' })
  })
})

const looks = ([1280, 360] as const).flatMap((width) =>
  (['light', 'dark'] as const).map((theme) => [width, theme] as const),
)
test.each(looks)('nothing is seriously wrong for anybody at %d px in %s', async (width, theme) => {
  await using watched = await open('/monitors?sort=uptime30d', { width, theme })
  const { page } = watched
  const found = await seriousViolations(page)
  await shot(page, `sorted-${width}-${theme}`)
  await page.goto('/monitors?group=tag&text=site-00')
  await page.getByText(/groups by tag/).waitFor()
  await page.getByRole('button', { name: 'Save this view' }).click()
  found.push(...(await seriousViolations(page)))
  await shot(page, `grouped-${width}-${theme}`)
  await page.keyboard.press('Escape')
  if (width === 1280) await takePicture(page, `list-grouped-${theme}`)
  expect(found).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
})

async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` })
}

describe('the palette', () => {
  test('finds any of thousands, also what no list has loaded: by its id, by a tag and a part of its name, by its whole name', async () => {
    await using watched = await open('/monitors?text=site-0001')
    const { page } = watched
    const far = await page.request.get('/api/v1/monitors?text=site-1804')
    const [{ id } = { id: '' }] = ((await far.json()) as { items: { id: string }[] }).items
    for (const text of [id, 'nightly 1804', 'site-1804']) {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Go to or do' }).fill(text)
      await page.getByRole('option', { name: /^site-1804/ }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    expect(watched.offences).toEqual([])
  })
})

describe('a change that is shown before it is made', () => {
  test('is not painted over by a reading of the list that began before it', async () => {
    await using watched = await open('/monitors?text=site-010')
    const { page } = watched
    const held = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    await page.route(/\/api\/v1\/monitors\?limit=100/, async (route) => {
      const answer = await route.fetch()
      asked.resolve()
      await held.promise
      await route.fulfill({ response: answer })
    })
    // A monitor that is new has the list read anew.
    await addMonitor(page, { name: 'site-0100 too', url: 'https://too.example/', intervalSeconds: 86_400 })
    await asked.promise
    await page.getByRole('link', { name: 'site-0101', exact: true }).focus()
    const paused = page.waitForResponse((answer) => answer.url().endsWith('/pause'))
    await page.keyboard.press('p')
    await row(page, 'site-0101').getByText('Paused', { exact: true }).waitFor()
    expect((await paused).status()).toBe(200)
    const seen = await page.evaluateHandle(() => {
      const words = new Set<string>()
      const look = () => {
        const link = [...document.querySelectorAll('a[data-monitor]')].find(
          ({ textContent }) => textContent === 'site-0101',
        )
        words.add(link?.closest('[role=row], tr')?.querySelector('td, [role=cell]')?.textContent ?? 'gone')
      }
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
      return words
    })
    held.resolve()
    await page.getByRole('link', { name: 'site-0100 too', exact: true }).waitFor()
    await row(page, 'site-0101').getByText('Paused', { exact: true }).waitFor()
    const words = await seen.evaluate((all) => [...all])
    expect(words.filter((word) => !word.includes('Paused'))).toEqual([])
    expect(words).not.toEqual([])
    expect(watched.offences).toEqual([])
  })
})

describe('what is typed into the filter', () => {
  const field = (page: Page) => page.getByRole('searchbox')
  /** Types a text key by key before anything is painted, and then does something more. */
  const inOneBreath = (page: Page, text: string, selector?: string) =>
    page.evaluate(
      async ([typed, pressed]) => {
        const input = document.querySelector<HTMLInputElement>('#filter')
        const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value') ?? {}
        const told: string[] = []
        const { replaceState } = history
        history.replaceState = (...given) => {
          // The router has entries of its own to write.
          if (String(given[2]).includes('text=')) told.push(new URL(String(given[2]), location.href).search)
          replaceState.apply(history, given)
        }
        for (let end = 1; end <= typed.length; end += 1) {
          set?.call(input, typed.slice(0, end))
          input?.dispatchEvent(new Event('input', { bubbles: true }))
        }
        if (pressed) document.querySelector<HTMLElement>(pressed)?.click()
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
        history.replaceState = replaceState
        return told
      },
      [text, selector ?? ''] as const,
    )

  test('is told to the list once a paint, by its last key', async () => {
    await using watched = await open()
    const { page } = watched
    expect(new Set(await inOneBreath(page, 'site-0107'))).toEqual(new Set(['?text=site-0107']))
    await page.waitForURL('**/monitors?text=site-0107')
    await row(page, 'site-0107').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('is told to nobody where the list is left in the same breath', async () => {
    await using watched = await open()
    const { page } = watched
    expect(await inOneBreath(page, 'site-0107', 'a[href="/incidents"]')).toEqual([])
    await page.getByRole('heading', { level: 1, name: /incident/i }).waitFor()
    expect(new URL(page.url()).search).toBe('')
    expect(watched.offences).toEqual([])
  })

  test('gives way to what the address says: a filter that is cleared, and Back', async () => {
    await using watched = await open('/monitors?text=site-0107')
    const { page } = watched
    expect(await field(page).inputValue()).toBe('site-0107')
    await field(page).fill('no such')
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await row(page, 'site-0').waitFor()
    expect(await field(page).inputValue()).toBe('')
    await page.goBack()
    await page.getByText('No monitor matches.').waitFor()
    expect(await field(page).inputValue()).toBe('no such')
    expect(watched.offences).toEqual([])
  })
})

describe('what is read before the page is told of changes', () => {
  const isTold = (page: Page) => page.getByText('Live', { exact: true }).last().waitFor({ state: 'attached' })

  test('is not read a second time where nothing happened meanwhile', async () => {
    await using watched = await open()
    const { page } = watched
    const asks = asksIn(page)
    await page.reload()
    await isTold(page)
    await page.locator('a[data-monitor]').first().waitFor()
    await page.waitForLoadState('networkidle')
    expect(asks).toHaveLength(1)
    expect(watched.offences).toEqual([])
  })

  test('knows in the end what happened while its answer was on its way', async () => {
    await using watched = await open()
    const { page } = watched
    const { id } = await addMonitor(page, { name: 'meanwhile', url: 'https://mean.example/', intervalSeconds: 86_400 })
    const held = Promise.withResolvers<void>()
    const read = Promise.withResolvers<void>()
    await page.route(
      /\/api\/v1\/monitors\?limit=100/,
      async (route) => {
        const answer = await route.fetch()
        read.resolve()
        await held.promise
        await route.fulfill({ response: answer })
      },
      { times: 1 },
    )
    // The counts are read a while after a change was painted, into what there is.
    const painted = page.waitForRequest((request) => request.url().endsWith('/api/v1/monitors?limit=1'))
    const asks = asksIn(page)
    await page.goto('/monitors?text=meanwhile')
    await isTold(page)
    await read.promise
    await page.request.post(`/api/v1/monitors/${id}/pause`, { headers: { origin: site.url } })
    await painted
    expect(asks).toHaveLength(1)
    held.resolve()
    await row(page, 'meanwhile').getByText('Paused', { exact: true }).waitFor()
    expect(watched.offences).toEqual([])
  })
})
