/** @jsxImportSource hono/jsx */
import { headlineOf } from '../headline.ts'
import type { PageView } from '../view.ts'
import { Glyph } from './glyph.tsx'
import { rich } from './rich.ts'
import { Lasting, Time } from './times.tsx'

/** What is now. The bars below keep what was today. */
export function Banner({ view }: { view: PageView }) {
  const { page, words, isStale } = view
  const { tone, text, sinceMs, impact } = headlineOf(page, words)
  return (
    <div class={`banner ${tone}`}>
      <Glyph tone={tone} />
      <div>
        <h2>{text}</h2>
        {sinceMs !== null && (
          <p>
            <span>
              {rich(isStale ? words.since : words.sinceFor, {
                time: <Time view={view} ms={sinceMs} />,
                duration: <Lasting view={view} sinceMs={sinceMs} />,
              })}
            </span>
            {impact && impact !== 'none' && <span class="impact">{words.impacts[impact]}</span>}
          </p>
        )}
      </div>
    </div>
  )
}

/** Says how old all of it is, where nobody can be asked. */
export function StaleText({ view }: { view: PageView }) {
  const { words, updatedAtMs } = view
  return <>{rich(words.page.stale, { time: <Time view={view} ms={updatedAtMs} /> })}</>
}
