import { Hono } from 'hono'
import type { Made, Scene } from '../answers.ts'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import { calendarOf } from '../calendar.ts'
import { feedOf } from '../feeds.ts'

const typed = (body: string, type: string): Made => ({
  body,
  headers: { 'content-type': `${type}; charset=utf-8`, 'access-control-allow-origin': '*' },
})

const documents: Readonly<Record<string, (scene: Scene) => Made>> = {
  'history.rss': (scene) => typed(feedOf(scene, 'rss').rss2(), 'application/rss+xml'),
  'history.atom': (scene) => typed(feedOf(scene, 'atom').atom1(), 'application/atom+xml'),
  'feed.json': (scene) => typed(feedOf(scene, 'json').json1(), 'application/feed+json'),
  'maintenance.ics': (scene) => typed(calendarOf(scene), 'text/calendar'),
}

/** What readers and calendars subscribe to: RSS 2.0, Atom (RFC 4287), JSON Feed 1, iCalendar (RFC 5545). */
export function feedRoutes({ answers }: PageRouteDeps) {
  const routes = new Hono<PageAsked>()
  for (const [name, make] of Object.entries(documents)) {
    routes.get(`/${name}`, (c) => answers.give({ request: c.req.raw, found: c.get('found'), key: name }, make))
  }
  return routes
}
