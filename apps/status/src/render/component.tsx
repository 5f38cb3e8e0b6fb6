/** @jsxImportSource hono/jsx */
import type { PublicComponent, PublicPage, PublicPart } from '@repo/contracts/public-page'
import { percentText } from '../day-text.ts'
import { toneOfState } from '../headline.ts'
import type { PageView } from '../view.ts'
import { counted, say } from '../words.ts'
import { Bars } from './bars.tsx'
import { ResponseChart } from './chart.tsx'
import { Glyph } from './glyph.tsx'
import { Heading } from './heading.tsx'
import { Markdown } from './markdown.tsx'

export function Section({ view, section }: { view: PageView; section: PublicPage['sections'][number] }) {
  const { name, isFolded, components } = section
  const card = (
    <div class="card">
      {components.map((component) => (
        <div class="component" data-part={partOf(component)}>
          <Component view={view} component={component} />
        </div>
      ))}
    </div>
  )
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

export function Component({ view, component }: { view: PageView; component: PublicComponent }) {
  const { parts } = component
  const { words } = view
  return (
    <>
      <Leaf view={view} leaf={component} />
      {parts.length > 0 && (
        <details open={parts.some(({ state }) => state !== 'operational')}>
          <summary>{say(counted(words.parts, parts.length, words.locale), { count: parts.length })}</summary>
          {parts.map((part) => (
            <div class="part">
              <Leaf view={view} leaf={part} />
            </div>
          ))}
        </details>
      )}
    </>
  )
}

/** A component by itself: how it is, in a glyph and a word, and how it was. */
export function Leaf({ view, leaf, rank = 3 }: { view: PageView; leaf: PublicPart; rank?: 2 | 3 }) {
  const { words, base } = view
  return (
    <>
      <div class="name">
        <Glyph tone={toneOfState[leaf.state]} />
        <Heading rank={rank}>
          <a href={`${base}/components/${leaf.id}`}>{leaf.name}</a>
        </Heading>
        <span class={`state ${toneOfState[leaf.state]}-text`}>{words.states[leaf.state]}</span>
        <Uptime view={view} leaf={leaf} />
      </div>
      {leaf.description && <Markdown text={leaf.description} />}
      <Bars view={view} leaf={leaf} />
      <ResponseChart view={view} leaf={leaf} />
    </>
  )
}

function Uptime({ view: { words }, leaf }: { view: PageView; leaf: PublicPart }) {
  if (leaf.uptimePercent === null) return null
  const text = percentText(leaf.uptimePercent, { locale: words.locale, words: words.days })
  return (
    <span class="num uptime" title={words.page.uptimeOf}>
      {text}
    </span>
  )
}
