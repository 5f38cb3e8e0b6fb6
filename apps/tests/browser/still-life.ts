import { channelPageSchema, webPushSchema } from '@repo/contracts/alert-channels'
import { coverageSchema } from '@repo/contracts/alerts'
import { expiriesSchema } from '@repo/contracts/expiries'
import { groupPageSchema } from '@repo/contracts/groups'
import { incidentCountsSchema, incidentPageSchema } from '@repo/contracts/incidents'
import { windowPageSchema } from '@repo/contracts/maintenance'
import { type Monitor, monitorPageSchema, regionsSchema } from '@repo/contracts/monitors'
import { sessionSchema } from '@repo/contracts/session'
import { slowdownsSchema } from '@repo/contracts/slowdowns'
import { systemSchema } from '@repo/contracts/system'
import { viewListSchema } from '@repo/contracts/views'
import { workspaceListSchema } from '@repo/contracts/workspaces'
import type { Page } from 'playwright-core'
import { detailAnswers } from './still-detail.ts'

/** The instant at which it stands still: Tuesday the 24th, 14:05 in UTC. */
export const stillMs = Date.UTC(2026, 10, 24, 14, 5, 0)
const ago = (seconds: number) => new Date(stillMs - seconds * 1_000).toISOString()
const inFuture = (seconds: number) => ago(-seconds)

type Status = Monitor['status']
const sites: readonly (readonly [name: string, status: Status, usualMs: number])[] = [
  ['payments', 'down', 120],
  ['warehouse', 'degraded', 840],
  ['partner feed', 'unknown', 300],
  ['staging', 'maintenance', 60],
  ['checkout', 'up', 62],
  ['docs', 'up', 9],
  ['images', 'up', 4],
  ['search', 'up', 45],
  ['shop', 'up', 31],
  ['sign-in', 'up', 22],
  ['old shop', 'paused', 80],
]
const causes: Partial<Record<Status, Monitor['cause']>> = {
  down: { code: 'TLS_EXPIRED', message: 'the certificate expired 12 days ago', region: 'eu-central' },
  degraded: { code: 'SLOW_RESPONSE', message: 'answered after 1.84 s, more than 1 s', region: 'us-east' },
  unknown: { code: 'SELF_OFFLINE', message: 'no region could look for 2 min', region: 'ap-south' },
}

/** Latencies that look like some, and are the same each time. */
function marks(usualMs: number, status: Status, seed: number): Monitor['recent'] {
  return Array.from({ length: 60 }, (_, index) => {
    const isLate = index > 52 && (status === 'down' || status === 'degraded' || status === 'unknown')
    const wave = 1 + 0.35 * Math.sin((index + seed) * 1.7) + ((index * 7 + seed * 13) % 11 === 0 ? 1.4 : 0)
    return {
      region: 'eu-central',
      scheduledAt: ago((59 - index) * 30 + 8),
      verdict: isLate ? (status as 'down' | 'degraded' | 'unknown') : ('up' as const),
      responseTimeMs: isLate && status !== 'degraded' ? null : Math.round(usualMs * wave * 100) / 100,
    }
  })
}

/** As they would follow from the marks; of what nobody could look at nothing is known. */
function figuresOf(status: Status, usualMs: number, index: number): Monitor['figures'] {
  if (status === 'unknown') return { uptimePercent24h: null, uptimePercent30d: null, p95Ms: null }
  const uptime = (days: number) =>
    status === 'down' ? 100 - 0.287 / days : index % 4 === 1 ? 99.95 + days / 1_000 : 100
  const rounded = (percent: number) => Math.floor(percent * 1_000) / 1_000
  return {
    uptimePercent24h: rounded(uptime(1)),
    uptimePercent30d: rounded(uptime(30)),
    p95Ms: Math.round(usualMs * 1.31 * 100) / 100,
  }
}

