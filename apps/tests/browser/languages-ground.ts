/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from '../src/program.ts'
import { addRoom, callApi, myId } from './alerts-furnish.ts'

export const german: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(root, 'apps/web/public/messages/de.json'), 'utf8'),
)

const GROWN = 1.4

/** Every English message two fifths longer, with its values where they were: words grow, as those of another language are. */
export function grownCatalogue(): Record<string, string> {
  return Object.fromEntries(Object.keys(german).map((message) => [message, grown(message)]))
}

function grown(message: string): string {
  // The forms of a plural have braces within braces; their words stay, and the sentence grows at its end.
  const isPlural = message.includes('plural,')
  const parts = isPlural ? [message] : message.split(/(\{[^{}]*\})/)
  const long = isPlural ? message : parts.map((part) => (part.startsWith('{') ? part : doubled(part))).join('')
  const missing = Math.ceil(message.length * GROWN) - long.length
  return missing > 0 ? `${long}${' ooo'.repeat(Math.ceil(missing / 4)).slice(0, missing)}` : long
}

/** Vowels twice: `Paauusee`. */
function doubled(text: string): string {
  return text.replace(/[aeiou]/g, '$&$&')
}

/** What the screens have to show: a room that is told in vain, somebody on call, a key, and an invitation. */
export async function furnish(page: Page): Promise<void> {
  const userId = await myId(page)
  await addRoom(page, { name: '#ops', url: 'http://127.0.0.1:1/' })
  const layer = { people: [userId], startsOn: '2026-06-01', turnDays: 7, handover: '09:00', timeZone: 'Europe/Berlin' }
  const { id } = await callApi<{ id: string }>(page, 'POST', '/schedules', {
    name: 'Dienst',
    layers: [{ ...layer, only: null }],
  })
  await callApi(page, 'POST', `/schedules/${id}/overrides`, {
    ...{ userId, from: '2099-12-02T10:00:00Z', to: '2099-12-03T10:00:00Z' },
  })
  await callApi(page, 'POST', '/keys', { name: 'Skript', scopes: ['monitors:read'], expiresInDays: 90 })
  await callApi(page, 'POST', '/invitations', { role: 'viewer', email: 'eva@example.com' })
}

/** Waits until what the screen shows has been read. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(() => document.querySelector('main .skeleton') === null)
}

/** What somebody reads on the page, or has read to them, each text once. */
export async function textsOf(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const place = document.querySelector('[role=dialog]') ?? document.body
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement
      // What programs say, in their own words.
      if (parent && !parent.closest('code, pre, script, style, datalist, [translate=no]'))
        found.push(walker.currentNode.textContent ?? '')
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'label']) {
      for (const element of place.querySelectorAll(`[${name}]`)) found.push(element.getAttribute(name) ?? '')
    }
    return found
  })
  return [...new Set(texts.map((text) => text.trim()).filter((text) => /\p{L}{2}/u.test(text)))]
}

/** Buttons and links whose name for a screen reader is not the one that is seen, with more (WCAG 2.5.3). */
export function misnamed(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll('main :is(button, a)[aria-label], [role=dialog] :is(button, a)[aria-label]'))
      .map((element) => [element.textContent?.trim() ?? '', element.getAttribute('aria-label') ?? ''] as const)
      .filter(([seen, name]) => !name.toLowerCase().includes(seen.toLowerCase()))
      .map(([seen, name]) => `${seen} is called ${name}`),
  )
}

/** Texts that a box cuts off, or that stick out of it, or that make the page scroll sideways. */
export function clippedTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const wide = document.documentElement
    if (wide.scrollWidth > wide.clientWidth) found.push(`the page: ${wide.scrollWidth} of ${wide.clientWidth}`)
    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      if (element.scrollWidth <= element.clientWidth + 1 || element.clientWidth <= 1) continue
      if (element.closest('[aria-hidden=true], svg, canvas, table') || !element.textContent?.trim()) continue
      const { overflowX, textOverflow, display } = getComputedStyle(element)
      const isCut = /hidden|clip/.test(overflowX) && textOverflow !== 'ellipsis'
      const sticksOut = overflowX === 'visible' && display !== 'inline' && element.matches('button, a, label, select')
      if (isCut || sticksOut)
        found.push(
          `${element.tagName} ${element.textContent?.slice(0, 60)}: ${element.scrollWidth} of ${element.clientWidth}`,
        )
    }
    return found
  })
}
