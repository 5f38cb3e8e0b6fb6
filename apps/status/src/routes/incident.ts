import { Hono } from 'hono'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import { documentOf } from '../document.ts'
import { renderIncident } from '../render/incident-page.tsx'

export function incidentRoutes({ answers }: PageRouteDeps): Hono<PageAsked> {
  return new Hono<PageAsked>({ strict: false }).get('/incidents/:id', (c) => {
    const found = c.get('found')
    const incident = found.kept.snapshot.page.incidents.find(({ id }) => id === c.req.param('id'))
    if (!incident) return c.notFound()
    return answers.give({ request: c.req.raw, found, key: `/incidents/${incident.id}` }, (scene) =>
      documentOf(scene, (view) => renderIncident(view, incident)),
    )
  })
}