const monitors = sites.map(([name, status, usualMs], index) => {
  const recent = status === 'paused' ? [] : marks(usualMs, status, index)
  const host = `${name.replaceAll(' ', '-')}.example`
  return {
    id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    name,
    spec: {
      kind: 'http',
      url: `https://${host}/`,
      timeoutMs: 10_000,
      maxRedirects: 10,
      expectedStatus: [{ from: 200, to: 299 }],
    },
    intervalSeconds: 30,
    regions: ['ap-south', 'eu-central', 'us-east'],
    tags: index % 2 === 0 ? ['prod'] : [],
    policy: { quorum: { kind: 'majority' }, failures: null, recoveries: 2, degradedIsIncident: false },
    mutedRegions: [],
    version: 1,
    status,
    since: ago(index === 0 ? 247 : 86_400 * 3),
    cause: causes[status] ?? null,
    agreement: { failing: status === 'down' || status === 'degraded' ? 2 : 0, reporting: 3, configured: 3 },
    last: recent.at(-1) ?? null,
    recent,
    figures: figuresOf(status, usualMs, index),
    nextCheckAt: inFuture(22),
    createdAt: ago(86_400 * 40),
  }
})

const counts = { total: 11, up: 6, degraded: 1, down: 1, unknown: 1, maintenance: 1, paused: 1 }
const regionNames = ['ap-south', 'eu-central', 'us-east']

