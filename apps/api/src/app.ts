import { type Connection, createCallers } from '@repo/service/caller'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { answerHeaders } from './access/answer-headers.ts'
import { wholeBodies } from './access/bodies.ts'
import { compressedAnswers } from './access/compression.ts'
import type { Asked } from './access/guard.ts'
import { createHostList } from './access/hosts.ts'
import { refuseForeignOrigin } from './access/origin.ts'
import type { ApiDeps } from './deps.ts'
import { describeApi } from './describe-api.ts'
import type { FrontDoor, StatusDoor } from './front-door.ts'
import { jsonBodiesOnly } from './json-body.ts'
import { createMethodList } from './methods.ts'
import { AppError, problemResponse, translateErrors } from './problems.ts'
import { accountRoutes } from './routes/account.ts'
import { alertDelayRoutes } from './routes/alert-delay.ts'
import { alertLinkRoutes, unsubscribeRoutes } from './routes/alert-links.ts'
import { alertPolicyRoutes } from './routes/alert-policies.ts'
import { auditRoutes } from './routes/audit.ts'
import { bulkRoutes } from './routes/bulk.ts'
import { channelRoutes } from './routes/channels.ts'
import { checkNowRoutes } from './routes/check-now.ts'
import { deletedWorkspaceRoutes } from './routes/deleted-workspaces.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { dependencyRoutes } from './routes/dependencies.ts'
import { digestRoutes } from './routes/digest.ts'
import { digestUnsubscribeRoutes } from './routes/digest-unsubscribe.ts'
import { expiryRoutes } from './routes/expiries.ts'
import { factRoutes } from './routes/facts.ts'
import { firstApi } from './routes/first-api.ts'
import { groupRoutes } from './routes/groups.ts'
import { heartbeatRoutes } from './routes/heartbeats.ts'
import { identityRoutes } from './routes/identities.ts'
import { incidentDeedRoutes } from './routes/incident-deeds.ts'
import { incidentEndRoutes } from './routes/incident-ends.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { instanceRoutes } from './routes/instance.ts'
import { invitationRoutes } from './routes/invitations.ts'
import { keyRoutes } from './routes/keys.ts'
import { maintenanceRoutes } from './routes/maintenance.ts'
import { memberRoutes } from './routes/members.ts'
import { monitorRoutes } from './routes/monitors.ts'
import { oidcRoutes } from './routes/oidc.ts'
import { openApiRouter } from './routes/openapi.ts'
import { outageRoutes } from './routes/outages.ts'
import { pageAnnouncementRoutes } from './routes/page-announcements.ts'
import { pageAssetRoutes } from './routes/page-assets.ts'
import { pageComponentRoutes } from './routes/page-components.ts'
import { pageDomainRoutes } from './routes/page-domain.ts'
import { pageDraftRoutes } from './routes/page-drafts.ts'
import { pageIncidentRoutes } from './routes/page-incidents.ts'
import { pageSubscriberRoutes } from './routes/page-subscribers.ts'
import { pageUpdateRoutes } from './routes/page-updates.ts'
import { passkeyRoutes } from './routes/passkeys.ts'
import { passwordResetRoutes } from './routes/password-resets.ts'
import { pauseRoutes } from './routes/pauses.ts'
import { pingRoutes, withoutToken } from './routes/pings.ts'
import { referenceRoutes } from './routes/reference.ts'
import { regionViewRoutes } from './routes/region-views.ts'
import { regionRoutes } from './routes/regions.ts'
import { replayRoutes } from './routes/replay.ts'
import { scheduleRoutes } from './routes/schedules.ts'
import { secondFactorRoutes } from './routes/second-factor.ts'
import { sessionRoutes } from './routes/session.ts'
import { shiftRoutes } from './routes/shifts.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { slowdownRoutes } from './routes/slowdowns.ts'
import { statusPageRoutes } from './routes/status-pages.ts'
import { systemRoutes } from './routes/system.ts'
import { testRunRoutes } from './routes/test-run.ts'
import { tickRoutes } from './routes/ticks.ts'
import { transferRoutes } from './routes/transfer.ts'
import { uptimeRoutes } from './routes/uptime.ts'
import { viewRoutes } from './routes/views.ts'
import { webPushRoutes } from './routes/web-push.ts'
import { workspaceRoutes } from './routes/workspace.ts'

const bodyLimitBytes = 1_048_576
/** The preview of the largest status page. */
const statusBodyBytes = 2_097_152
const paths = ['/api/*', '/users/*', '/website/*', '/test', '/heartbeat/*', '/ping/*', '/unsubscribe']

/** Whoever answers what is not the API's. */
export interface Doors {
  readonly frontDoor: FrontDoor
  readonly statusDoor?: StatusDoor | undefined
}

