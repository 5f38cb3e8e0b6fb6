import { accountSchema, identityListSchema, passkeyListSchema } from '@repo/contracts/accounts'
import { digestSchema } from '@repo/contracts/digest'
import { factsSchema } from '@repo/contracts/facts'
import { incidentDetailSchema, incidentPageSchema, timelineSchema } from '@repo/contracts/incidents'
import { monitorSchema } from '@repo/contracts/monitors'
import { outagePageSchema } from '@repo/contracts/outages'
import { regionViewsSchema } from '@repo/contracts/region-views'
import { phaseSeriesSchema, seriesSchema, tickPageSchema } from '@repo/contracts/ticks'
import { uptimeSchema } from '@repo/contracts/uptime'
import { workspaceDetailSchema } from '@repo/contracts/workspaces'

/** What the pages of one monitor, one incident and one account are told, always the same. */

const HOUR_S = 3_600
const DAY_S = 86_400
const regions = ['ap-south', 'eu-central', 'us-east'] as const
const expired = 'the certificate expired 12 days ago'

interface Still {
  /** Times before the instant at which it stands still, ISO 8601. */
  ago(seconds: number): string
  readonly monitor: unknown
  readonly incident: { readonly id: string; readonly monitor: { readonly id: string; readonly name: string } }
}

type Answers = Record<string, (query: URLSearchParams) => unknown>

export function detailAnswers({ ago, monitor, incident }: Still): Answers {
  const monitorPath = `monitors/${incident.monitor.id}`
  const incidentPath = `incidents/${incident.id}`
  const entries = timelineOf(ago)
  return {
    [monitorPath]: () => monitorSchema.parse(monitor),
    [`${monitorPath}/series`]: (query) => seriesSchema.parse(seriesOf(ago, query)),
    [`${monitorPath}/phases`]: () => phaseSeriesSchema.parse(phasesOf(ago)),
    [`${monitorPath}/uptime`]: () => uptimeSchema.parse(uptimeOf(ago)),
    [`${monitorPath}/outages`]: () =>
      outagePageSchema.parse({ items: [outageOf(ago, incident.monitor)], nextCursor: null }),
    [`${monitorPath}/ticks`]: () => tickPageSchema.parse({ items: ticksOf(ago), nextCursor: null }),
    [`${monitorPath}/facts`]: () => factsSchema.parse({ items: factsOf(ago) }),
    [`${monitorPath}/regions`]: () => regionViewsSchema.parse({ items: viewsOf(ago) }),
    [`${monitorPath}/dependencies`]: () => ({ parents: [], children: [] }),
    [incidentPath]: () =>
      incidentDetailSchema.parse({ ...incident, postmortem: null, timeline: { items: entries, nextCursor: null } }),
    [`${incidentPath}/timeline`]: () => timelineSchema.parse({ items: entries, nextCursor: null }),
    [`${incidentPath}/similar`]: () => incidentPageSchema.parse({ items: [], nextCursor: null }),
    account: () =>
      accountSchema.parse({
        ...{ id: 'p1', username: 'ada', email: 'ada@shop.example', isOperator: false, hasPassword: true },
        ...{ secondFactor: { enabled: true, recoveryCodesLeft: 8 }, createdAt: ago(40 * DAY_S) },
      }),
    'account/passkeys': () =>
      passkeyListSchema.parse({
        items: [{ id: 'k1', name: 'Laptop', createdAt: ago(30 * DAY_S), lastUsedAt: ago(2 * HOUR_S) }],
      }),
    'account/identities': () => identityListSchema.parse({ items: [] }),
    digest: () =>
      digestSchema.parse({ enabled: true, email: 'ada@shop.example', timeZone: 'UTC', nextAt: ago(-5 * DAY_S) }),
    workspace: () =>
      workspaceDetailSchema.parse({
        ...{ id: 'ws1', name: 'Shop', role: 'owner', createdAt: ago(DAY_S), timeZone: 'UTC' },
        limits: { monitors: 1_000, minIntervalSeconds: 1, checksPerMinute: 100_000, members: 100, apiKeys: 100 },
      }),
    'sign-in/methods': () => ({ signUp: true, signUpMode: 'open', oidc: null, passkeys: true, passwordReset: true }),
  }
}

const BUCKET_S = 300

/** A day in buckets of five minutes: a wave, an hour of which nothing is known, and minutes of failing at its end. */
function bucketsOf(ago: Still['ago']): { at: string; place: number }[] {
  return Array.from({ length: DAY_S / BUCKET_S }, (_, place) => ({ place, at: ago(DAY_S - place * BUCKET_S) })).filter(
    ({ place }) => place < 100 || place > 112,
  )
}

function seriesOf(ago: Still['ago'], query: URLSearchParams) {
  const shift = regions.indexOf((query.get('region') ?? 'eu-central') as (typeof regions)[number]) * 40
  const figures = (place: number) => {
    const down = place > 285 ? 20 : 0
    const usualMs = 120 + shift + 30 * Math.sin(place / 20) + ((place * 7) % 13)
    const latencies = down ? [null, null, null] : [usualMs, usualMs * 1.4, usualMs * 2]
    return {
      ...{ checks: 30, up: 30 - down, degraded: 0, down, unknown: 0 },
      ...{ p50Ms: latencies[0], p95Ms: latencies[1], p99Ms: latencies[2] },
    }
  }
  const buckets = bucketsOf(ago).map(({ at, place }) => ({ at, ...figures(place) }))
  const checks = 30 * buckets.length
  const summary = { checks, up: checks - 40, degraded: 0, down: 40, unknown: 0, p50Ms: 121, p95Ms: 178, p99Ms: 260 }
  return { range: '24h', from: ago(DAY_S), to: ago(0), bucketSeconds: BUCKET_S, buckets, summary }
}

