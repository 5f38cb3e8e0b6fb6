import type { PublicPart } from '@repo/contracts/public-page'
import { type Day, encodeRuns, type Run, runsOf } from '../day-text.ts'
import type { PageView } from '../view.ts'
import { say, type Words } from '../words.ts'
import { escaped } from './escaped.ts'

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
  const runs = runsOf(days)
  const width = days.length * STEP - (STEP - BAR)
  const parts = barPaths(runs).map((path, place) => path && `<path class="s${place}" d="${path}"/>`)
  const well = wellPath(runs)
  const line = well && `<path class="well" d="${well}"/>`
  const box = `viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"`
  const label = escaped(say(words.page.barsOf, { name }))
  const told = `aria-label="${label}" data-days="${encodeRuns(runs)}" data-last="${escaped(page.today)}"`
  const bars = `<div class="bars" role="img" ${told}><svg ${box}>${line}${parts.join('')}</svg></div>`
  return `${bars}${endsHtml(days.length, words)}`
}

const ends = new WeakMap<Words, Map<number, string>>()

/** How long ago the first day was. It is the same of all components whose days are as many. */
function endsHtml(count: number, words: Words): string {
  const known = ends.get(words) ?? new Map<number, string>()
  ends.set(words, known)
  const kept = known.get(count)
  if (kept !== undefined) return kept
  const ago = (days: number) => escaped(say(words.page.daysAgo, { count: days }))
  const wide = `<span class="wide">${ago(count)}</span>`
  const narrow = `<span class="narrow">${ago(Math.min(count, NARROW_DAYS))}</span>`
  const html = `<div class="ends">${wide}${narrow}<span>${escaped(words.page.today)}</span></div>`
  known.set(count, html)
  return html
}

/** Of the degraded only, whose bars are thinner: they differ by shape as well as by colour. */
const THIN = 4

/**
 * For each of the five statuses the outlines of its parts of all bars, and at the end those of days without data. Days on which all
 * was well are not among them.
 */
export function barPaths(runs: readonly Run[]): string[] {
  const paths = ['', '', '', '', '', '']
  for (const { day, from, count } of runs) {
    if (isAllUp(day)) continue
    const parts = day && stacked(day)
    for (let x = from * STEP; x < (from + count) * STEP; x += STEP) {
      if (!parts) {
        paths[5] += `M${x + 0.5} .5h${BAR - 1}v${HEIGHT - 1}h${1 - BAR}z`
        continue
      }
      let y = HEIGHT
      for (const { place, height } of parts) {
        paths[place] += outline(place, { x, y, height })
        y -= height
      }
    }
  }
  return paths
}

/**
 * The bars of days on which all was well: a line along the middle of those that follow each other, as wide as bars are high. By its
 * dashes it has the gaps between them, so that a page of thousands of them does not say where each one is.
 */
export function wellPath(runs: readonly Run[]): string {
  let path = ''
  let until = -1
  let beginsAt = 0
  const end = () => (until < 0 ? '' : `M${beginsAt * STEP} ${HEIGHT / 2}h${(until - beginsAt) * STEP - (STEP - BAR)}`)
  for (const { day, from, count } of runs) {
    if (!isAllUp(day)) continue
    if (from !== until) {
      path += end()
      beginsAt = from
    }
    until = from + count
  }
  return path + end()
}

function isAllUp(day: Day): boolean {
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

function stacked(day: NonNullable<Day>): readonly { place: number; height: number }[] {
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
