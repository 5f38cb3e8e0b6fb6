import { saveKnownFacts } from '@repo/db/queries/watched-facts'
import type { TestDatabase } from '@repo/db/testing'
import { addMonitor, addTicks } from '@repo/db/testing/populate'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import { type OutcomeVerdict, passingMessage } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { type Look, makeCertificateFacts, makeOutcome, type Watched } from '@repo/domain/testing'
import { factsIn, followFact } from '@repo/domain/watched-fact'
import { type Account, newAccount, signUp } from './account.ts'
import { joinAsNew } from './account-steps.ts'
import { openPage } from './chromium.ts'
import { type Ground, openFurnished } from './furnished.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
export const slowMs = 300
/** How long ago things happened to the shop. */
export const past = {
  watchedDays: 40,
  ticksHours: 30,
  /** Since then it is slower. */
  riseHours: 6,
  outageHours: [12, 11.5],
  /** Nobody could look. */
  gapHours: [16, 15],
} as const

export interface DetailSite extends Ground {
  readonly owner: Account
  readonly viewer: Account
  /** Watched from three regions for weeks. */
  readonly shopId: MonitorId
  /** Of another workspace. */
  readonly foreignId: MonitorId
}

/** A running instance with a monitor that has a past, and a browser. */
export function openDetailSite(): DetailSite {
  return openFurnished<DetailSite>({ owner: newAccount(), viewer: newAccount() }, async (site) => {
    await addPeople(site)
    return furnish(site)
  })
}

const stranger = newAccount()

async function addPeople({ browser, url, owner, viewer }: DetailSite): Promise<void> {
  await using first = await openPage(browser, { url })
  await signUp(first.page, owner)
  const data = { role: 'viewer' }
  const answer = await first.page.request.post('/api/v1/invitations', { headers: { origin: url }, data })
  const { token } = (await answer.json()) as { token: string }
  await using joining = await openPage(browser, { url })
  await joinAsNew(joining.page, `/join#${token}`, viewer)
  await using other = await openPage(browser, { url })
  await signUp(other.page, stranger)
}

const regions = ['eu', 'us', 'ap'].map(parseRegion)

async function furnish({ database: { sql }, owner }: DetailSite) {
  const workspaceOf = async ({ username }: Account) => {
    const { rows } = await sql.execute<{ id: WorkspaceId }>(
      `select m.workspace_id as id from membership m join users u on u.id = m.user_id where u.username = '${username}'`,
    )
    return rows[0]?.id as WorkspaceId
  }
  const spec = { kind: 'http', url: 'https://shop.example/health', slowMs: { total: slowMs } }
  const ids = { mine: await workspaceOf(owner), theirs: await workspaceOf(stranger) }
  const [shop, foreign] = await sql.transaction(async (tx) => {
    const made = [
      await addMonitor(tx, ids.mine, { name: 'shop', spec, regions }),
      await addMonitor(tx, ids.theirs),
    ] as const
    // What it watches is nobody's: only its past is looked at.
    const born = `now() - interval '${past.watchedDays} days'`
    for (const { monitorKey } of made)
      await tx.execute(`update monitor set paused_at = now(), created_at = ${born} where monitor_key = ${monitorKey}`)
    return made
  })
  const nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  await addTicks(sql, shop, looksUntil(nowMs))
  await sql.execute(`insert into rollup_dirty (at, monitor_key)
    select distinct date_trunc('hour', scheduled_at), monitor_key from tick where monitor_key = ${shop.monitorKey}`)
  await addIntervals(sql, shop, nowMs)
  await addCertificate(sql, shop, nowMs)
  return { shopId: shop.id, foreignId: foreign.id }
}

