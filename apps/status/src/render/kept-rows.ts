import type { PublicComponent } from '@repo/contracts/public-page'
import type { PageView } from '../view.ts'

/** The row of a component as it was drawn, with what it is drawn of beside the component itself. */
interface Row {
  readonly base: string
  readonly locale: string
  readonly today: string
  readonly html: string
}

/** By the object: a component that is as it was keeps its own when its page changes, and its rows go when it does. */
const rows = new WeakMap<PublicComponent, readonly Row[]>()

/** A page is asked for by its slug, and by a name of its own. */
const KEPT = 2

/** What was drawn of a component before, or what `draw` draws of it now. */
export function keptRow(
  { base, words: { locale }, page: { today } }: PageView,
  of: PublicComponent,
  draw: () => string,
) {
  const kept = rows.get(of) ?? []
  const known = kept.find((row) => row.base === base && row.locale === locale && row.today === today)
  if (known) return known.html
  const html = draw()
  rows.set(of, [{ base, locale, today, html }, ...kept].slice(0, KEPT))
  return html
}
