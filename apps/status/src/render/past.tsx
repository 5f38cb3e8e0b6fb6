/** @jsxImportSource hono/jsx */
import { dateBefore, dateText } from '../day-text.ts'
import { type Entry, entriesOf } from '../history.ts'
import type { PageView } from '../view.ts'
import { Glyph } from './glyph.tsx'
import { Heading } from './heading.tsx'
import { Maintenance, PastIncident } from './incident.tsx'

/** So many days stand on the page itself. */
const DAYS = 7

/** Each of the last days, also those in which nothing was. */
export function PastDays({ view }: { view: PageView }) {
  const { page, words, base } = view
  const entries = entriesOf(page)
  const dates = Array.from({ length: DAYS }, (_, ago) => dateBefore(page.today, ago))
  return (
    <section>
      <h2>{words.page.past}</h2>
      <div class="card list">
        {dates.map((date) => (
          <Day view={view} date={date} entries={entries.filter((entry) => entry.date === date)} />
        ))}
        <p>
          <a href={`${base}/history`}>{words.page.history}</a>
        </p>
      </div>
    </section>
  )
}

interface DayProps {
  readonly view: PageView
  readonly date: string
  readonly entries: readonly Entry[]
  /** Of its heading, which is below that of the section it stands in. */
  readonly rank?: 2 | 3
}

export function Day({ view, date, entries, rank = 3 }: DayProps) {
  const { words } = view
  return (
    <div class="day">
      <Heading rank={rank}>{dateText(date, words.locale)}</Heading>
      {entries.length === 0 && <p>{words.page.noIncidents}</p>}
      {entries.length > 0 && (
        <div>
          {entries.map((entry) => (
            <PastEntry view={view} entry={entry} rank={rank} />
          ))}
        </div>
      )}
    </div>
  )
}

function PastEntry({ view, entry, rank }: { view: PageView; entry: Entry; rank: 2 | 3 }) {
  const below = rank === 2 ? 3 : 4
  if (entry.kind === 'incident') return <PastIncident view={view} incident={entry.incident} rank={below} />
  return (
    <Maintenance view={view} maintenance={entry.maintenance}>
      <Heading rank={below}>
        <Glyph tone="maintenance" />
        {entry.maintenance.title}
      </Heading>
    </Maintenance>
  )
}
