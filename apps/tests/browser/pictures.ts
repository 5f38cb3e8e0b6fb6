import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from '../src/program.ts'
import { turn } from './theme.ts'

/** The pictures are part of the tree: a usual run leaves it as it is. */
export const isTakingPictures = process.env.UPDATE_SCREENSHOTS === '1'

/** Where a picture of the documentation lies. */
export function pathOf(name: string): string {
  return join(root, 'docs', 'images', `${name}.png`)
}

/** Takes the page as it stands, where pictures are taken. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (isTakingPictures) await page.screenshot({ path: pathOf(name) })
}

/** Takes the page as it stands in light and in dark, where pictures are taken. */
export async function takeInBothThemes(page: Page, name: string): Promise<void> {
  if (!isTakingPictures) return
  for (const theme of ['dark', 'light'] as const) {
    await turn(page, theme)
    await takePicture(page, `${name}-${theme}`)
  }
}

/** Takes the page at each width and in both themes, into the folder that `SHOTS` names: to be looked at, and kept by nobody. */
export async function shootInEveryLook(
  page: Page,
  name: string,
  widths: readonly number[] = [1280, 360],
): Promise<void> {
  if (!process.env.SHOTS) return
  for (const width of widths) {
    await page.setViewportSize({ width, height: 740 })
    for (const theme of ['light', 'dark'] as const) {
      await turn(page, theme)
      await page.screenshot({ path: join(process.env.SHOTS, `${name}-${width}-${theme}.png`), fullPage: true })
    }
  }
}
