/** @jsxImportSource hono/jsx */
import { entriesOf, monthsOf } from '../history.ts'
import { timeText } from '../time-text.ts'
import type { PageView } from '../view.ts'
import { say } from '../words.ts'
import { Day } from './past.tsx'
import { Shell } from './shell.tsx'

interface HistoryProps {
  readonly view: PageView
  /** `2026-11`, one of `monthsOf`. */
  readonly month: string
}

/** What was in a month, day by day, the last one first. */
export function renderHistory(view: PageView, month: string): string {
  return `<!doctype html>${(<History view={view} month={month} />).toString()}`
}

function History({ view, month }: HistoryProps) {
  const { page, words } = view
  const entries = entriesOf(page).filter(({ date }) => date.startsWith(month))
  const dates = [...new Set(entries.map(({ date }) => date))]
  const title = say(words.page.historyOf, { month: monthText(view, month) })
  return (
    <Shell view={view} title={title}>
      <h1>{title}</h1>
      <MonthLinks view={view} month={month} />
      <section aria-label={title}>
        <div class="card list">
          {dates.length === 0 && <p>{words.page.noIncidentsOfMonth}</p>}
          {dates.map((date) => (
            <Day view={view} date={date} entries={entries.filter((entry) => entry.date === date)} rank={2} />
          ))}
        </div>
      </section>
      <BackLink view={view} />
    </Shell>
  )
}

function MonthLinks({ view, month }: HistoryProps) {
  const { page, words, base } = view
  const months = monthsOf(page)
  const place = months.indexOf(month)
  const [newer, older] = [months[place - 1], months[place + 1]]
  return (
    <nav class="months">
      {older && (
        <a href={`${base}/history/${older}`} rel="prev">
          {say(words.page.older, { month: monthText(view, older) })}
        </a>
      )}
      {newer && (
        <a href={`${base}/history/${newer}`} rel="next">
          {say(words.page.newer, { month: monthText(view, newer) })}
        </a>
      )}
    </nav>
  )
}

function monthText({ words }: PageView, month: string): string {
  return timeText(Date.parse(`${month}-15`), 'month', { locale: words.locale, timeZone: 'UTC' })
}

export function BackLink({ view: { words, base } }: { view: PageView }) {
  return (
    <p class="back">
      <a href={base || '/'}>{words.page.back}</a>
    </p>
  )
}