/** Every route of the instance: the first API, the v1 API, and behind them the pages of the dashboard. */
export function createApp(deps: ApiDeps, { frontDoor, statusDoor }: Doors) {
  const app = new Hono<Asked & { Bindings: Connection }>()
  const callerOf = createCallers(deps)
  const isOurName = createHostList(deps.hosts)
  app.onError(
    translateErrors((err, c) =>
      deps.log.error(
        { err, path: withoutToken(c.req.path), method: c.req.method, requestId: c.get('caller')?.requestId },
        'request failed',
      ),
    ),
  )
  app.use(async (c, next) => {
    c.set('caller', callerOf(c.req.raw.headers, c.env ?? {}))
    if (!isOurName(c.req.raw.headers.get('host')))
      throw new AppError('unknown_host', 'set PUBLIC_URL or ALLOWED_HOSTS to the name by which it is reached')
    await next()
  })
  for (const path of paths) {
    app.use(path, answerHeaders)
    app.use(path, cors({ origin: '*', allowHeaders, exposeHeaders, maxAge: 86_400 }))
    app.use(path, wholeBodies({ maxBytes: bodyLimitBytes }))
  }
  app.use('/api/v1/*', compressedAnswers)
  const routes = v1(deps)
  app.route('/', pingRoutes(deps))
  app.route('/', unsubscribeRoutes(deps))
  app.route('/', digestUnsubscribeRoutes(deps))
  app.route('/', firstApi(deps))
  app.route('/api/v1', routes)
  app.route('/', referenceRoutes())
  const methodsOf = createMethodList(app.routes)
  for (const path of paths) {
    app.all(path, (c) => problemResponse(missing(methodsOf(c.req.path))))
  }
  app.use('/status/*', wholeBodies({ maxBytes: statusBodyBytes }))
  if (statusDoor) app.all('/status/*', (c) => statusDoor(c.req.raw, c.get('caller')))
  app.all('*', (c) => frontDoor(c.req.raw))
  return app
}

const allowHeaders = ['Authorization', 'Content-Type', 'If-Match', 'If-None-Match', 'Idempotency-Key', 'X-Workspace-Id']
const exposeHeaders = [
  'ETag',
  'Live-Position',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
]

function missing(methods: readonly string[]): AppError {
  if (methods.length === 0) return new AppError('not_found', 'there is no such route')
  const allow = methods.join(', ')
  return new AppError('method_not_allowed', `it takes ${allow}`, { headers: { allow } })
}

function v1(deps: ApiDeps) {
  const routes = openApiRouter()
  // A token is sent on purpose; a cookie is sent by the browser, whoever asks for it, and signing somebody in needs not even that.
  routes.use(async (c, next) => {
    if (c.req.header('authorization') === undefined) refuseForeignOrigin(c.req.raw)
    await next()
  })
  routes.use(jsonBodiesOnly)
  for (const part of [
    signInRoutes,
    passwordResetRoutes,
    passkeyRoutes,
    oidcRoutes,
    identityRoutes,
    sessionRoutes,
    accountRoutes,
    secondFactorRoutes,
    workspaceRoutes,
    deletedWorkspaceRoutes,
    memberRoutes,
    invitationRoutes,
    keyRoutes,
    auditRoutes,
    instanceRoutes,
    monitorRoutes,
    bulkRoutes,
    testRunRoutes,
    alertDelayRoutes,
    pauseRoutes,
    checkNowRoutes,
    heartbeatRoutes,
    tickRoutes,
    factRoutes,
    uptimeRoutes,
    outageRoutes,
    incidentRoutes,
    incidentDeedRoutes,
    incidentEndRoutes,
    maintenanceRoutes,
    dependencyRoutes,
    groupRoutes,
    channelRoutes,
    webPushRoutes,
    alertPolicyRoutes,
    scheduleRoutes,
    shiftRoutes,
    deliveryRoutes,
    digestRoutes,
    viewRoutes,
    alertLinkRoutes,
    transferRoutes,
    regionRoutes,
    regionViewRoutes,
    expiryRoutes,
    slowdownRoutes,
    statusPageRoutes,
    pageIncidentRoutes,
    pageUpdateRoutes,
    pageAnnouncementRoutes,
    pageComponentRoutes,
    pageAssetRoutes,
    pageDomainRoutes,
    pageDraftRoutes,
    pageSubscriberRoutes,
    replayRoutes,
    systemRoutes,
  ]) {
    routes.route('/', part(deps))
  }
  routes.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' })
  routes.openAPIRegistry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: 'betteruptime_session',
  })
  let document: string | undefined
  routes.get('/openapi.json', (c) => {
    // To describe all of it takes as long as the rest of a start, and most instances are never asked.
    document ??= JSON.stringify(describeApi(routes))
    return c.body(document, 200, { 'content-type': 'application/json' })
  })
  return routes
}
