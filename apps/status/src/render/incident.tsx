/** @jsxImportSource hono/jsx */
import type { PublicIncident, PublicMaintenance, PublicPage } from '@repo/contracts/public-page'
import type { Child } from 'hono/jsx'
import { durationText } from '../day-text.ts'
import { listText, toneOfImpact } from '../headline.ts'
import { dateOf } from '../time-text.ts'
import type { PageView } from '../view.ts'
import { say } from '../words.ts'
import { Glyph } from './glyph.tsx'
import { Heading } from './heading.tsx'
import { Markdown } from './markdown.tsx'
import { rich } from './rich.ts'
import { Time, wholeMinutes, Zone } from './times.tsx'

/** An incident that lasts, with all that was said of it. */
export function ActiveIncident({ view, incident }: { view: PageView; incident: PublicIncident }) {
  return (
    <article class="card">
      <h3>
        <a href={incidentPath(view, incident)}>{incident.title}</a>
      </h3>
      <Updates view={view} incident={incident} />
      <Affected view={view} ids={incident.componentIds} />
    </article>
  )
}

export function incidentPath({ base }: PageView, { id }: { id: string }): string {
  return `${base}/incidents/${id}`
}

/** The newest first: how far it was, when, and what was said. */
export function Updates({ view, incident }: { view: PageView; incident: PublicIncident }) {
  return (
    <ol class="updates">
      {incident.updates.map(({ phase, body, at }) => (
        <li>
          <div class="when">
            <Time view={view} ms={Date.parse(at)} />
            <span>{view.words.phases[phase]}</span>
          </div>
          <Markdown text={body} />
        </li>
      ))}
    </ol>
  )
}

export function Affected({ view: { page, words }, ids }: { view: PageView; ids: readonly string[] }) {
  const names = namesOf(page, ids)
  if (names.length === 0) return null
  return <p class="affected">{say(words.page.affects, { names: listText(names, words.locale) })}</p>
}

function namesOf({ sections }: PublicPage, ids: readonly string[]): string[] {
  return sections.flatMap(({ components }) =>
    components.flatMap(({ id, name, parts }) => [
      ...(ids.includes(id) ? [name] : []),
      ...parts.filter((part) => ids.includes(part.id)).map((part) => part.name),
    ]),
  )
}

/** When it was, and how long it took. */
export function IncidentTimes({ view, incident }: { view: PageView; incident: PublicIncident }) {
  const { words } = view
  const beganAtMs = Date.parse(incident.beganAt)
  const lastedMs = incident.resolvedAt === null ? undefined : Date.parse(incident.resolvedAt) - beganAtMs
  return (
    <p class="affected">
      {rich(words.page.began, { time: <Time view={view} ms={beganAtMs} kind="moment" /> })}
      {' · '}
      {lastedMs === undefined
        ? words.page.ongoing
        : say(words.page.resolvedAfter, { duration: durationText(wholeMinutes(lastedMs), words.days.units) })}
      {' · '}
      {words.impacts[incident.impact]}
    </p>
  )
}

interface PastIncidentProps {
  readonly view: PageView
  readonly incident: PublicIncident
  /** Of its heading: 3 in a history of its own, 4 on the page itself. */
  readonly rank: 3 | 4
}

/** One in a history: what was said last, the rest at an address of its own. On the page itself, what lasts is told of above. */
export function PastIncident({ view, incident, rank }: PastIncidentProps) {
  const isToldAbove = rank === 4 && incident.resolvedAt === null
  const [last] = isToldAbove ? [] : incident.updates
  return (
    <article>
      <Heading rank={rank}>
        <Glyph tone={toneOfImpact[incident.impact]} />
        <a href={incidentPath(view, incident)}>{incident.title}</a>
      </Heading>
      {last && <Markdown text={last.body} />}
      <IncidentTimes view={view} incident={incident} />
    </article>
  )
}

interface MaintenanceProps {
  readonly view: PageView
  readonly maintenance: PublicMaintenance
  /** Its heading, of the rank that its place asks for. */
  readonly children?: Child
}

export function Maintenance({ view, maintenance, children }: MaintenanceProps) {
  return (
    <article>
      {children}
      <p class="span">
        {maintenance.state === 'cancelled' && <strong>{view.words.maintenance.cancelled}: </strong>}
        <MaintenanceTimes view={view} maintenance={maintenance} />
      </p>
      {maintenance.body && <Markdown text={maintenance.body} />}
      <Affected view={view} ids={maintenance.componentIds} />
    </article>
  )
}

/** `Sunday 29 November, 02:00 – 02:30 UTC`; the day of its end only where it is another. */
function MaintenanceTimes({ view, maintenance }: Omit<MaintenanceProps, 'children'>) {
  const startsAtMs = Date.parse(maintenance.startsAt)
  const endsAtMs = Date.parse(maintenance.endsAt)
  const { timeZone } = view.page
  const isOneDay = dateOf(startsAtMs, timeZone) === dateOf(endsAtMs, timeZone)
  return (
    <>
      <Time view={view} ms={startsAtMs} kind="day" />
      {', '}
      <span class="hours">
        <Time view={view} ms={startsAtMs} kind="time" />
        {' – '}
        <Time view={view} ms={endsAtMs} kind={isOneDay ? 'time' : 'moment'} /> <Zone view={view} ms={startsAtMs} />
      </span>
    </>
  )
}
