import { Hono } from 'hono'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import { addressOf } from '../page-reading.ts'
import { renderWidget, widgetHeaders } from '../render/widget.tsx'
import { jsonHeaders } from './statuspage-api.ts'

const widget = { width: 360, height: 96 } as const

/** The page within other pages: a small frame, and how a site that is given its address finds that (https://oembed.com). */
export function embeddingRoutes({ answers }: PageRouteDeps) {
  const routes = new Hono<PageAsked>()
  routes.get('/embed', (c) =>
    answers.give({ request: c.req.raw, found: c.get('found'), key: 'embed' }, (scene) => ({
      body: renderWidget(scene),
      headers: widgetHeaders,
    })),
  )
  routes.get('/oembed', (c) => {
    if ((c.req.query('format') ?? 'json') !== 'json') return c.text('there is JSON alone\n', 501)
    return answers.give({ request: c.req.raw, found: c.get('found'), key: 'oembed' }, (scene) => {
      const { title } = scene.kept.snapshot.page
      const address = addressOf(scene)
      const html = `<iframe src="${address}/embed" width="${widget.width}" height="${widget.height}" style="border:0" title="${quoted(title)}"></iframe>`
      const body = { version: '1.0', type: 'rich', provider_name: title, provider_url: address, title, ...widget, html }
      return { body: JSON.stringify(body), headers: jsonHeaders }
    })
  })
  routes.get('/robots.txt', (c) => {
    const { isListed } = c.get('found').kept.snapshot.page
    return c.text(`User-agent: *\n${isListed ? 'Allow' : 'Disallow'}: /\n`)
  })
  return routes
}

function quoted(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