/** Every two minutes from three regions; one of them disagrees with the others near the end. */
function looksUntil(nowMs: number): Look[] {
  const looks: Look[] = []
  for (let ago = past.ticksHours * 30; ago >= 1; ago -= 1) {
    const atMs = nowMs - ago * 2 * MINUTE_MS
    const hours = ago / 30
    if (isWithin(hours, past.gapHours)) continue
    for (const [index, region] of regions.entries()) {
      const isDown = isWithin(hours, past.outageHours) || (region === 'ap' && [4, 5, 9].includes(ago))
      // A wave of the day, and a little of what nobody can foresee.
      const wave = 1 + 0.12 * Math.sin(hours / 3) + 0.1 * Math.sin(ago * 7.3 + index)
      const usualMs = [70, 120, 190][index] ?? 100
      looks.push(
        lookAt(region, atMs, {
          verdict: isDown ? 'down' : 'up',
          ms: usualMs * wave * (hours < past.riseHours ? 2.2 : 1),
        }),
      )
    }
  }
  return looks
}

function isWithin(hours: number, [from, to]: readonly [number, number]): boolean {
  return hours <= from && hours > to
}

function lookAt(region: Look['region'], atMs: number, { verdict, ms }: { verdict: OutcomeVerdict; ms: number }): Look {
  const total = Math.round(ms * 1_000)
  const phases = {
    dns: Math.round(total * 0.06),
    connect: Math.round(total * 0.12),
    tls: Math.round(total * 0.2),
    firstByte: Math.round(total * 0.55),
    transfer: Math.round(total * 0.07),
    total,
  }
  const outcome =
    verdict === 'up' ? makeOutcome('up', { phases, message: passingMessage(200, total) }) : makeOutcome(verdict)
  return { region, scheduledAtMs: atMs, startedAtMs: atMs + 3, outcome }
}

async function addIntervals(sql: TestDatabase['sql'], { monitorKey }: Watched, nowMs: number): Promise<void> {
  await sql.execute(`delete from state_interval where monitor_key = ${monitorKey}`)
  // A day has all of its outage, whatever the time is now.
  const sinceMidnight = (nowMs % DAY_MS) / HOUR_MS
  const said: [status: string, hoursAgo: number][] = [
    ['up', past.watchedDays * 24],
    ['down', 25 * 24 + sinceMidnight - 5],
    ['up', 25 * 24 + sinceMidnight - 8],
    ['maintenance', 10 * 24 + 4],
    ['up', 10 * 24],
    ['degraded', 4 * 24],
    ['up', 4 * 24 - 9],
    ['unknown', past.gapHours[0]],
    ['up', past.gapHours[1]],
    ['down', past.outageHours[0]],
    ['up', past.outageHours[1]],
  ]
  for (const [index, [status, hours]] of said.entries()) {
    const end = said[index + 1]?.[1]
    const at = (ago: number) => `'${new Date(nowMs - ago * HOUR_MS).toISOString()}'`
    await sql.execute(
      `insert into state_interval (monitor_key, status, began_at, ended_at) values (${monitorKey}, '${status}', ${at(hours)}, ${end === undefined ? 'null' : at(end)})`,
    )
  }
  await sql.execute(
    `update monitor_state set status = 'up', since = now() - interval '11 hours' where monitor_key = ${monitorKey}`,
  )
}

async function addCertificate(sql: TestDatabase['sql'], { monitorKey }: Watched, nowMs: number): Promise<void> {
  const certificate = {
    ...makeCertificateFacts(nowMs + 5.5 * DAY_MS),
    names: ['shop.example', 'www.shop.example'],
    chain: [
      { subject: 'CN=shop.example', issuer: 'CN=R11', notAfter: new Date(nowMs + 5.5 * DAY_MS).toISOString() },
      { subject: 'CN=R11', issuer: 'CN=Test Authority', notAfter: new Date(nowMs + 900 * DAY_MS).toISOString() },
    ],
  }
  const seen = factsIn({ certificate, facts: { records: ['192.0.2.1', '192.0.2.2'] } })
  await saveKnownFacts(
    sql,
    seen.map((fact) => ({
      monitorKey,
      kind: fact.kind,
      known: followFact([], fact, nowMs).known,
      expiresAtMs: fact.expiresAtMs,
      changedAtMs: nowMs - 3 * DAY_MS,
    })),
  )
}
