import { channelContext } from '@repo/contracts/alerts'
import type { Sql } from '@repo/db/database'
import { addAlertPolicy, addChannel, makeRule } from '@repo/db/testing/alerting'
import { addWorkspace } from '@repo/db/testing/populate'
import { parseChannelId, type WorkspaceId } from '@repo/domain/ids'
import type { Keyring } from '@repo/secrets/keyring'
import type pg from 'pg'

/** One database, by the queries of the product and by statements of our own. */
export interface Databases {
  readonly sql: Sql
  readonly client: pg.Client
}

export interface Ground {
  readonly workspaceId: WorkspaceId
  readonly policyId: string
}

/** A workspace with monitors that are all down, each with an open incident and its story. */
export async function seedOutages({ sql, client }: Databases, count: number): Promise<Ground> {
  const workspaceId = await addWorkspace(sql)
  await client.query(
    `insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, schedule_from, created_at, updated_at)
     select gen_random_uuid(), $1, 'shop ' || n, '{"kind": "http", "url": "https://shop.example/"}',
       'https://shop.example/' || n, 60000, array['eu', 'us'], now(), now(), now()
     from generate_series(1, $2::integer) n`,
    [workspaceId, count],
  )
  for (const statement of perMonitor) await client.query(statement, [workspaceId])
  await client.query('analyze monitor, incident, incident_entry, alert_story')
  const { id: policyId } = await addAlertPolicy(sql, { workspaceId, rule: makeRule(crypto.randomUUID()) })
  return { workspaceId, policyId }
}

const perMonitor = [
  `insert into incident (id, monitor_key, workspace_id, severity, began_at, opened_at, cause_code, cause_message)
   select gen_random_uuid(), monitor_key, workspace_id, 'down', now() - interval '10 seconds', now(), 'TCP_REFUSED', 'the connection was refused'
   from monitor where workspace_id = $1`,
  `insert into incident_entry (incident_id, workspace_id, at, kind, body)
   select id, workspace_id, opened_at, 'evidence', '{"outcome": {"message": "the connection was refused", "address": "192.0.2.7"}}'
   from incident where workspace_id = $1`,
  `insert into alert_story (id, workspace_id, incident_id, events, planned_through)
   select gen_random_uuid(), workspace_id, id, '[]', now() from incident where workspace_id = $1`,
]

/** Webhooks that lead to paths of a receiver, signed as most are. */
export async function seedWebhooks(
  sql: Sql,
  keyring: Keyring,
  { workspaceId, url, count }: { workspaceId: WorkspaceId; url: string; count: number },
): Promise<string[]> {
  const ids: string[] = []
  for (let number = 0; number < count; number += 1) {
    const id = parseChannelId(Bun.randomUUIDv7())
    const signingSecret = `whsec_${Buffer.alloc(32, number).toString('base64')}`
    const settings = JSON.stringify({ kind: 'webhook', url: `${url}${number}`, signingSecret })
    const sealed = keyring.seal(settings, channelContext(workspaceId, id))
    await addChannel(sql, { id, workspaceId, name: `hook ${number}`, settings: sealed })
    ids.push(id)
  }
  return ids
}

/**
 * Beginnings of outages for each of these channels, due at once or spread evenly over a time. Their key says which round it is, so that
 * the same outage is told again.
 *
 * @returns the key by which a receiver knows each, and when it is due.
 */
export async function seedDeliveries(
  client: pg.Client,
  { workspaceId, policyId }: Ground,
  due: { channelIds: readonly string[]; each: number; round: string; fromMs: number; overMs: number },
): Promise<[key: string, dueAtMs: number][]> {
  const { channelIds, each, round, fromMs, overMs } = due
  const { rows } = await client.query<{ id: string; due_ms: number }>(
    `insert into delivery (id, workspace_id, story_id, channel_id, policy_id, key, part, spell, event, due_at, next_at)
     select gen_random_uuid(), $1, s.id, c.id, $2, 'opening:' || $3, 'opening', 0, 'down', at, at
     from unnest($4::uuid[]) with ordinality c (id, place)
     cross join (
       select id, row_number() over (order by id) as n from alert_story where workspace_id = $1 order by id limit $5::integer) s
     cross join lateral (
       select to_timestamp(($6::float8 + $7::float8 * ((s.n - 1) + (c.place - 1)::float8 / cardinality($4::uuid[])) / $5::integer) / 1000) as at) t
     returning id, floor(extract(epoch from due_at) * 1000)::float8 as due_ms`,
    [workspaceId, policyId, round, channelIds, each, fromMs, overMs],
  )
  return rows.map(({ id, due_ms: dueAtMs }) => [id, dueAtMs])
}