function incident(index: number, name: string, endedSecondsAgo: number | null, code: string) {
  const beganAt = ago(index === 0 ? 247 : 86_400 * index + 3_600)
  return {
    id: `10000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    monitor: { id: monitors[index % monitors.length]?.id ?? '', name },
    severity: index === 1 ? 'degraded' : 'down',
    beganAt,
    openedAt: beganAt,
    endedAt: endedSecondsAgo === null ? null : ago(endedSecondsAgo),
    resolution: endedSecondsAgo === null ? null : 'recovered',
    durationSeconds: 247,
    cause: { code, message: `what was seen was ${code}`, region: 'eu-central' },
    acknowledged: index === 1 ? { at: ago(120), by: { id: 'p', name: 'grace' } } : null,
    ...{ assignee: null, stormId: null, parentId: null, silentBecause: null, mergedInto: null, version: 1 },
  }
}

const open = [incident(0, 'payments', null, 'TLS_EXPIRED'), incident(1, 'warehouse', null, 'TTFB_TIMEOUT')]
const ended = [
  incident(2, 'shop', 86_400 * 2 + 1_800, 'UNEXPECTED_STATUS'),
  incident(3, 'search', 86_400 * 3 + 3_000, 'TCP_REFUSED'),
]

const system = {
  state: 'degraded',
  asOf: ago(3),
  checksPerSecond: 1.1,
  resultAgeSeconds: 4,
  regions: regionNames.map((name, index) => ({
    name,
    watched: true,
    consumers: index === 1 ? 2 : 1,
    consumersCounting: index === 0 ? 0 : index === 1 ? 2 : 1,
    checksPerSecond: 0.36,
    quarantined: false,
    pathOpen: index !== 0,
    resultAgeSeconds: index === 0 ? 141 : 4,
    coveragePercent: index === 0 ? 61.538 : 100,
  })),
  open: [
    {
      id: 's1',
      kind: 'region_offline',
      region: 'ap-south',
      beganAt: ago(130),
      endedAt: null,
      message: 'no known target answers there: what fails from there does not count',
      stopsAlerts: false,
      details: null,
    },
  ],
  ended: [],
  consumers: null,
}

const period = (hours: number) => ({ startsAt: inFuture(hours * 3_600), endsAt: inFuture(hours * 3_600 + 7_200) })
const times = { version: 1, createdAt: ago(86_400), updatedAt: ago(86_400) }
const windows = [
  {
    id: 'w1',
    name: 'Move of the staging database',
    schedule: { kind: 'once', startsAt: ago(1_800), endsAt: inFuture(5_400) },
    appliesTo: { kind: 'monitors', monitorIds: [monitors[3]?.id ?? ''] },
    state: 'now',
    next: { startsAt: ago(1_800), endsAt: inFuture(5_400) },
    announcement: null,
    ...times,
  },
  {
    id: 'w2',
    name: 'Updates',
    schedule: { kind: 'weekly', days: ['sun'], at: '02:00', durationMinutes: 120, timeZone: 'UTC' },
    appliesTo: { kind: 'all' },
    state: 'upcoming',
    next: period(108),
    announcement: null,
    ...times,
  },
]

const groups = [
  {
    id: 'g1',
    name: 'The shop',
    rule: { kind: 'all' },
    status: 'down',
    members: [0, 4, 8].map((index) => ({
      monitorId: monitors[index]?.id ?? '',
      name: monitors[index]?.name ?? '',
      weight: 1,
      status: monitors[index]?.status ?? 'up',
    })),
    outage: { id: 'o1', beganAt: ago(247) },
    ...times,
  },
]

const channels = [
  ['ada@shop.example', 'email', 0],
  ['On call', 'pagerduty', 0],
  ['#outages', 'slack', 3],
].map(([name, kind, failures], index) => ({
  id: `c${index}`,
  name,
  kind,
  userId: null,
  settings: kind === 'email' ? { kind, to: name } : { kind },
  paused: false,
  failures,
  failingSince: failures ? ago(2_400) : null,
  lastAcceptedAt: ago(10_800),
  ...times,
}))

function incidentsOf(isOpen: string | null) {
  if (isOpen === null) return [...open, ...ended]
  return isOpen === 'true' ? open : ended
}

const page = (items: readonly unknown[]) => ({ items, nextCursor: null })
/** An answer that does not fit its contract any more is no picture of the product. */
const answers: Record<string, (query: URLSearchParams) => unknown> = {
  session: () =>
    sessionSchema.parse({
      user: { id: 'p1', username: 'ada', isOperator: false },
      workspace: { id: 'ws1', name: 'Shop', role: 'owner' },
    }),
  workspaces: () =>
    workspaceListSchema.parse({ items: [{ id: 'ws1', name: 'Shop', role: 'owner', createdAt: ago(90 * 86_400) }] }),
  monitors: () => monitorPageSchema.parse({ ...page(monitors), counts }),
  regions: () =>
    regionsSchema.parse({
      items: regionNames.map((name) => ({ name, online: true, lastSeenAt: ago(1), consumers: [] })),
    }),
  'incidents/counts': () => incidentCountsSchema.parse({ open: 2, acknowledged: 1, resolved: 2 }),
  incidents: (query) => incidentPageSchema.parse(page(incidentsOf(query.get('open')))),
  system: () => systemSchema.parse(system),
  maintenance: () => windowPageSchema.parse(page(windows)),
  expiries: () =>
    expiriesSchema.parse(
      page([
        { monitor: { id: 'm1', name: 'payments' }, kind: 'certificate', expiresAt: ago(12 * 86_400) },
        { monitor: { id: 'm2', name: 'docs' }, kind: 'domain', expiresAt: inFuture(5 * 86_400 + 3_600) },
      ]),
    ),
  slowdowns: () =>
    slowdownsSchema.parse({ items: [{ monitor: { id: 'm4', name: 'search' }, p95Ms: 840, beforeMs: 210 }] }),
  groups: () => groupPageSchema.parse(page(groups)),
  channels: () => channelPageSchema.parse(page(channels)),
  deliveries: () => page([]),
  members: () => ({ items: [] }),
  'web-push': () => webPushSchema.parse({ publicKey: null }),
  'alert-policies': () => page([]),
  'alert-policies/coverage': () => coverageSchema.parse({ monitors: 10, uncovered: { count: 0, items: [] } }),
  schedules: () => page([]),
  views: () => viewListSchema.parse({ items: [] }),
  ...detailAnswers({ ago, monitor: monitors[0], incident: incident(0, 'payments', null, 'TLS_EXPIRED') }),
}

/** The addresses of the one monitor and the one incident of which everything is told. */
export const stillPaths = { monitor: `/monitors/${monitors[0]?.id}`, incident: `/incidents/${open[0]?.id}` }

/** Answers the page for the API, always the same, at an instant that does not pass. @returns what was asked in vain. */
export async function standStill(page: Page): Promise<readonly string[]> {
  const unanswered: string[] = []
  await page.clock.setFixedTime(stillMs)
  await page.route('**/api/v1/**', async (route) => {
    const { pathname, searchParams } = new URL(route.request().url())
    const answer = answers[pathname.slice('/api/v1/'.length)]
    if (!answer) unanswered.push(pathname)
    await route.fulfill(answer ? { json: answer(searchParams) } : { status: 404, json: {} })
  })
  await page.routeWebSocket(/\/api\/v1\/live/, (socket) => {
    socket.send(JSON.stringify({ type: 'hello', id: '0123456789ab-1', at: ago(0) }))
  })
  return unanswered
}
