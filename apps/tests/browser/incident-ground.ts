import { addEntries } from '@repo/db/queries/incident-moves'
import { createStorms, joinStorms } from '@repo/db/queries/storms'
import { addIncident, type Told } from '@repo/db/testing/incidents'
import { addMonitor } from '@repo/db/testing/populate'
import type { IncidentId, WorkspaceId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { type Account, newAccount, signUp } from './account.ts'
import { joinAsNew } from './account-steps.ts'
import { openPage } from './chromium.ts'
import { type Ground, openFurnished } from './furnished.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Of the till, over two months: more than a page of them. */
export const endedCount = 130
export const stormCount = 5

export interface IncidentSite extends Ground {
  readonly owner: Account
  readonly member: Account
  readonly viewer: Account
  /** Of the shop, that lasts, with a story; a storm; what is over. */
  readonly shopId: IncidentId
  readonly shopMonitorId: string
}

/** A running instance of a workspace that has had incidents for months, and a browser. */
export function openIncidentSite(): IncidentSite {
  return openFurnished<IncidentSite>(
    { owner: newAccount(), member: newAccount(), viewer: newAccount() },
    async (site) => {
      await addPeople(site)
      return furnish(site)
    },
  )
}

async function addPeople({ browser, url, owner, member, viewer }: IncidentSite): Promise<void> {
  await using first = await openPage(browser, { url })
  await signUp(first.page, owner)
  for (const [person, role] of [
    [member, 'member'],
    [viewer, 'viewer'],
  ] as const) {
    const answer = await first.page.request.post('/api/v1/invitations', { headers: { origin: url }, data: { role } })
    const { token } = (await answer.json()) as { token: string }
    await using joining = await openPage(browser, { url })
    await joinAsNew(joining.page, `/join#${token}`, person)
  }
}

async function furnish({ database: { sql }, owner }: IncidentSite) {
  const { rows } = await sql.execute<{ id: WorkspaceId }>(
    `select m.workspace_id as id from membership m join users u on u.id = m.user_id where u.username = '${owner.username}'`,
  )
  const workspaceId = rows[0]?.id as WorkspaceId
  const nowMs = Date.now()
  const regions = ['eu', 'us', 'ap'].map(parseRegion)
  const watch = async (name: string, tags: string[] = []) => {
    const monitor = await addMonitor(sql, workspaceId, { name, tags, regions })
    // What it watches is nobody's: only its past is looked at.
    await sql.execute(`update monitor set paused_at = now() where monitor_key = ${monitor.monitorKey}`)
    return monitor
  }
  const shop = await watch('shop', ['prod'])
  const dead = { code: 'TLS_EXPIRED', message: 'the certificate expired 12 days ago', region: 'eu' } as const
  const shopId = await addIncident(sql, shop, { beganAtMs: nowMs - 9 * MINUTE_MS, cause: dead })
  await sql.execute(`delete from incident_entry where incident_id = '${shopId}'`)
  await addEntries(
    sql,
    storyOf(nowMs - 9 * MINUTE_MS).map((entry) => ({ incidentId: shopId, workspaceId, ...entry })),
  )

  const stormIds: IncidentId[] = []
  for (let n = 1; n <= stormCount; n += 1)
    stormIds.push(await addIncident(sql, await watch(`store-${n}`), { beganAtMs: nowMs - 3 * MINUTE_MS + n }))
  const storm = { id: crypto.randomUUID(), workspaceId, trait: 'address:192.0.2.1', beganAtMs: nowMs - 3 * MINUTE_MS }
  await createStorms(sql, [storm])
  await joinStorms(
    sql,
    stormIds.map((id) => ({ id, stormId: storm.id })),
  )
  // It has lasted for longer than the usual range goes back.
  await addIncident(sql, await watch('archive'), { beganAtMs: nowMs - 40 * DAY_MS, severity: 'degraded' })

  const till = await watch('till')
  for (let n = 1; n <= endedCount; n += 1) await addIncident(sql, till, pastOf(nowMs - n * (DAY_MS / 2), n))
  return { shopId, shopMonitorId: shop.id }
}

function pastOf(beganAtMs: number, n: number): Told {
  const refused = { code: 'TCP_REFUSED', message: 'connection refused by 192.0.2.7:443', region: 'us' } as const
  const lost = { code: 'DNS_NXDOMAIN', message: '=no such name, says the server', region: 'ap' } as const
  const endedAtMs = beganAtMs + (1 + (n % 7)) * 4 * MINUTE_MS
  return { beganAtMs, endedAtMs, cause: n % 10 === 0 ? lost : refused, severity: n % 5 === 0 ? 'degraded' : 'down' }
}

/** What happened to the shop, as those who look, tell and write it down do. */
function storyOf(beganAtMs: number) {
  const said = { verdict: 'down', code: 'TLS_EXPIRED', message: 'the certificate expired 12 days ago' }
  const told = (seconds: number, body: object) => ({ atMs: beganAtMs + seconds * 1_000, kind: 'told', body })
  const phases = { dns: 12_000, connect: 21_000, tls: 38_000, firstByte: null, transfer: null, total: 71_000 }
  const evidence = {
    request: 'GET /health HTTP/1.1\nhost: shop.example\nauthorization: ***',
    responseHead: 'HTTP/1.1 200 OK\nx-hostile: <img src=x onerror=alert(1)>',
    body: null,
    addresses: ['192.0.2.1', '2001:db8::1'],
    chain: ['CN=shop.example, until 2026-11-11'],
    curl: "curl -v --resolve shop.example:443:192.0.2.1 'https://shop.example/health'",
  }
  const outcome = { ...said, phases, address: '192.0.2.1', status: null, redirects: 0 }
  const lastGood = { scheduledAtMs: beganAtMs - MINUTE_MS, status: 200, address: '192.0.2.9', redirects: 0 }
  const slack = { id: 'c1', name: 'ops', kind: 'slack' }
  return [
    { atMs: beganAtMs, kind: 'first_failure', body: { region: 'eu', ...said } },
    { atMs: beganAtMs + 2_000, kind: 'region_failing', body: { region: 'us', ...said } },
    { atMs: beganAtMs, kind: 'evidence', body: { region: 'eu', outcome, evidence, lastGood } },
    {
      atMs: beganAtMs + 10_000,
      kind: 'opened',
      body: { severity: 'down', failing: 2, reporting: 3, passing: ['ap'] },
    },
    told(12, { event: 'down', channel: slack, state: 'accepted', attempts: 1, answer: '200 ok', reason: null }),
    told(95, {
      ...{ event: 'down', channel: { id: 'c2', name: 'pager', kind: 'webhook' }, state: 'dead', attempts: 5 },
      ...{ answer: '500 out of order', reason: 'the receiver fails' },
    }),
    { atMs: beganAtMs + 300_000, kind: 'region_passing', body: { ...said, region: 'us', verdict: 'up', code: 'OK' } },
    { atMs: beganAtMs + 301_000, kind: 'of_tomorrow', body: {} },
  ]
}