function phasesOf(ago: Still['ago']) {
  const buckets = bucketsOf(ago).map(({ at, place }) => {
    const totalMs = 120 + 30 * Math.sin(place / 20)
    const share = (part: number) => Math.round(totalMs * part * 1_000) / 1_000
    return {
      at,
      dnsMs: share(0.06),
      connectMs: share(0.12),
      tlsMs: share(0.2),
      firstByteMs: share(0.55),
      transferMs: share(0.07),
    }
  })
  return { from: ago(DAY_S), to: ago(0), bucketSeconds: BUCKET_S, buckets }
}

function uptimeOf(ago: Still['ago']) {
  const seconds = (down: number) => ({
    ...{ up: DAY_S - down, degraded: 0, down, unknown: 0, maintenance: 0, paused: 0 },
  })
  const days = Array.from({ length: 90 }, (_, place) => {
    const down = [4, 31, 32, 60].includes(place) ? 600 * (place % 7) : 0
    return {
      date: ago((89 - place) * DAY_S).slice(0, 10),
      ...{ uptimePercent: Math.floor(((DAY_S - down) / DAY_S) * 100_000) / 1_000, outages: down ? 1 : 0 },
      seconds: seconds(down),
    }
  }).filter((_, place) => place < 70 || place > 72)
  const down = days.reduce((sum, day) => sum + day.seconds.down, 0)
  const summary = {
    ...{ uptimePercent: 99.871, outages: 4, seconds: { ...seconds(down), up: days.length * DAY_S - down } },
    reachability: { percent: 99.902, passed: 259_700, checks: 259_955 },
  }
  return { range: '90d', timeZone: 'UTC', from: ago(90 * DAY_S), to: ago(0), summary, days }
}

function outageOf(ago: Still['ago'], monitor: { id: string; name: string }) {
  const cause = { code: 'TLS_EXPIRED', message: expired, region: 'eu-central' }
  return {
    monitor: { id: monitor.id, name: monitor.name },
    beganAt: ago(247),
    endedAt: null,
    durationSeconds: 247,
    cause,
  }
}

function ticksOf(ago: Still['ago']) {
  return Array.from({ length: 90 }, (_, place) => {
    const region = regions[place % 3] ?? 'eu-central'
    const secondsAgo = Math.floor(place / 3) * 30 + 8
    const isDown = secondsAgo < 240 && region !== 'ap-south'
    return {
      ...{ region, scheduledAt: ago(secondsAgo), startedAt: ago(secondsAgo) },
      ...(isDown
        ? { verdict: 'down', code: 'TLS_EXPIRED', message: expired, status: null }
        : { verdict: 'up', code: 'OK', message: `200 in ${118 + (place % 9)} ms`, status: 200 }),
      ...{ address: '192.0.2.7', redirects: 0, certificateExpiresAt: ago(12 * DAY_S) },
      phases: {
        dnsMs: 7.1,
        connectMs: 14.4,
        tlsMs: isDown ? null : 24,
        firstByteMs: isDown ? null : 66,
        transferMs: null,
        totalMs: 118 + (place % 9),
      },
    }
  })
}

function factsOf(ago: Still['ago']) {
  const name = 'payments.example'
  const leaf = { subject: `CN=${name}`, issuer: 'CN=Example R3', notAfter: ago(12 * DAY_S) }
  return [
    {
      kind: 'certificate',
      shown: `${name} by Example R3`,
      expiresAt: ago(12 * DAY_S),
      changedAt: ago(102 * DAY_S),
      fingerprint: 'ab'.repeat(32),
      certificate: {
        ...leaf,
        ...{ names: [name, `www.${name}`], notBefore: ago(102 * DAY_S), key: 'EC prime256v1', signature: 'RSA-SHA256' },
        chain: [leaf, { subject: 'CN=Example R3', issuer: 'CN=Example Root', notAfter: ago(-900 * DAY_S) }],
      },
    },
  ]
}

function viewsOf(ago: Still['ago']) {
  return regions.map((region) => {
    const isDown = region !== 'ap-south'
    const said = isDown ? 'down' : 'up'
    return {
      ...{ region, vote: said, since: ago(isDown ? 247 : 3 * DAY_S), verdict: said },
      ...{ code: isDown ? 'TLS_EXPIRED' : 'OK', message: isDown ? expired : '200 in 118 ms' },
      ...{ blind: false, muted: false, quarantined: false, aloneSince: null, evidence: null },
      recovery: isDown ? { passed: 0, needed: 2 } : null,
    }
  })
}

function timelineOf(ago: Still['ago']) {
  const said = (region: string) => ({ region, verdict: 'down', code: 'TLS_EXPIRED', message: expired })
  const cause = { code: 'TLS_EXPIRED', message: expired, region: 'eu-central' }
  const entries: [secondsAgo: number, kind: string, body: object][] = [
    [247, 'first_failure', said('eu-central')],
    [245, 'region_failing', said('us-east')],
    [244, 'opened', { severity: 'down', cause, failing: 2, reporting: 3, configured: 3 }],
    [90, 'comment', { text: 'The new certificate is on its way.', html: '<p>The new certificate is on its way.</p>' }],
  ]
  return entries.map(([secondsAgo, kind, body], index) => ({
    ...{ id: index + 1, at: ago(secondsAgo), kind, body },
    actor: kind === 'comment' ? { id: 'p1', name: 'ada' } : null,
  }))
}
