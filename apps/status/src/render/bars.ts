import type { PublicDay, PublicPart } from '@repo/contracts/public-page'
import { html, raw } from 'hono/html'
import { encodeDays } from '../day-text.ts'
import type { PageView } from '../view.ts'
import { say } from '../words.ts'

const STEP = 8
const BAR = 6
const HEIGHT = 34
/** By the place of a status: what is bad is never drawn so small that nobody sees it, and an outage least of all. */
const LEAST = [0, 12, 16, 8, 12] as const
/** So many of the last are shown where there is no room for more; the style has the same number. */
const NARROW_DAYS = 30

/** A bar a day, the worst at its foot; a page of fifty components has no more elements by it than by a few paths each. */
export function barsHtml({ page, words }: PageView, { days, name }: PublicPart): string {
  if (!days) return ''
  const width = days.length * STEP - (STEP - BAR)
  const parts = barPaths(days).map((path, place) => path && `<path class="s${place}" d="${path}"/>`)
  const well = wellPath(days)
  const line = well && `<path class="well" d="${well}"/>`
  const box = `viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"`
  const label = say(words.page.barsOf, { name })
  const ago = (count: number) => say(words.page.daysAgo, { count })
  const bars = html`<div class="bars" role="img" aria-label="${label}" data-days="${encodeDays(days)}" data-last="${page.today}">${raw(`<svg ${box}>${line}${parts.join('')}</svg>`)}</div>`
  const ends = html`<div class="ends"><span class="wide">${ago(days.length)}</span><span class="narrow">${ago(Math.min(days.length, NARROW_DAYS))}</span><span>${words.page.today}</span></div>`
  return `${bars}${ends}`
}

/** Of the degraded only, whose bars are thinner: they differ by shape as well as by colour. */
const THIN = 4

/**
 * For each of the five statuses the outlines of its parts of all bars, and at the end those of days without data. Days on which all
 * was well are not among them.
 */
export function barPaths(days: readonly PublicDay[]): string[] {
  const paths = ['', '', '', '', '', '']
  for (let index = 0; index < days.length; index += 1) {
    const day = days[index] ?? null
    if (isAllUp(day)) continue
    const x = index * STEP
    if (!day) {
      paths[5] += `M${x + 0.5} .5h${BAR - 1}v${HEIGHT - 1}h${1 - BAR}z`
      continue
    }
    let y = HEIGHT
    for (const { place, height } of stacked(day)) {
      paths[place] += outline(place, { x, y, height })
      y -= height
    }
  }
  return paths
}

/**
 * The bars of days on which all was well: a line along the middle of those that follow each other, as wide as bars are high. By its
 * dashes it has the gaps between them, so that a page of thousands of them does not say where each one is.
 */
export function wellPath(days: readonly PublicDay[]): string {
  let path = ''
  for (let from = 0; from < days.length; from += 1) {
    if (!isAllUp(days[from])) continue
    let until = from + 1
    while (isAllUp(days[until])) until += 1
    path += `M${from * STEP} ${HEIGHT / 2}h${(until - from) * STEP - (STEP - BAR)}`
    from = until
  }
  return path
}

function isAllUp(day: PublicDay | undefined): boolean {
  if (!day) return false
  const [up, degraded, down, unknown, maintenance] = day
  return up > 0 && degraded + down + unknown + maintenance === 0
}

/** What is not known is outlined, a stroke having half of its width on either side. */
function outline(place: number, { x, y, height }: { x: number; y: number; height: number }): string {
  if (place === 3) return `M${x + 0.5} ${y - 0.5}h${BAR - 1}v${1 - height}h${1 - BAR}z`
  const width = place === 1 ? THIN : BAR
  return `M${x + (BAR - width) / 2} ${y}h${width}v${-height}h${-width}z`
}

/** From the foot up: down, degraded, maintenance, unknown, up. */
const order = [2, 1, 4, 3, 0] as const

function stacked(day: NonNullable<PublicDay>): readonly { place: number; height: number }[] {
  const total = day[0] + day[1] + day[2] + day[3] + day[4]
  if (total === 0) return [{ place: 3, height: HEIGHT }]
  let left = HEIGHT
  const parts: { place: number; height: number }[] = []
  for (const place of order) {
    const seconds = day[place]
    if (seconds === 0 || left <= 0) continue
    const exact = Math.round((seconds / total) * HEIGHT)
    const height = place === 0 ? left : Math.min(left, Math.max(LEAST[place], exact))
    parts.push({ place, height })
    left -= height
  }
  const last = parts.at(-1)
  if (last && left > 0) last.height += left
  return parts
}
