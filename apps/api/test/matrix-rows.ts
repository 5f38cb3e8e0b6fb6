import type { Role } from '@repo/domain/role'
import type { Access, Resource } from '@repo/domain/scope'

/** What a route asks for, written down a second time: the routes say it themselves, and the two must agree. */
export type Lowest = 'public' | 'person' | 'operator' | readonly [role: Role, resource: Resource, access: Access]

export interface MatrixRow {
  readonly lowest: Lowest
  /** What it answers to somebody who may. */
  readonly works: number
  /** What the id in its path is one of. */
  readonly of?:
    | 'monitor'
    | 'heartbeat'
    | 'session'
    | 'key'
    | 'member'
    | 'invitation'
    | 'window'
    | 'group'
    | 'incident'
    | 'policy'
    | 'channel'
    | 'schedule'
    | 'page'
  readonly body?: unknown
}

const noon = { kind: 'once', startsAt: '2026-06-01T12:00:00Z', endsAt: '2026-06-01T13:00:00Z' }
const window = { name: 'Upgrade', schedule: noon, appliesTo: { kind: 'all' } }
const spec = { kind: 'http', url: 'https://example.com/' }
/** Nobody of the workspace. */
const somebody = 'a5d7dd0b-94f7-4bb8-8c3f-8e3a1a9b3f01'
const layer = {
  people: [somebody],
  startsOn: '2026-06-01',
  turnDays: 7,
  handover: '09:00',
  timeZone: 'UTC',
  only: null,
}
const rule = {
  monitors: { kind: 'all' },
  topics: ['down'],
  steps: [{ afterSeconds: 0, targets: [{ kind: 'everyone' }] }],
  repeatEverySeconds: null,
  quiet: null,
  fallbackChannelIds: [],
}
const emptyPage = { title: 'Shop', sections: [] }
const read = (resource: Resource, role: Role = 'viewer') => [role, resource, 'read'] as const
const write = (resource: Resource, role: Role = 'member') => [role, resource, 'write'] as const

