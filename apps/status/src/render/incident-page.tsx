/** @jsxImportSource hono/jsx */
import type { PublicIncident } from '@repo/contracts/public-page'
import { toneOfImpact } from '../headline.ts'
import type { PageView } from '../view.ts'
import { Glyph } from './glyph.tsx'
import { BackLink } from './history-page.tsx'
import { Affected, IncidentTimes, Updates } from './incident.tsx'
import { Shell } from './shell.tsx'

/** An incident at an address that stays. */
export function renderIncident(view: PageView, incident: PublicIncident): string {
  return `<!doctype html>${(<Incident view={view} incident={incident} />).toString()}`
}

function Incident({ view, incident }: { view: PageView; incident: PublicIncident }) {
  return (
    <Shell view={view} title={incident.title}>
      <h1 class="name">
        <Glyph tone={incident.resolvedAt === null ? toneOfImpact[incident.impact] : 'up'} />
        {incident.title}
      </h1>
      <IncidentTimes view={view} incident={incident} />
      <Affected view={view} ids={incident.componentIds} />
      <div class="card">
        <Updates view={view} incident={incident} />
      </div>
      <BackLink view={view} />
    </Shell>
  )
}
