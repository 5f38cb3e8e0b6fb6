/** @jsxImportSource hono/jsx */
import type { PublicComponent, PublicPage, PublicPart } from '@repo/contracts/public-page'
import { raw } from 'hono/html'
import { percentText } from '../day-text.ts'
import { toneOfState } from '../headline.ts'
import type { PageView } from '../view.ts'
import { counted, say } from '../words.ts'
import { barsHtml } from './bars.ts'
import { chartHtml } from './chart.ts'
import { escaped } from './escaped.ts'
import { glyphHtml } from './glyph.tsx'
import { keptRow } from './kept-rows.ts'
import { markdownHtml } from './markdown.tsx'

export function Section({ view, section }: { view: PageView; section: PublicPage['sections'][number] }) {
  const { name, isFolded, components } = section
  const rows = components.map(
    (one) => `<div class="component" data-part="${partOf(one)}">${componentHtml(view, one)}</div>`,
  )
  const card = <div class="card">{raw(rows.join(''))}</div>
  if (!name) return <section aria-label={view.page.title}>{card}</section>
  if (!isFolded)
    return (
      <section>
        <h2>{name}</h2>
        {card}
      </section>
    )
  return (
    <details class="section" open={components.some(({ state }) => state !== 'operational')}>
      <summary>
        <h2>{name}</h2>
      </summary>
      {card}
    </details>
  )
}

export function partOf({ id }: PublicComponent): string {
  return `component-${id}`
}

/** What stands in the row of a component: itself, and the parts that it has. */
export function componentHtml(view: PageView, component: PublicComponent): string {
  return keptRow(view, component, () => drawComponent(view, component))
}

function drawComponent(view: PageView, component: PublicComponent): string {
  const { parts } = component
  const { words } = view
  const leaf = leafHtml(view, component, 3)
  if (parts.length === 0) return leaf
  const count = say(counted(words.parts, parts.length, words.locale), { count: parts.length })
  const shown = parts.map((part) => `<div class="part">${leafHtml(view, part, 3)}</div>`).join('')
  const open = parts.some(({ state }) => state !== 'operational') ? ' open=""' : ''
  return `${leaf}<details${open}><summary>${escaped(count)}</summary>${shown}</details>`
}

/** A component by itself: how it is, in a glyph and a word, and how it was. */
export function Leaf({ view, leaf, rank }: { view: PageView; leaf: PublicPart; rank: 2 | 3 }) {
  return <>{raw(leafHtml(view, leaf, rank))}</>
}

/** Written at once and not by way of nodes: a page has fifty of them, and they are nearly all of it. */
function leafHtml(view: PageView, leaf: PublicPart, rank: 2 | 3): string {
  const { words, base } = view
  const tone = toneOfState[leaf.state]
  const link = `<a href="${escaped(`${base}/components/${leaf.id}`)}">${escaped(leaf.name)}</a>`
  const state = `<span class="state ${tone}-text">${escaped(words.states[leaf.state])}</span>`
  const name = `${glyphHtml(tone)}<h${rank} class="name">${link}</h${rank}>${state}${uptimeHtml(view, leaf)}`
  const description = leaf.description && markdownHtml(leaf.description)
  // Joined it is one text: put together otherwise, it would be kept as all the pieces that it is made of.
  return ['<div class="name">', name, '</div>', description, barsHtml(view, leaf), chartHtml(view, leaf)].join('')
}

function uptimeHtml({ words }: PageView, { uptimePercent }: PublicPart): string {
  if (uptimePercent === null) return ''
  const text = percentText(uptimePercent, { locale: words.locale, words: words.days })
  return `<span class="num uptime" title="${escaped(words.page.uptimeOf)}">${escaped(text)}</span>`
}
