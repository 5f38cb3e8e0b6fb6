import { Hono } from 'hono'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import { documentOf } from '../document.ts'
import { monthsOf } from '../history.ts'
import { renderHistory } from '../render/history-page.tsx'

/** `/history`: this month; `/history/2026-11`: one of those of which the page tells. */
export function historyRoutes({ answers }: PageRouteDeps): Hono<PageAsked> {
  return new Hono<PageAsked>({ strict: false }).get('/history/:month?', (c) => {
    const found = c.get('found')
    const months = monthsOf(found.kept.snapshot.page)
    const month = c.req.param('month') ?? months[0]
    if (month === undefined || !months.includes(month)) return c.notFound()
    return answers.give({ request: c.req.raw, found, key: `/history/${month}` }, (scene) =>
      documentOf(scene, (view) => renderHistory(view, month)),
    )
  })
}
