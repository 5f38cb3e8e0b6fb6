import { Hono } from 'hono'
import type { PageAsked, PageRouteDeps } from '../app.ts'

/** Changes of a page as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function eventRoutes({ hub }: PageRouteDeps) {
  const routes = new Hono<PageAsked>()
  routes.get('/events', (c) => {
    const { kept, base } = c.get('found')
    const stream = hub.listen({ kept, base, version: c.req.query('version'), signal: c.req.raw.signal })
    if (!stream) return c.text('too many listen at the moment\n', 503, { 'retry-after': '30' })
    return new Response(stream, { headers: eventHeaders })
  })
  return routes
}

const eventHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // Nobody between may gather them.
  'x-accel-buffering': 'no',
} as const
