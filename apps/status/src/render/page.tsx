/** @jsxImportSource hono/jsx */
import type { PublicMaintenance } from '@repo/contracts/public-page'
import { activeIncidents } from '../headline.ts'
import { announcedMaintenances } from '../page-reading.ts'
import type { PageView } from '../view.ts'
import { Banner, StaleText } from './banner.tsx'
import { componentHtml, partOf, Section } from './component.tsx'
import { Updated } from './footer.tsx'
import { Glyph } from './glyph.tsx'
import { ActiveIncident, Maintenance } from './incident.tsx'
import { Markdown } from './markdown.tsx'
import { PastDays } from './past.tsx'
import { Shell } from './shell.tsx'
import { Subscribe } from './subscribe.tsx'
import { Time } from './times.tsx'

/** The document of a page, whole without a script. */
export function renderPage(view: PageView): string {
  return `<!doctype html>${(<Document view={view} />).toString()}`
}

/**
 * What changes of a page while it is read, by the name in `data-part` of the element whose inside it is. A page whose parts have
 * other names has to be loaded anew.
 */
export function renderParts(view: PageView): Record<string, string> {
  const components = view.page.sections.flatMap(({ components }) =>
    components.map((component) => [partOf(component), componentHtml(view, component)] as const),
  )
  const fixed = Object.entries(fixedParts).map(([name, Part]) => [name, String(<Part view={view} />)] as const)
  return Object.fromEntries([...fixed, ...components])
}

const fixedParts = {
  outline: Outline,
  stale: StaleText,
  banner: Banner,
  announcements: Announcements,
  incidents: Incidents,
  scheduled: Scheduled,
  past: PastDays,
  updated: Updated,
} as const

function Document({ view }: { view: PageView }) {
  const { page } = view
  return (
    <Shell view={view} isLive={true}>
      <span data-part="outline" hidden>
        <Outline view={view} />
      </span>
      <div data-part="banner">
        <Banner view={view} />
      </div>
      {page.description && <Markdown text={page.description} />}
      <div data-part="announcements">
        <Announcements view={view} />
      </div>
      <div data-part="incidents">
        <Incidents view={view} />
      </div>
      {page.sections.map((section) => (
        <Section view={view} section={section} />
      ))}
      <div data-part="scheduled">
        <Scheduled view={view} />
      </div>
      <div data-part="past">
        <PastDays view={view} />
      </div>
      <Subscribe view={view} />
    </Shell>
  )
}

/** Which elements the page has: where this is another, what changes has no place to go to. */
function Outline({ view: { page } }: { view: PageView }) {
  const { title, description, language, theme, logo, sections } = page
  const shown = sections.map(({ name, isFolded, components }) => [name, isFolded, components.map(({ id }) => id)])
  return <>{Bun.hash(JSON.stringify([title, description, language, theme, logo, shown])).toString(36)}</>
}

function Announcements({ view }: { view: PageView }) {
  const { page, words } = view
  if (page.announcements.length === 0) return null
  return (
    <section>
      <h2>{words.page.announcements}</h2>
      <div class="card list">
        {page.announcements.map(({ title, body, at }) => (
          <article>
            <h3>{title}</h3>
            <Markdown text={body} />
            <p class="affected">
              <Time view={view} ms={Date.parse(at)} kind="moment" />
            </p>
          </article>
        ))}
      </div>
    </section>
  )
}

/** What is going on, incidents before what was planned. */
function Incidents({ view }: { view: PageView }) {
  const { page, words } = view
  const active = activeIncidents(page)
  const underWay = page.maintenances.filter(({ state }) => state === 'in_progress')
  return (
    <>
      {active.length > 0 && (
        <section>
          <h2 class="unseen">{words.page.incidents}</h2>
          {active.map((incident) => (
            <ActiveIncident view={view} incident={incident} />
          ))}
        </section>
      )}
      <Maintenances view={view} title={words.page.underWay} maintenances={underWay} />
    </>
  )
}

function Scheduled({ view }: { view: PageView }) {
  const planned = announcedMaintenances(view.page)
  return <Maintenances view={view} title={view.words.page.scheduled} maintenances={planned} />
}

interface MaintenancesProps {
  readonly view: PageView
  readonly title: string
  readonly maintenances: readonly PublicMaintenance[]
}

function Maintenances({ view, title, maintenances }: MaintenancesProps) {
  if (maintenances.length === 0) return null
  return (
    <section>
      <h2>{title}</h2>
      <div class="card list">
        {maintenances.map((maintenance) => (
          <Maintenance view={view} maintenance={maintenance}>
            <h3 class="name">
              <Glyph tone="maintenance" />
              {maintenance.title}
            </h3>
          </Maintenance>
        ))}
      </div>
    </section>
  )
}
