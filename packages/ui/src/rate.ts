import { msg, numberText, t } from './words.ts'

const units = [
  { text: msg('{count} a minute'), perMinute: 1 },
  { text: msg('{count} an hour'), perMinute: 1 / 60 },
  { text: msg('{count} a day'), perMinute: 1 / 1_440 },
] as const

/** How many in the shortest time in which there is a whole one: `1,240 a minute`, `2 an hour`, `12 a day`. */
export function rateText(perMinute: number): string {
  const unit = unitOf(perMinute)
  return t(unit.text, { count: countText(perMinute, unit) })
}

/** A rate and what it is a part of; a unit that both have is said once: `2 an hour` of `600 a minute`, `90` of `600 a minute`. */
export function rateOfText(used: number, limit: number): readonly [string, string] {
  const unit = unitOf(limit)
  const isAlike = used === 0 || unitOf(used) === unit
  return [isAlike ? countText(used, unit) : rateText(used), rateText(limit)]
}

type Unit = (typeof units)[number]

function unitOf(perMinute: number): Unit {
  if (perMinute === 0) return units[0]
  return units.find((unit) => rounded(perMinute / unit.perMinute) >= 1) ?? units[2]
}

function countText(perMinute: number, unit: Unit): string {
  const count = rounded(perMinute / unit.perMinute)
  return perMinute > 0 && count < 1 ? t('less than 1') : numberText(count)
}

/** A decimal tells apart only what is few. */
function rounded(count: number): number {
  return count < 10 ? Math.round(count * 10) / 10 : Math.round(count)
}
