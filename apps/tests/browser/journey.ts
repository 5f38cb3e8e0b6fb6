/// <reference lib="dom" />
import { expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { type Account, signInByForm, signOut, signUp } from './account.ts'
import type { Website } from './website.ts'

export interface Journey {
  readonly page: Page
  readonly account: Account
  readonly target: Website
}

const FIRST_TICK_MS = 10_000
const VERDICT_MS = 30_000

/** From no account to a deleted monitor, with the mouse. */
export async function walkWithMouse({ page, account, target }: Journey): Promise<void> {
  await signUp(page, account)
  await signOut(page)
  await signInByForm(page, account)

  await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
  await page
    .getByRole('button', { name: 'Add monitor' })
    .or(page.getByRole('button', { name: 'Watch it' }))
    .click()
  await expectText(page, 'A URL is required')
  await page.getByLabel('URL').fill(target.url)
  await page.getByRole('button', { name: 'Watch it' }).dblclick()
  await seeFirstTick(page, target)
  expect(await page.locator('tbody tr').count(), 'a double click creates one monitor').toBe(1)

  await editInterval(page, target)
  await seeDownAndUp(page, target)

  await page.goto('/monitors')
  await row(page, target).getByRole('link').click()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Resume' }).waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText(/Up for/).waitFor({ timeout: VERDICT_MS })

  await page.getByRole('button', { name: 'Delete' }).click()
  const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete' })
  expect(await confirm.isDisabled(), 'nothing is deleted before its name is typed').toBe(true)
  await page.getByLabel('Type its name to confirm').fill(nameOf(target))
  await confirm.click()
  await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
}

/** The same without touching the mouse: only keys, and only what a person can find by them. */
export async function walkWithKeys({ page, account, target }: Journey): Promise<void> {
  await page.goto('/signup?next=/monitors')
  await tabTo(page, 'User name')
  await page.keyboard.type(account.username)
  await page.keyboard.press('Tab')
  await page.keyboard.type(account.password)
  await page.keyboard.press('Enter')
  await page.waitForURL(({ pathname }) => pathname === '/monitors')

  await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
  await page.keyboard.press('c')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type(target.url)
  await page.keyboard.press('Enter')
  await seeFirstTick(page, target)

  await page.keyboard.press('/')
  await page.keyboard.type('nothing like it')
  await page.getByText('No monitor matches.').waitFor()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Delete')
  await page.keyboard.press('Escape')
  await row(page, target).waitFor()

  await page.keyboard.press('j')
  await page.keyboard.press('p')
  await row(page, target).getByText('Paused').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: nameOf(target) }).waitFor()
  // The same key pauses and resumes: what it does is on the button beside it.
  await page.getByRole('button', { name: 'Resume' }).waitFor()
  await page.keyboard.press('p')
  await page.getByText(/Up for/).waitFor({ timeout: VERDICT_MS })

  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await page.keyboard.press('Escape')
  await tabTo(page, 'Delete')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type(nameOf(target))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
}

async function seeFirstTick(page: Page, target: Website): Promise<void> {
  await row(page, target).waitFor()
  await row(page, target).getByText('Up', { exact: true }).waitFor({ timeout: FIRST_TICK_MS })
  await row(page, target)
    .getByText(/^(now|\d+ s ago)$/)
    .waitFor()
}

/** Opens the monitor, sees its chart, and has it checked every five seconds. */
async function editInterval(page: Page, target: Website): Promise<void> {
  await row(page, target).getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: nameOf(target) }).waitFor()
  await page.getByTestId('latency-chart').locator('canvas').waitFor()
  await page.getByRole('radio', { name: '7 d', exact: true }).check()
  await page.waitForURL('**?range=7d')
  await page
    .getByRole('region', { name: 'Latency', exact: true })
    .getByRole('button', { name: 'View as table' })
    .click()
  await page.getByRole('region', { name: 'Latency as a table' }).waitFor()
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Checked every').selectOption({ label: '5 s' })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('every 5 s').first().waitFor()
  expect(await page.title()).toBe(`${nameOf(target)} · BetterUptime`)
}

async function seeDownAndUp(page: Page, target: Website): Promise<void> {
  await page.goBack()
  await page.goto('/monitors')
  target.goDown()
  await row(page, target).getByText('Down', { exact: true }).waitFor({ timeout: VERDICT_MS })
  await page.getByRole('heading', { level: 1, name: /1 of 1 monitor is down/ }).waitFor()
  await page.waitForFunction(() => document.title === '(1) BetterUptime')
  target.comeUp()
  await row(page, target).getByText('Up', { exact: true }).waitFor({ timeout: VERDICT_MS })
  await page.waitForFunction(() => document.title === 'BetterUptime')
}

function row(page: Page, target: Website) {
  return page.getByRole('row').filter({ hasText: nameOf(target) })
}

/** A monitor that nobody named is called by its host. */
function nameOf(target: Website): string {
  return new URL(target.url).host
}

async function expectText(page: Page, text: string): Promise<void> {
  await page.getByRole('alert').getByText(text).or(page.getByText(text)).first().waitFor()
}

/** Presses Tab until the element of that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element?.textContent
      return label?.trim() ?? ''
    })
    if (focused === name) return
  }
  throw new Error(`"${name}" is out of reach of the Tab key`)
}
