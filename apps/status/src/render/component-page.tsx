/** @jsxImportSource hono/jsx */
import type { PublicDay, PublicPart } from '@repo/contracts/public-page'
import { dateBefore, dateText, percentText, troublesText, uptimeOf } from '../day-text.ts'
import type { PageView } from '../view.ts'
import { say } from '../words.ts'
import { Leaf } from './component.tsx'
import { BackLink } from './history-page.tsx'
import { Shell } from './shell.tsx'

/** A component by itself, its bars also as a table for those who read rather than look. */
export function renderComponent(view: PageView, leaf: PublicPart, parts: readonly PublicPart[]): string {
  return `<!doctype html>${(<ComponentPage view={view} leaf={leaf} parts={parts} />).toString()}`
}

interface ComponentPageProps {
  readonly view: PageView
  readonly leaf: PublicPart
  readonly parts: readonly PublicPart[]
}

function ComponentPage({ view, leaf, parts }: ComponentPageProps) {
  return (
    <Shell view={view} title={leaf.name}>
      <h1>{leaf.name}</h1>
      <div class="card">
        {[leaf, ...parts].map((one) => (
          <div class="component">
            <Leaf view={view} leaf={one} rank={2} />
          </div>
        ))}
      </div>
      {leaf.days && <Days view={view} leaf={leaf} days={leaf.days} />}
      <BackLink view={view} />
    </Shell>
  )
}

interface DaysProps {
  readonly view: PageView
  readonly leaf: PublicPart
  readonly days: readonly PublicDay[]
}

/** The newest first. */
function Days({ view, leaf, days }: DaysProps) {
  const { page, words } = view
  return (
    <div class="card">
      <table>
        <caption>{say(words.page.asTable, { name: leaf.name })}</caption>
        <thead>
          <tr>
            <th scope="col">{words.page.dayColumn}</th>
            <th scope="col">{words.page.stateColumn}</th>
            <th scope="col" class="num">
              {words.page.uptimeColumn}
            </th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day, ago) => (
            <Row view={view} date={dateBefore(page.today, ago)} day={day} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ view: { words }, date, day }: { view: PageView; date: string; day: PublicDay }) {
  const saying = { locale: words.locale, words: words.days }
  const percent = day && uptimeOf(day)
  const troubles = day ? troublesText(day, words.days) : [words.days.noData]
  return (
    <tr>
      <th scope="row">{dateText(date, words.locale, 'shortDay')}</th>
      <td>{troubles.length > 0 ? troubles.join(words.days.separator) : words.states.operational}</td>
      <td class="num">{percent === null ? '–' : percentText(percent, saying)}</td>
    </tr>
  )
}
