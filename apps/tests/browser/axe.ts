/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { turn } from './theme.ts'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResults {
  passes: unknown[]
  /** What it could not judge, such as a text over a picture. */
  incomplete: unknown[]
  violations: { id: string; impact: string | null; nodes: { html: string; failureSummary?: string }[] }[]
}

interface AxeOptions {
  runOnly?: readonly string[]
  rules?: Readonly<Record<string, { enabled: boolean }>>
}

/** What can be pressed is 24 px wide and high, or has so much room around it (WCAG 2.2, 2.5.8): axe looks where it is told to. */
const TARGET_RULES = { 'target-size': { enabled: true } }

/** The rules that judge colours: all that a theme changes. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** The serious and critical violations of the page as it stands, one line each. */
export function seriousViolations(page: Page): Promise<string[]> {
  return violationsOf(page, { rules: TARGET_RULES })
}

/**
 * The same in the light theme and then in the dark one, as the machine's choice changes beneath an open page; it is
 * light again afterwards. Only colours differ, so the second is asked for those alone.
 *
 * @throws where the page does not follow the machine's choice.
 */
export async function seriousViolationsInBothThemes(page: Page): Promise<string[]> {
  await turn(page, 'light')
  const found = await seriousViolations(page)
  await turn(page, 'dark')
  const inDark = await darkViolations(page)
  await turn(page, 'light')
  return [...found, ...inDark]
}

/** Of the page as it stands in dark: only colours differ there. */
async function darkViolations(page: Page): Promise<string[]> {
  const found = await violationsOf(page, { runOnly: COLOUR_RULES })
  return found.map((violation) => `in dark: ${violation}`)
}

/**
 * What is wrong with the page at each width, in both themes: violations, and scrolling sideways. One theme after the other, for a
 * page takes longer to be painted in another one than to be as wide as another. Widths between the widest and the narrowest are
 * not asked for violations: they have nothing that neither of those has.
 */
export async function faultsInEveryLook(page: Page, widths: readonly number[] = [1280, 360]): Promise<string[]> {
  const before = page.viewportSize()
  const judged = [Math.max(...widths), Math.min(...widths)]
  const found: string[] = []
  const lookAt = async (width: number, faultsOf: () => Promise<string[]>) => {
    await page.setViewportSize({ width, height: 800 })
    found.push(...(await faultsOf()).map((fault) => `at ${width} px: ${fault}`))
  }
  await turn(page, 'light')
  for (const width of widths)
    await lookAt(width, async () => [
      ...(judged.includes(width) ? await seriousViolations(page) : []),
      ...((await scrollsSideways(page)) ? ['scrolls sideways'] : []),
    ])
  await turn(page, 'dark')
  for (const width of judged) await lookAt(width, () => darkViolations(page))
  await turn(page, 'light')
  if (before) await page.setViewportSize(before)
  return found
}

function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
}

async function violationsOf(page: Page, options: AxeOptions): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in globalThis)
  if (!isThere) await page.evaluate(source)
  const { passes, incomplete, violations } = await page.evaluate(
    (given) =>
      (globalThis as unknown as { axe: { run(context: object, options: object): Promise<AxeResults> } }).axe.run(
        document,
        given,
      ),
    // Of what passes, one element a rule is enough to know that it was looked at. No rule of these reads the sheets of styles.
    { ...options, resultTypes: ['violations'], preload: false },
  )
  if (passes.length + incomplete.length + violations.length === 0) throw new Error('axe looked at nothing')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    )
}
