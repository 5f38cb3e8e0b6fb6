/// <reference lib="dom" />
import type { Page } from 'playwright-core'

/** What a finger can hit without aiming (WCAG 2.2, 2.5.5), less a pixel that is lost between two of them. */
const TOUCH_PX = 43

/** Of a screen that is touched, what can be pressed but is hit on fewer than 44 px in one direction: one line each. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((leastPx) => {
    const pressable =
      'a[href], button, summary, input:not([type=hidden]), select, textarea, [role=button], [role=option], [role=menuitem]'
    const isHit = (element: Element, x: number, y: number): boolean => {
      const found = document.elementFromPoint(x, y)
      if (found === null) return false
      if (element.contains(found)) return true
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : []
      return labels.some((label) => label.contains(found))
    }
    /** How far it is hit from its middle, to both sides together. */
    const reach = (element: Element, from: { x: number; y: number }, step: { x: number; y: number }): number => {
      const oneWay = (sign: number) => {
        let px = 0
        while (px < leastPx && isHit(element, from.x + sign * px * step.x, from.y + sign * px * step.y)) px += 1
        return px
      }
      return Math.max(0, oneWay(1) + oneWay(-1) - 1)
    }
    /** A link within a sentence stands on the line of its text. */
    const isWithinSentence = (element: Element) =>
      getComputedStyle(element).display === 'inline' &&
      [...(element.parentElement?.childNodes ?? [])].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
      )
    /** What is for those who hear the page is no target of a finger. */
    const isUnseen = (element: Element): boolean => {
      const { width, height } = element.getBoundingClientRect()
      if (width < 2 || height < 2) return true
      return (
        element.parentElement !== null && element.parentElement !== document.body && isUnseen(element.parentElement)
      )
    }
    const root = document.querySelector('dialog[open]') ?? document
    const small: string[] = []
    for (const element of root.querySelectorAll(pressable)) {
      // One of ninety bars: its day stands in the table of the same figure as well.
      if (element.matches('[data-day]')) continue
      if (!element.checkVisibility({ visibilityProperty: true }) || element.matches(':disabled')) continue
      const label =
        element instanceof HTMLInputElement && element.labels?.[0]?.contains(element) ? element.labels[0] : null
      const shown = label ?? element
      shown.scrollIntoView({ block: 'center', inline: 'center' })
      const { left, top, width, height } = shown.getBoundingClientRect()
      if (isUnseen(shown) || isWithinSentence(element)) continue
      const middle = { x: left + width / 2, y: top + height / 2 }
      const [wide, high] = [reach(element, middle, { x: 1, y: 0 }), reach(element, middle, { x: 0, y: 1 })]
      if (wide >= leastPx && high >= leastPx) continue
      const name = (element.getAttribute('aria-label') ?? shown.textContent ?? '').trim().slice(0, 40)
      small.push(`${element.tagName.toLowerCase()} "${name}": ${wide} x ${high}`)
    }
    return small
  }, TOUCH_PX)
}