/** Every route of the instance. One that is not here fails the build. */
export const matrix: Readonly<Record<string, MatrixRow>> = {
  'GET /test': { lowest: 'public', works: 200 },
  'POST /users/signup': { lowest: 'public', works: 400 },
  'POST /users/signin': { lowest: 'public', works: 400 },
  'POST /website/create': { lowest: write('monitors'), works: 201, body: { url: 'https://example.com/' } },
  'GET /users/status/{websiteUrl}': { lowest: read('monitors'), works: 404 },
  'GET /heartbeat/{token}': { lowest: 'public', works: 404 },
  'POST /heartbeat/{token}': { lowest: 'public', works: 404 },
  'GET /heartbeat/{token}/{what}': { lowest: 'public', works: 404 },
  'POST /heartbeat/{token}/{what}': { lowest: 'public', works: 404 },
  'GET /ping/{token}': { lowest: 'public', works: 404 },
  'POST /ping/{token}': { lowest: 'public', works: 404 },
  'GET /ping/{token}/{what}': { lowest: 'public', works: 404 },
  'POST /ping/{token}/{what}': { lowest: 'public', works: 404 },
  'GET /api/push/{token}': { lowest: 'public', works: 404 },
  'POST /api/push/{token}': { lowest: 'public', works: 404 },
  'GET /unsubscribe': { lowest: 'public', works: 400 },
  'POST /unsubscribe': { lowest: 'public', works: 400 },
  'GET /api/digest/unsubscribe': { lowest: 'public', works: 404 },
  'POST /api/digest/unsubscribe': { lowest: 'public', works: 404 },
  'GET /api/docs': { lowest: 'public', works: 200 },
  'GET /api/docs/start.js': { lowest: 'public', works: 200 },
  'GET /api/docs/swagger-ui.css': { lowest: 'public', works: 200 },
  'GET /api/docs/swagger-ui-bundle.js': { lowest: 'public', works: 200 },
  'GET /api/v1/openapi.json': { lowest: 'public', works: 200 },

  'GET /api/v1/sign-in/methods': { lowest: 'public', works: 200 },
  'POST /api/v1/sign-up': { lowest: 'public', works: 400 },
  'POST /api/v1/sign-in': { lowest: 'public', works: 400 },
  'POST /api/v1/sign-in/second-factor': { lowest: 'public', works: 400 },
  'POST /api/v1/sign-in/passkey/options': { lowest: 'public', works: 200 },
  'POST /api/v1/sign-in/passkey': { lowest: 'public', works: 400 },
  'GET /api/v1/sign-in/oidc': { lowest: 'public', works: 302 },
  'GET /api/v1/sign-in/oidc/callback': { lowest: 'public', works: 302 },
  'POST /api/v1/password-resets': { lowest: 'public', works: 400 },
  'POST /api/v1/password-resets/redeem': { lowest: 'public', works: 400 },
  'POST /api/v1/invitations/look': { lowest: 'public', works: 400 },
  'POST /api/v1/alert-links/look': { lowest: 'public', works: 400 },
  'POST /api/v1/alert-links/use': { lowest: 'public', works: 400 },

  'GET /api/v1/session': { lowest: read('workspace'), works: 200 },
  'DELETE /api/v1/session': { lowest: 'person', works: 204 },
  'PUT /api/v1/session/workspace': { lowest: 'person', works: 400 },
  'GET /api/v1/sessions': { lowest: 'person', works: 200 },
  'DELETE /api/v1/sessions': { lowest: 'person', works: 204 },
  'DELETE /api/v1/sessions/{id}': { lowest: 'person', works: 204, of: 'session' },
  'GET /api/v1/account': { lowest: 'person', works: 200 },
  'PATCH /api/v1/account': { lowest: 'person', works: 200, body: { email: null } },
  'PUT /api/v1/account/password': { lowest: 'person', works: 400 },
  'POST /api/v1/account/second-factor': { lowest: 'person', works: 401, body: {} },
  'POST /api/v1/account/second-factor/confirm': { lowest: 'person', works: 401, body: { code: '000000' } },
  'POST /api/v1/account/second-factor/recovery-codes': { lowest: 'person', works: 401, body: {} },
  'DELETE /api/v1/account/second-factor': { lowest: 'person', works: 401, body: {} },
  'POST /api/v1/account/passkeys/options': { lowest: 'person', works: 401, body: {} },
  'POST /api/v1/account/passkeys': { lowest: 'person', works: 400 },
  'GET /api/v1/account/passkeys': { lowest: 'person', works: 200 },
  'DELETE /api/v1/account/passkeys/{id}': { lowest: 'person', works: 401, body: {} },
  'GET /api/v1/account/identities': { lowest: 'person', works: 200 },
  'POST /api/v1/account/identities': { lowest: 'person', works: 501, body: {} },
  'DELETE /api/v1/account/identities/{id}': { lowest: 'person', works: 401, body: {} },
  'POST /api/v1/invitations/accept': { lowest: 'person', works: 410, body: { token: 'x'.repeat(43) } },

  'GET /api/v1/digest': { lowest: 'person', works: 200 },
  'PATCH /api/v1/digest': { lowest: 'person', works: 200, body: { enabled: false } },
  'POST /api/v1/digest/test': { lowest: 'person', works: 501 },

  'GET /api/v1/views': { lowest: 'person', works: 200 },
  'POST /api/v1/views': { lowest: 'person', works: 201, body: { name: 'Mine', search: 'status=down' } },
  'PATCH /api/v1/views/{id}': { lowest: 'person', works: 404, body: { name: 'Yours' } },
  'DELETE /api/v1/views/{id}': { lowest: 'person', works: 404 },

  'GET /api/v1/workspaces': { lowest: 'person', works: 200 },
  'POST /api/v1/workspaces': { lowest: 'person', works: 201, body: { name: 'Further' } },
  'GET /api/v1/workspace': { lowest: read('workspace'), works: 200 },
  'PATCH /api/v1/workspace': { lowest: write('workspace', 'admin'), works: 200, body: { name: 'Renamed' } },
  'DELETE /api/v1/workspace': { lowest: write('workspace', 'owner'), works: 204 },
  'GET /api/v1/members': { lowest: read('members'), works: 200 },
  'PATCH /api/v1/members/{userId}': {
    lowest: write('members', 'admin'),
    works: 200,
    of: 'member',
    body: { role: 'viewer' },
  },
  // Whoever may write may leave; removing somebody else takes an admin, as the test of members says.
  'DELETE /api/v1/members/{userId}': { lowest: write('members', 'admin'), works: 204, of: 'member' },
  'GET /api/v1/invitations': { lowest: read('members', 'admin'), works: 200 },
  'POST /api/v1/invitations': { lowest: write('members', 'admin'), works: 201, body: { role: 'viewer' } },
  'DELETE /api/v1/invitations/{id}': { lowest: write('members', 'admin'), works: 204, of: 'invitation' },
  'GET /api/v1/keys': { lowest: read('keys', 'admin'), works: 200 },
  'POST /api/v1/keys': { lowest: write('keys', 'admin'), works: 201, body: { name: 'CI', scopes: ['keys:write'] } },
  'DELETE /api/v1/keys/{id}': { lowest: write('keys', 'admin'), works: 204, of: 'key' },
  'GET /api/v1/audit': { lowest: read('audit', 'admin'), works: 200 },

  'GET /api/v1/instance/workspaces': { lowest: 'operator', works: 200 },
  'PUT /api/v1/instance/workspaces/{id}/limits': {
    lowest: 'operator',
    works: 404,
    body: { monitors: 5, members: null, checksPerMinute: null, intervalFloorSeconds: null },
  },

  'GET /api/v1/monitors': { lowest: read('monitors'), works: 200 },
  'POST /api/v1/monitors': { lowest: write('monitors'), works: 201, body: { spec } },
  'GET /api/v1/monitors/{id}': { lowest: read('monitors'), works: 200, of: 'monitor' },
  'PATCH /api/v1/monitors/{id}': { lowest: write('monitors'), works: 200, of: 'monitor', body: { name: 'Mine' } },
  'DELETE /api/v1/monitors/{id}': { lowest: write('monitors'), works: 204, of: 'monitor' },
  'POST /api/v1/monitors/{id}/pause': { lowest: write('monitors'), works: 200, of: 'monitor' },
  'POST /api/v1/monitors/{id}/resume': { lowest: write('monitors'), works: 200, of: 'monitor' },
  'POST /api/v1/monitors/{id}/check': { lowest: write('monitors'), works: 202, of: 'monitor' },
  'GET /api/v1/monitors/{id}/ticks': { lowest: read('monitors'), works: 200, of: 'monitor' },
  'GET /api/v1/monitors/{id}/series': { lowest: read('monitors'), works: 200, of: 'monitor' },
  'GET /api/v1/monitors/{id}/uptime': { lowest: read('monitors'), works: 200, of: 'monitor' },
  'GET /api/v1/monitors/{id}/phases': { lowest: read('monitors'), works: 200, of: 'monitor' },
  'GET /api/v1/monitors/{id}/facts': { lowest: read('monitors'), works: 200, of: 'monitor' },
  'GET /api/v1/monitors/{id}/regions': { lowest: read('monitors'), works: 200, of: 'monitor' },
  'POST /api/v1/monitors/{id}/replay': {
    lowest: read('monitors'),
    works: 200,
    of: 'monitor',
    body: { from: '2026-06-01T12:00:00Z', to: '2026-06-01T13:00:00Z' },
  },
  'GET /api/v1/expiries': { lowest: read('monitors'), works: 200 },
  'GET /api/v1/slowdowns': { lowest: read('monitors'), works: 200 },
  'GET /api/v1/advisories': { lowest: read('monitors'), works: 200 },
  'GET /api/v1/monitors/{id}/outages': { lowest: read('monitors'), works: 200, of: 'monitor' },
  'POST /api/v1/monitors/{id}/clone': { lowest: write('monitors'), works: 201, of: 'monitor', body: {} },
  'GET /api/v1/monitors/{id}/heartbeat': { lowest: read('monitors'), works: 200, of: 'heartbeat' },
  'POST /api/v1/monitors/{id}/heartbeat/rotate': { lowest: write('monitors'), works: 200, of: 'heartbeat' },
  'GET /api/v1/monitors/{id}/heartbeat/pings': { lowest: read('monitors'), works: 200, of: 'heartbeat' },
  'GET /api/v1/monitors/{id}/heartbeat/pings/{n}/body': { lowest: read('monitors'), works: 404, of: 'heartbeat' },
  'POST /api/v1/monitors/bulk': {
    lowest: write('monitors'),
    works: 200,
    body: { action: 'create', monitors: [{ spec }] },
  },
  'POST /api/v1/monitors/alert-delay': { lowest: read('monitors'), works: 200, body: {} },
  'POST /api/v1/monitors/test': { lowest: write('monitors'), works: 200, body: { spec } },
  'GET /api/v1/incidents': { lowest: read('incidents'), works: 200 },
  'GET /api/v1/incidents/counts': { lowest: read('incidents'), works: 200 },
  'GET /api/v1/incidents/export': { lowest: read('incidents'), works: 200 },
  'GET /api/v1/incidents/{id}': { lowest: read('incidents'), works: 200, of: 'incident' },
  'GET /api/v1/incidents/{id}/timeline': { lowest: read('incidents'), works: 200, of: 'incident' },
  'POST /api/v1/incidents/{id}/acknowledge': { lowest: write('incidents'), works: 200, of: 'incident' },
  'DELETE /api/v1/incidents/{id}/acknowledge': { lowest: write('incidents'), works: 200, of: 'incident' },
  'PUT /api/v1/incidents/{id}/assignee': {
    lowest: write('incidents'),
    works: 200,
    of: 'incident',
    body: { userId: null },
  },
  'POST /api/v1/incidents/{id}/comments': {
    lowest: write('incidents'),
    works: 201,
    of: 'incident',
    body: { text: 'seen' },
  },
  'PUT /api/v1/incidents/{id}/postmortem': {
    lowest: write('incidents'),
    works: 200,
    of: 'incident',
    body: { text: 'why' },
  },
  'POST /api/v1/incidents/{id}/resolve': { lowest: write('incidents'), works: 200, of: 'incident' },
  'POST /api/v1/incidents/{id}/reopen': { lowest: write('incidents'), works: 200, of: 'incident' },
  'POST /api/v1/incidents/{id}/merge': {
    lowest: write('incidents'),
    works: 400,
    of: 'incident',
    body: { into: 'a5d7dd0b-94f7-4bb8-8c3f-8e3a1a9b3f01' },
  },
  'GET /api/v1/workspace/export': { lowest: read('workspace', 'admin'), works: 200 },
  'POST /api/v1/workspace/import': {
    lowest: write('workspace', 'admin'),
    works: 200,
    body: { format: 1, monitors: [{ spec }] },
  },
  'GET /api/v1/maintenance': { lowest: read('monitors'), works: 200 },
  'POST /api/v1/maintenance': { lowest: write('monitors'), works: 201, body: window },
  'POST /api/v1/maintenance/preview': { lowest: read('monitors'), works: 200, body: { schedule: noon } },
  'GET /api/v1/maintenance/{id}': { lowest: read('monitors'), works: 200, of: 'window' },
  'PATCH /api/v1/maintenance/{id}': { lowest: write('monitors'), works: 200, of: 'window', body: { name: 'Mine' } },
  'DELETE /api/v1/maintenance/{id}': { lowest: write('monitors'), works: 204, of: 'window' },
  'GET /api/v1/monitors/{id}/dependencies': { lowest: read('monitors'), works: 200, of: 'monitor' },
  'PUT /api/v1/monitors/{id}/dependencies': {
    lowest: write('monitors'),
    works: 200,
    of: 'monitor',
    body: { parentIds: [] },
  },
  'GET /api/v1/status-pages': { lowest: read('pages'), works: 200 },
  'POST /api/v1/status-pages': {
    lowest: write('pages'),
    works: 201,
    body: { content: emptyPage },
  },
  'GET /api/v1/status-pages/{id}': { lowest: read('pages'), works: 200, of: 'page' },
  'PATCH /api/v1/status-pages/{id}': { lowest: write('pages'), works: 200, of: 'page', body: { content: emptyPage } },
  'POST /api/v1/status-pages/{id}/publish': { lowest: write('pages'), works: 200, of: 'page' },
  'POST /api/v1/status-pages/{id}/withdraw': { lowest: write('pages'), works: 200, of: 'page' },
  'DELETE /api/v1/status-pages/{id}': { lowest: write('pages'), works: 204, of: 'page' },
  'POST /api/v1/status-pages/{id}/preview': {
    lowest: read('pages'),
    works: 200,
    of: 'page',
    body: { content: emptyPage },
  },
  'POST /api/v1/status-pages/{id}/preview/signed': {
    lowest: read('pages'),
    works: 200,
    of: 'page',
    body: { content: emptyPage },
  },
  'GET /api/v1/status-pages/{id}/changes': { lowest: read('pages'), works: 200, of: 'page' },
  'GET /api/v1/status-pages/{id}/incidents': { lowest: read('pages'), works: 200, of: 'page' },
  'POST /api/v1/status-pages/{id}/incidents': {
    lowest: write('pages'),
    works: 201,
    of: 'page',
    body: { title: 'Slow', body: 'We look into it.' },
  },
  'POST /api/v1/status-pages/{id}/incidents/from/{incidentId}': { lowest: write('pages'), works: 404, of: 'page' },
  'GET /api/v1/status-pages/{id}/incidents/{incidentId}': { lowest: read('pages'), works: 404, of: 'page' },
  'PATCH /api/v1/status-pages/{id}/incidents/{incidentId}': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
    body: { title: 'Slower' },
  },
  'POST /api/v1/status-pages/{id}/incidents/{incidentId}/publish': { lowest: write('pages'), works: 404, of: 'page' },
  'DELETE /api/v1/status-pages/{id}/incidents/{incidentId}': { lowest: write('pages'), works: 404, of: 'page' },
  'POST /api/v1/status-pages/{id}/incidents/{incidentId}/updates': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
    body: { phase: 'identified', body: 'We found it.' },
  },
  'PATCH /api/v1/status-pages/{id}/incidents/{incidentId}/updates/{updateId}': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
    body: { body: 'We found it, we think.' },
  },
  'POST /api/v1/status-pages/{id}/incidents/{incidentId}/updates/{updateId}/publish': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
  },
  'DELETE /api/v1/status-pages/{id}/incidents/{incidentId}/updates/{updateId}': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
  },
  'GET /api/v1/status-pages/{id}/announcements': { lowest: read('pages'), works: 200, of: 'page' },
  'POST /api/v1/status-pages/{id}/announcements': {
    lowest: write('pages'),
    works: 201,
    of: 'page',
    body: { title: 'Moving', body: 'Soon.' },
  },
  'PUT /api/v1/status-pages/{id}/announcements/{announcementId}': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
    body: { title: 'Moving', body: 'Now.' },
  },
  'DELETE /api/v1/status-pages/{id}/announcements/{announcementId}': { lowest: write('pages'), works: 404, of: 'page' },
  'GET /api/v1/status-pages/{id}/components': { lowest: read('pages'), works: 200, of: 'page' },
  'PUT /api/v1/status-pages/{id}/components/{componentId}/state': {
    lowest: write('pages'),
    works: 404,
    of: 'page',
    body: { state: 'operational' },
  },
  'PUT /api/v1/status-pages/{id}/password': {
    lowest: write('pages'),
    works: 200,
    of: 'page',
    body: { password: 'correct horse battery' },
  },
  'DELETE /api/v1/status-pages/{id}/password': { lowest: write('pages'), works: 200, of: 'page' },
  'GET /api/v1/status-pages/{id}/logo': { lowest: read('pages'), works: 404, of: 'page' },
  // Nothing is sent, which is no image.
  'PUT /api/v1/status-pages/{id}/logo': { lowest: write('pages'), works: 415, of: 'page' },
  'DELETE /api/v1/status-pages/{id}/logo': { lowest: write('pages'), works: 200, of: 'page' },
  'PUT /api/v1/status-pages/{id}/domain': {
    lowest: write('pages'),
    works: 200,
    of: 'page',
    body: { domain: 'status.example.org' },
  },
  'POST /api/v1/status-pages/{id}/domain/check': { lowest: write('pages'), works: 404, of: 'page' },
  'DELETE /api/v1/status-pages/{id}/domain': { lowest: write('pages'), works: 200, of: 'page' },
  'GET /api/v1/status-pages/{id}/subscribers': { lowest: read('pages', 'member'), works: 200, of: 'page' },
  // No mail is sent here.
  'POST /api/v1/status-pages/{id}/subscribers': {
    lowest: write('pages'),
    works: 501,
    of: 'page',
    body: { email: 'ada@example.com' },
  },
  'GET /api/v1/status-pages/{id}/subscribers/export': { lowest: read('pages', 'member'), works: 200, of: 'page' },
  'DELETE /api/v1/status-pages/{id}/subscribers/{subscriberId}': { lowest: write('pages'), works: 404, of: 'page' },
  'GET /api/v1/groups': { lowest: read('monitors'), works: 200 },
  'POST /api/v1/groups': {
    lowest: write('monitors'),
    works: 201,
    body: { name: 'Shop', rule: { kind: 'all' }, members: [] },
  },
  'GET /api/v1/groups/{id}': { lowest: read('monitors'), works: 200, of: 'group' },
  'GET /api/v1/groups/{id}/outages': { lowest: read('monitors'), works: 200, of: 'group' },
  'PATCH /api/v1/groups/{id}': { lowest: write('monitors'), works: 200, of: 'group', body: { name: 'Mine' } },
  'DELETE /api/v1/groups/{id}': { lowest: write('monitors'), works: 204, of: 'group' },
  'GET /api/v1/web-push': { lowest: read('monitors'), works: 200 },
  'GET /api/v1/channels': { lowest: read('monitors'), works: 200 },
  'POST /api/v1/channels': {
    lowest: write('monitors'),
    works: 201,
    body: { name: 'ops', kind: 'webhook', settings: { url: 'https://hooks.example/' } },
  },
  'GET /api/v1/channels/{id}': { lowest: read('monitors'), works: 200, of: 'channel' },
  'GET /api/v1/channels/{id}/uses': { lowest: read('monitors'), works: 200, of: 'channel' },
  'PATCH /api/v1/channels/{id}': { lowest: write('monitors'), works: 200, of: 'channel', body: { name: 'Mine' } },
  'DELETE /api/v1/channels/{id}': { lowest: write('monitors'), works: 204, of: 'channel' },
  // What is sealed for nobody cannot be opened: nothing is sent.
  'POST /api/v1/channels/{id}/test': { lowest: write('monitors'), works: 400, of: 'channel' },
  'GET /api/v1/alert-policies': { lowest: read('monitors'), works: 200 },
  'POST /api/v1/alert-policies': { lowest: write('monitors'), works: 201, body: { name: 'Everything', rule } },
  'POST /api/v1/alert-policies/simulate': {
    lowest: read('monitors'),
    works: 400,
    body: { monitorId: 'a5d7dd0b-94f7-4bb8-8c3f-8e3a1a9b3f01', at: '2026-06-01T03:00:00Z' },
  },
  'GET /api/v1/alert-policies/coverage': { lowest: read('monitors'), works: 200 },
  'GET /api/v1/alert-policies/{id}': { lowest: read('monitors'), works: 200, of: 'policy' },
  'PATCH /api/v1/alert-policies/{id}': { lowest: write('monitors'), works: 200, of: 'policy', body: { name: 'Mine' } },
  'DELETE /api/v1/alert-policies/{id}': { lowest: write('monitors'), works: 204, of: 'policy' },
  'GET /api/v1/schedules': { lowest: read('monitors'), works: 200 },
  'POST /api/v1/schedules': { lowest: write('monitors'), works: 400, body: { name: 'Rota', layers: [layer] } },
  'GET /api/v1/schedules/{id}': { lowest: read('monitors'), works: 200, of: 'schedule' },
  'PATCH /api/v1/schedules/{id}': { lowest: write('monitors'), works: 200, of: 'schedule', body: { name: 'Mine' } },
  'DELETE /api/v1/schedules/{id}': { lowest: write('monitors'), works: 204, of: 'schedule' },
  'GET /api/v1/schedules/{id}/shifts': { lowest: read('monitors'), works: 200, of: 'schedule' },
  'GET /api/v1/schedules/{id}/ical': { lowest: read('monitors'), works: 200, of: 'schedule' },
  'POST /api/v1/schedules/{id}/overrides': {
    lowest: write('monitors'),
    works: 400,
    of: 'schedule',
    body: { userId: somebody, from: '2026-06-01T12:00:00Z', to: '2026-06-01T13:00:00Z' },
  },
  'DELETE /api/v1/schedules/{id}/overrides/{overrideId}': { lowest: write('monitors'), works: 404, of: 'schedule' },
  'GET /api/v1/deliveries': { lowest: read('incidents'), works: 200 },
  'GET /api/v1/regions': { lowest: read('monitors'), works: 200 },
  'GET /api/v1/system': { lowest: 'person', works: 200 },
}
