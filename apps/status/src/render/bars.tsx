/** @jsxImportSource hono/jsx */
import type { PublicDay } from '@repo/contracts/public-page'

const STEP = 8
const BAR = 6
const HEIGHT = 34
/** What is bad is never drawn so small that nobody sees it. */
const LEAST = 5

const colours = ['--up', '--degraded', '--down', '--unknown', '--maintenance'] as const

/** A bar a day, the worst at its foot; a page of fifty components has no more elements by it than by a few paths each. */
export function Bars({ days, label }: { days: readonly PublicDay[]; label: string }) {
  const paths = barPaths(days)
  const width = days.length * STEP - (STEP - BAR)
  return (
    <svg class="bars" role="img" aria-label={label} viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none">
      {colours.map((colour, place) => paths[place] && <path d={paths[place]} fill={`var(${colour})`} />)}
      {paths[5] && <path d={paths[5]} fill="none" stroke="var(--control)" stroke-dasharray="2 2" />}
    </svg>
  )
}

/** For each of the five statuses the outlines of its parts of all bars, and at the end those of days without data. */
export function barPaths(days: readonly PublicDay[]): string[] {
  const paths = ['', '', '', '', '', '']
  for (const [index, day] of days.entries()) {
    const x = index * STEP
    if (!day) {
      paths[5] += `M${x + 0.5} .5h${BAR - 1}v${HEIGHT - 1}h${1 - BAR}z`
      continue
    }
    let y = HEIGHT
    for (const { place, height } of stacked(day)) {
      paths[place] += `M${x} ${y}h${BAR}v${-height}h${-BAR}z`
      y -= height
    }
  }
  return paths
}

/** From the foot up: down, degraded, maintenance, unknown, up. */
const order = [2, 1, 4, 3, 0] as const

function stacked(day: NonNullable<PublicDay>): { place: number; height: number }[] {
  const total = day.reduce((sum, seconds) => sum + seconds, 0)
  if (total === 0) return [{ place: 3, height: HEIGHT }]
  let left = HEIGHT
  const parts: { place: number; height: number }[] = []
  for (const place of order) {
    const seconds = day[place]
    if (seconds === 0 || left <= 0) continue
    const exact = Math.round((seconds / total) * HEIGHT)
    const height = place === 0 ? left : Math.min(left, Math.max(LEAST, exact))
    parts.push({ place, height })
    left -= height
  }
  const last = parts.at(-1)
  if (last && left > 0) last.height += left
  return parts
}
