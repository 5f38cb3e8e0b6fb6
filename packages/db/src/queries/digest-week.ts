import { digestLimits, type EndingFact, type GivenUp, type ReportedIncident, type WeekFacts } from '@repo/domain/digest'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Period } from '@repo/domain/maintenance'
import { noDurations } from '@repo/domain/uptime'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import { summariseStatuses } from './uptime.ts'

const DAY_MS = 86_400_000
/** So many monitors are summed up by one statement. */
const atOnce = 1_000

/** What is known of a week of a workspace. */
export async function readWeek(sql: Sql, workspaceId: WorkspaceId, week: Period): Promise<WeekFacts> {
  return {
    monitors: await readMonitors(sql, workspaceId, week),
    incidents: await readIncidents(sql, workspaceId, week),
    ending: await readEnding(sql, workspaceId, week),
    givenUp: await readGivenUp(sql, workspaceId, week),
  }
}

async function readMonitors(sql: Sql, workspaceId: WorkspaceId, week: Period): Promise<WeekFacts['monitors']> {
  const { rows } = await sql.execute<{ key: number; id: string; name: string }>(text`
    select monitor_key as key, id, name from monitor where workspace_id = ${workspaceId}`)
  const found = new Map<number, WeekFacts['monitors'][number]['durations']>()
  for (let first = 0; first < rows.length; first += atOnce) {
    const keys = rows.slice(first, first + atOnce).map(({ key }) => key)
    for (const [key, { durations }] of await summariseStatuses(sql, keys, week)) found.set(key, durations)
  }
  return rows.map(({ key, id, name }) => ({ id, name, durations: found.get(key) ?? noDurations() }))
}

/** What was planned, and what is told of as another one, is no news. */
async function readIncidents(
  sql: Sql,
  workspaceId: WorkspaceId,
  { fromMs, toMs }: Period,
): Promise<WeekFacts['incidents']> {
  const [from, to] = [instant(fromMs), instant(toMs)]
  const told = text`i.workspace_id = ${workspaceId} and i.merged_into is null and i.silent_because is distinct from 'maintenance'`
  const columns = text`i.id, i.monitor_key, i.severity, i.began_at, i.ended_at, i.cause_message`
  const { rows } = await sql.execute<ReportedIncident & { count: number } & Record<string, unknown>>(text`
    with found as (
      select ${columns} from incident i where ${told} and i.began_at >= ${from} and i.began_at < ${to}
      union all
      select ${columns} from incident i where ${told} and i.ended_at > ${from} and i.began_at < ${from}
      union all
      select ${columns} from incident i where ${told} and i.ended_at is null and i.began_at < ${from}
    )
    select i.id, m.name as "monitorName", i.severity, ${msOf('i.began_at')} as "beganAtMs", i.cause_message as cause,
      case when i.ended_at <= ${to} then ${msOf('i.ended_at')} end as "endedAtMs", i.count
    from (
      select f.*, count(*) over ()::integer as count from found f
      order by least(coalesce(f.ended_at, ${to}), ${to}) - f.began_at desc, f.id limit ${digestLimits.longestIncidents}
    ) i join monitor m using (monitor_key)
    order by least(coalesce(i.ended_at, ${to}), ${to}) - i.began_at desc, i.id`)
  return { count: rows[0]?.count ?? 0, longest: rows.map(({ count: _, ...incident }) => incident) }
}

/** What has ended lately is told of too: nobody has mended it yet. */
async function readEnding(sql: Sql, workspaceId: WorkspaceId, { fromMs, toMs }: Period): Promise<EndingFact[]> {
  const until = instant(toMs + digestLimits.endsWithinDays * DAY_MS)
  const { rows } = await sql.execute<EndingFact & Record<string, unknown>>(text`
    select m.id as "monitorId", m.name as "monitorName", f.kind, ${msOf('f.expires_at')} as "expiresAtMs"
    from monitor m join watched_fact f using (monitor_key)
    where m.workspace_id = ${workspaceId} and m.paused_at is null and f.kind in ('certificate', 'domain')
      and f.expires_at >= ${instant(fromMs)} and f.expires_at < ${until}
    order by f.expires_at, m.id limit ${digestLimits.ending}`)
  return rows
}

/** A message is tried for a day, so one that was given up in a week was due in it or on the day before. */
async function readGivenUp(sql: Sql, workspaceId: WorkspaceId, { fromMs, toMs }: Period): Promise<GivenUp[]> {
  const { rows } = await sql.execute<GivenUp & Record<string, unknown>>(text`
    select c.name as "channelName", d.count from (
      select channel_id, count(*)::integer as count from delivery
      where workspace_id = ${workspaceId} and state = 'dead' and due_at >= ${instant(fromMs - 2 * DAY_MS)} and due_at < ${instant(toMs)}
        and done_at >= ${instant(fromMs)} and done_at < ${instant(toMs)}
      group by channel_id
    ) d join channel c on c.id = d.channel_id
    order by d.count desc, c.name, c.id limit ${digestLimits.channels}`)
  return rows
}
