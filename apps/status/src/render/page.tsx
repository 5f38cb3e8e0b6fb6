/** @jsxImportSource hono/jsx */
import type { PublicComponent, PublicPage, PublicPart } from '@repo/contracts/public-page'
import { raw } from 'hono/html'
import type { Words } from '../words.ts'
import { Bars } from './bars.tsx'
import { style } from './style.ts'

export interface PageView {
  readonly page: PublicPage
  readonly words: Words
  /** When all of it was last found to be true. */
  readonly updatedAtMs: number
  /** Whether nobody could be asked for so long that it may not be true any more. */
  readonly isStale: boolean
}

/** The document of a page, whole without a script. */
export function renderPage(view: PageView): string {
  return `<!doctype html>${(<Document {...view} />).toString()}`
}

function Document({ page, words, updatedAtMs, isStale }: PageView) {
  return (
    <html lang={page.language} data-theme={page.theme.mode}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {!page.isListed && <meta name="robots" content="noindex" />}
        <title>{page.title}</title>
        <style>{raw(style)}</style>
      </head>
      <body>
        <header>
          <h1>{page.title}</h1>
        </header>
        <main>
          <div class={`banner ${page.indicator}`}>
            <strong>{words.banner[page.indicator]}</strong>
          </div>
          {page.sections.map(({ name, components }) => (
            <section>
              <h2>{name}</h2>
              <div class="card">
                {components.map((component) => (
                  <Component component={component} words={words} />
                ))}
              </div>
            </section>
          ))}
        </main>
        <footer>
          <Updated {...{ words, updatedAtMs, isStale }} timeZone={page.timeZone} />
        </footer>
      </body>
    </html>
  )
}

function Component({ component, words }: { component: PublicComponent; words: Words }) {
  return (
    <div class="component">
      <Leaf leaf={component} words={words} />
      {component.parts.map((part) => (
        <Leaf leaf={part} words={words} />
      ))}
    </div>
  )
}

function Leaf({ leaf: { name, state, days, uptimePercent }, words }: { leaf: PublicPart; words: Words }) {
  return (
    <>
      <div class="name">
        <h3>{name}</h3>
        <span>{words.states[state]}</span>
        {uptimePercent !== null && <span class="num">{uptimePercent} %</span>}
      </div>
      {days && (
        <>
          <Bars days={days} label={name} />
          <div class="ends">
            <span>{words.daysAgo}</span>
            <span>{words.today}</span>
          </div>
        </>
      )}
    </>
  )
}

interface UpdatedProps extends Pick<PageView, 'words' | 'updatedAtMs' | 'isStale'> {
  timeZone: string
}

function Updated({ words, updatedAtMs, isStale, timeZone }: UpdatedProps) {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(updatedAtMs)
  return <span>{isStale ? words.stale.replace('{time}', time) : `${words.live} · ${words.updated} ${time}`}</span>
}
