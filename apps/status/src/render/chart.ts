import type { PublicPart } from '@repo/contracts/public-page'
import { keptFormat } from '../formats.ts'
import type { PageView } from '../view.ts'
import { say } from '../words.ts'
import { escaped } from './escaped.ts'

const WIDTH = 240
const HEIGHT = 32

/** How fast it answered in the last day: a line, and the same in words. */
export function chartHtml({ words }: PageView, { responseMs }: PublicPart): string {
  const known = responseMs?.filter((ms) => ms !== null) ?? []
  if (!responseMs || known.length === 0) return ''
  const text = (ms: number) => milliseconds(ms, words.locale)
  const now = responseMs.at(-1) ?? null
  const values = { least: text(Math.min(...known)), most: text(Math.max(...known)) }
  const box = `viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"`
  const line = `<svg ${box}><path d="${linePath(responseMs)}"/></svg>`
  const said =
    now === null ? say(words.page.response, values) : say(words.page.responseNow, { ...values, now: text(now) })
  return `<figure>${line}<figcaption>${escaped(said)}</figcaption></figure>`
}

/** From nothing up to the slowest. Hours without an answer are a gap, which nothing is drawn across. */
export function linePath(values: readonly (number | null)[]): string {
  const most = Math.max(...values.map((value) => value ?? 0), 1)
  const step = WIDTH / Math.max(values.length - 1, 1)
  let isOpen = false
  return values
    .map((value, index) => {
      if (value === null) {
        isOpen = false
        return ''
      }
      const y = Math.round((1 - value / most) * (HEIGHT - 2) * 10) / 10 + 1
      // A line of no length is drawn as a dot by its round ends: an hour between two gaps is seen as well.
      const point = `${isOpen ? 'L' : 'M'}${Math.round(index * step * 10) / 10} ${y}${isOpen ? '' : 'h0'}`
      isOpen = true
      return point
    })
    .join('')
}

function milliseconds(ms: number, locale: string): string {
  const isLong = ms >= 1_000
  const format = keptFormat(`ms ${locale}`, () => new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }))
  return `${format.format(isLong ? ms / 1_000 : ms)} ${isLong ? 's' : 'ms'}`
}
