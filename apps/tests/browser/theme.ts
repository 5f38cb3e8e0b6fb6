/// <reference lib="dom" />
import type { Page } from 'playwright-core'

/** Gives the machine that theme, and waits until the page is painted in it: what fades from one colour to the other has neither. */
export async function turn(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  // A status page that leaves it to the machine says so, and is in its colours at once.
  await page.waitForFunction((wanted) => [wanted, 'auto'].includes(document.documentElement.dataset.theme ?? ''), theme)
  await page.evaluate(async () => {
    await new Promise(requestAnimationFrame)
    const passing = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
    await Promise.allSettled(passing.map(({ finished }) => finished))
  })
}
