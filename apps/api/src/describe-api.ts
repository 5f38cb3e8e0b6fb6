import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Asked } from './access/guard.ts'

const info = {
  title: 'BetterUptime',
  version: '1',
  description:
    'Times are ISO 8601 in UTC; durations carry their unit in their name. Errors are problem details (RFC 9457) with a stable `code`. Pages go on with `nextCursor` until it is null.',
}

/** What each part of the API is called in its reference, by the first word of its paths. */
const parts: Readonly<Record<string, string>> = {
  'sign-up': 'Signing in',
  'sign-in': 'Signing in',
  'password-resets': 'Signing in',
  session: 'Sessions',
  sessions: 'Sessions',
  account: 'Account',
  workspaces: 'Workspaces',
  workspace: 'Workspaces',
  members: 'People',
  invitations: 'People',
  keys: 'API keys',
  audit: 'Audit log',
  monitors: 'Monitors',
  expiries: 'Monitors',
  slowdowns: 'Monitors',
  incidents: 'Incidents',
  maintenance: 'Monitors',
  groups: 'Monitors',
  views: 'Monitors',
  'status-pages': 'Status pages',
  channels: 'Alerts',
  'alert-policies': 'Alerts',
  schedules: 'Alerts',
  deliveries: 'Alerts',
  digest: 'Alerts',
  'alert-links': 'Alerts',
  'web-push': 'Alerts',
  advisories: 'Regions',
  regions: 'Regions',
  instance: 'Instance',
  system: 'Instance',
}

/** The OpenAPI 3.1 document, each route under the heading of its part. @throws Error for a part without one. */
export function describeApi(routes: OpenAPIHono<Asked>) {
  const document = routes.getOpenAPI31Document({ openapi: '3.1.0', info, servers: [{ url: '/api/v1' }] })
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    const part = parts[path.split('/')[1] ?? '']
    if (!part) throw new Error(`the part of ${path} has no heading in describe-api.ts`)
    for (const route of Object.values(methods ?? {})) Object.assign(route as object, { tags: [part] })
  }
  return { ...document, tags: [...new Set(Object.values(parts))].map((name) => ({ name })) }
}
