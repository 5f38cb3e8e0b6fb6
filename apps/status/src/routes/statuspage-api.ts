import { Hono } from 'hono'
import type { Scene } from '../answers.ts'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import { componentsOf, incidentsOf, maintenancesOf, pageOf, statusOf } from '../statuspage-v2.ts'

/** Each answer of the Statuspage API beside what every one of them has: the page. */
const documents: Readonly<Record<string, (scene: Scene) => Record<string, unknown>>> = {
  'summary.json': (scene) => ({
    status: statusOf(scene.kept.snapshot.page),
    components: componentsOf(scene),
    incidents: incidentsOf(scene, { onlyOpen: true }),
    scheduled_maintenances: [...maintenancesOf(scene, 'in_progress'), ...maintenancesOf(scene, 'scheduled')],
  }),
  'status.json': (scene) => ({ status: statusOf(scene.kept.snapshot.page) }),
  'components.json': (scene) => ({ components: componentsOf(scene) }),
  'incidents.json': (scene) => ({ incidents: incidentsOf(scene) }),
  'incidents/unresolved.json': (scene) => ({ incidents: incidentsOf(scene, { onlyOpen: true }) }),
  'scheduled-maintenances.json': (scene) => ({ scheduled_maintenances: maintenancesOf(scene) }),
  'scheduled-maintenances/upcoming.json': (scene) => ({ scheduled_maintenances: maintenancesOf(scene, 'scheduled') }),
  'scheduled-maintenances/active.json': (scene) => ({ scheduled_maintenances: maintenancesOf(scene, 'in_progress') }),
}

/** Whatever is public may be read by the scripts of any other page. */
export const jsonHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'access-control-allow-origin': '*',
} as const

/** The public API of Statuspage, at its real paths: `/api/v2/summary.json` and its siblings. */
export function statuspageRoutes({ answers }: PageRouteDeps) {
  const routes = new Hono<PageAsked>()
  for (const [name, make] of Object.entries(documents)) {
    routes.get(`/api/v2/${name}`, (c) =>
      answers.give({ request: c.req.raw, found: c.get('found'), key: name }, (scene) => ({
        body: JSON.stringify({ page: pageOf(scene), ...make(scene) }),
        headers: jsonHeaders,
      })),
    )
  }
  return routes
}
