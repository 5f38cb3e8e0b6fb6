import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { compress } from 'hono/compress'
import { cors } from 'hono/cors'
import type { ApiDeps } from './deps.ts'
import type { FrontDoor } from './front-door.ts'
import { jsonBodiesOnly } from './json-body.ts'
import { AppError, problemResponse, translateErrors } from './problems.ts'
import { checkNowRoutes } from './routes/check-now.ts'
import { firstApi } from './routes/first-api.ts'
import { monitorRoutes } from './routes/monitors.ts'
import { openApiRouter } from './routes/openapi.ts'
import { pauseRoutes } from './routes/pauses.ts'
import { regionRoutes } from './routes/regions.ts'
import { sessionRoutes } from './routes/session.ts'
import { tickRoutes } from './routes/ticks.ts'
import { requirePerson } from './sessions.ts'

const bodyLimitBytes = 1_048_576

/** Every route of the instance: the first API, the v1 API, and behind them the pages of the dashboard. */
export function createApp(deps: ApiDeps, frontDoor: FrontDoor): Hono {
  const app = new Hono()
  app.onError(
    translateErrors((err, c) => deps.log.error({ err, path: c.req.path, method: c.req.method }, 'request failed')),
  )
  for (const path of ['/api/*', '/users/*', '/website/*', '/test']) {
    app.use(path, cors({ origin: '*', allowHeaders: ['Authorization', 'Content-Type'], maxAge: 86_400 }))
    app.use(path, bodyLimit({ maxSize: bodyLimitBytes }))
  }
  app.use('/api/v1/*', compress())
  app.route('/', firstApi(deps))
  app.route('/api/v1', v1(deps))
  for (const path of ['/api/*', '/users/*', '/website/*', '/test']) {
    app.all(path, () => problemResponse(new AppError('not_found', 'there is no such route')))
  }
  app.all('*', (c) => frontDoor(c.req.raw))
  return app
}

function v1(deps: ApiDeps) {
  const routes = openApiRouter()
  routes.use(jsonBodiesOnly)
  for (const path of ['/session', '/regions', '/monitors', '/monitors/*']) routes.use(path, requirePerson(deps))
  routes.route('/', sessionRoutes())
  routes.route('/', monitorRoutes(deps))
  routes.route('/', pauseRoutes(deps))
  routes.route('/', checkNowRoutes(deps))
  routes.route('/', tickRoutes(deps))
  routes.route('/', regionRoutes(deps))
  routes.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'BetterUptime', version: '1' },
    servers: [{ url: '/api/v1' }],
  })
  return routes
}
