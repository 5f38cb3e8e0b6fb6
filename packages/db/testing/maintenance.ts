import { parseGroupId, parseWindowId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { createWindow, type NewWindow } from '../src/queries/maintenance.ts'
import { createGroup, type NewGroup } from '../src/queries/monitor-groups.ts'

/** A window of an hour at noon for all monitors, where nothing else is said. */
export function makeWindow({
  workspaceId,
  ...changed
}: Partial<NewWindow> & Pick<NewWindow, 'workspaceId'>): NewWindow {
  const [startsAt, endsAt] = [noonMs, noonMs + 3_600_000].map((ms) => new Date(ms).toISOString())
  return {
    id: parseWindowId(Bun.randomUUIDv7()),
    workspaceId,
    name: 'Upgrade',
    schedule: { kind: 'once', startsAt, endsAt },
    appliesTo: { kind: 'all' },
    ...changed,
  }
}

export async function addWindow(
  sql: Sql,
  changed: Partial<NewWindow> & Pick<NewWindow, 'workspaceId'>,
  nowMs: number = noonMs,
): Promise<NewWindow> {
  const window = makeWindow(changed)
  await createWindow(sql, window, nowMs)
  return window
}

/** What was said of a monitor: `up 0, maintenance 60`, in seconds since an instant. */
export async function historyOf(sql: Sql, monitorKey: number, sinceMs: number = noonMs): Promise<string> {
  const { rows } = await sql.execute<{ text: string }>(text`
    select string_agg(status || ' ' || round((extract(epoch from began_at) * 1000 - ${sinceMs}::float8)::numeric / 1000, 3)::float8, ', ' order by began_at) as text
    from state_interval where monitor_key = ${monitorKey}`)
  return rows[0]?.text ?? ''
}

/** What is wrong with the histories of all monitors: a gap, an overlap, or an end where somebody is still there. Empty where nothing is. */
export async function faultsOfHistories(sql: Sql): Promise<string[]> {
  const { rows } = await sql.execute<{ fault: string }>(text`
    select format('monitor %s: %s ends at %s and the next begins at %s', monitor_key, status, ended_at, next) as fault
    from (
      select *, lead(began_at) over (partition by monitor_key order by began_at) as next from state_interval
    ) i
    where ended_at is distinct from next
    union all
    select format('monitor %s has no history', monitor_key) from monitor m
    where not exists (select from state_interval s where s.monitor_key = m.monitor_key and s.ended_at is null)`)
  return rows.map(({ fault }) => fault)
}

/** A group that needs all of its members, where nothing else is said. */
export async function addGroup(
  sql: Sql,
  changed: Partial<NewGroup> & Pick<NewGroup, 'workspaceId'>,
): Promise<NewGroup> {
  const group: NewGroup = {
    id: parseGroupId(Bun.randomUUIDv7()),
    name: 'Shop',
    rule: { kind: 'all' },
    members: [],
    ...changed,
  }
  await createGroup(sql, group, noonMs)
  return group
}
