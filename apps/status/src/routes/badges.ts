import type { PublicPage, PublicPart } from '@repo/contracts/public-page'
import { type Context, Hono } from 'hono'
import type { Answers, Made } from '../answers.ts'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import {
  type Badge,
  type BadgeQuery,
  badgeQuerySchema,
  certificateBadge,
  drawBadge,
  latencyBadge,
  pageBadge,
  shieldsOf,
  stateBadge,
  styled,
  uptimeBadge,
} from '../badges.ts'
import { componentsOf } from '../page-reading.ts'
import { jsonHeaders } from './statuspage-api.ts'

type Drawer = (part: PublicPart, query: BadgeQuery) => Badge

const HOURS_A_DAY = 24
const SHOWN_DAYS = 90

/** Our own badges, shields.io's endpoint, and the addresses of Uptime Kuma and Gatus, of which there are many in READMEs. */
export function badgeRoutes({ answers }: PageRouteDeps) {
  const routes = new Hono<PageAsked>()
  const give = createGiver(answers)
  routes.get('/badge.svg', (c) => give(c, { draw: pageBadge }))
  routes.get('/badge.json', (c) => give(c, { draw: pageBadge, isJson: true }))
  for (const [kind, isJson] of [
    ['svg', false],
    ['json', true],
  ] as const) {
    routes.get(`/badges/:component/status.${kind}`, (c) => give(c, { of: byId(c), draw: stateBadge, isJson }))
    routes.get(`/badges/:component/uptime.${kind}`, (c) =>
      give(c, { of: byId(c), draw: uptimeOver(c.req.query('days') ?? '90'), isJson }),
    )
    routes.get(`/badges/:component/response.${kind}`, (c) => give(c, { of: byId(c), draw: latencyOver('24'), isJson }))
  }
  kumaRoutes(routes, give)
  gatusRoutes(routes, give)
  return routes
}

interface Wanted {
  /** The component that it is of; of the page itself without it. */
  readonly of?: (page: PublicPage) => PublicPart | undefined
  readonly draw: ((part: PublicPart & PublicPage, query: BadgeQuery) => Badge) | undefined
  readonly isJson?: boolean
}

type Give = (c: Context<PageAsked>, wanted: Wanted) => Response | Promise<Response>

function createGiver(answers: Answers): Give {
  return (c, { of, draw, isJson = false }) => {
    const found = c.get('found')
    const { page } = found.kept.snapshot
    const subject = of ? of(page) : page
    const query = badgeQuerySchema.safeParse(c.req.query())
    if (!subject || !draw || !query.success) return c.notFound()
    const badge = styled(draw(subject as PublicPart & PublicPage, query.data), query.data)
    const make = (): Made =>
      isJson
        ? { body: JSON.stringify(shieldsOf(badge)), headers: jsonHeaders }
        : { body: drawBadge(badge, query.data), headers: svgHeaders }
    // By all that stands on it: any query may be asked for, and most of them change nothing.
    return answers.give(
      { request: c.req.raw, found, key: JSON.stringify([isJson, badge, query.data.style, query.data.labelColor]) },
      make,
    )
  }
}

/** An image that is opened by itself runs nothing. */
const svgHeaders = {
  'content-type': 'image/svg+xml; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'access-control-allow-origin': '*',
} as const

const byId = (c: Context<PageAsked>) => (page: PublicPage) =>
  componentsOf(page).find(({ id }) => id === c.req.param('component'))

/** @returns undefined for what is no number of days from 1 to 90. */
function uptimeOver(days: string): Drawer | undefined {
  const count = /^\d{1,2}$/.test(days) ? Number(days) : 0
  return count >= 1 && count <= SHOWN_DAYS ? (part) => uptimeBadge(part, count) : undefined
}

function latencyOver(hours: string): Drawer | undefined {
  const count = /^\d{1,4}$/.test(hours) ? Number(hours) : 0
  return count >= 1 ? (part) => latencyBadge(part, Math.min(count, HOURS_A_DAY)) : undefined
}

const hoursOfUnit: Readonly<Record<string, number>> = { m: 1 / 60, h: 1, d: HOURS_A_DAY, y: 365 * HOURS_A_DAY }

/** `24`, `24h`, `30d` or `1y`: a duration as Uptime Kuma takes it, in hours, and of no more than a page tells of. */
function hoursOf(duration = '24'): number {
  const [, count = '0', unit = ''] = /^(\d{1,4})([mhdy]?)$/.exec(duration) ?? []
  return Math.min(Math.ceil(Number(count) * (hoursOfUnit[unit] ?? 1)), SHOWN_DAYS * HOURS_A_DAY)
}

const daysIn = (hours: number) => String(Math.ceil(hours / HOURS_A_DAY))

/**
 * `/api/status-page/:slug/badge`, `/api/badge/:id/status`, `/uptime/:duration`, `/ping/:duration`, `/avg-response/:duration`,
 * `/response`, `/cert-exp` (https://github.com/louislam/uptime-kuma/wiki/Badge)
 */
function kumaRoutes(routes: Hono<PageAsked>, give: Give): void {
  routes.get('/api/status-page/:slug/badge', (c) => give(c, { draw: pageBadge }))
  const base = '/api/badge/:component'
  routes.get(`${base}/status`, (c) => give(c, { of: byId(c), draw: stateBadge }))
  routes.get(`${base}/cert-exp`, (c) => give(c, { of: byId(c), draw: certificateBadge }))
  for (const path of [`${base}/uptime`, `${base}/uptime/:duration`])
    routes.get(path, (c) => give(c, { of: byId(c), draw: uptimeOver(daysIn(hoursOf(c.req.param('duration')))) }))
  for (const kind of ['ping', 'avg-response', 'response'])
    for (const path of [`${base}/${kind}`, `${base}/${kind}/:duration`])
      routes.get(path, (c) => give(c, { of: byId(c), draw: latencyOver(String(hoursOf(c.req.param('duration')))) }))
}

const gatusHours: Readonly<Record<string, number>> = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 }

/** `/api/v1/endpoints/{group_name}/health/badge.svg` and its siblings; the group is the section. */
function gatusRoutes(routes: Hono<PageAsked>, give: Give): void {
  const base = '/api/v1/endpoints/:key'
  const byKey = (c: Context<PageAsked>) => (page: PublicPage) => partOfKey(page, c.req.param('key') ?? '')
  routes.get(`${base}/health/badge.svg`, (c) => give(c, { of: byKey(c), draw: stateBadge }))
  routes.get(`${base}/health/badge.shields`, (c) => give(c, { of: byKey(c), draw: stateBadge, isJson: true }))
  for (const [duration, hours] of Object.entries(gatusHours)) {
    const [uptime, latency] = [uptimeOver(daysIn(hours)), latencyOver(String(hours))]
    routes.get(`${base}/uptimes/${duration}/badge.svg`, (c) => give(c, { of: byKey(c), draw: uptime }))
    routes.get(`${base}/response-times/${duration}/badge.svg`, (c) => give(c, { of: byKey(c), draw: latency }))
  }
}

function partOfKey({ sections }: PublicPage, key: string): PublicPart | undefined {
  for (const { name, components } of sections) {
    const found = components.flatMap((one) => [one, ...one.parts]).find((part) => keyOf(name, part.name) === key)
    if (found) return found
  }
  return undefined
}

/** As Gatus makes a key of a group and a name. */
function keyOf(group: string, name: string): string {
  return `${sanitized(group)}_${sanitized(name)}`
}

function sanitized(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[/_,.#+& ]/g, '-')
}
