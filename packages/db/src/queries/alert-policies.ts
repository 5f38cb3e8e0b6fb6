import { type AlertPolicyId, parseAlertPolicyId, type WorkspaceId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import { type ExpectedVersion, isMeant, type Owned, type Versioned, whyMissed } from './versioned.ts'

/** What people of a workspace decided of who is told. */

export interface NewAlertPolicy {
  readonly id: AlertPolicyId
  readonly workspaceId: WorkspaceId
  readonly name: string
  /** As stored: whoever uses it parses it. */
  readonly rule: unknown
}

export interface StoredAlertPolicy extends Omit<NewAlertPolicy, 'workspaceId'>, Versioned {}

export async function createAlertPolicy(sql: Sql, created: NewAlertPolicy, nowMs: number): Promise<void> {
  const { id, workspaceId, name, rule } = created
  const now = instant(nowMs)
  await sql.execute(text`
    insert into alert_policy (id, workspace_id, name, rule, created_at, updated_at)
    values (${id}, ${workspaceId}, ${name}, ${JSON.stringify(rule)}::jsonb, ${now}, ${now})`)
}

export async function findAlertPolicy(
  sql: Sql,
  { workspaceId, id }: Owned<AlertPolicyId>,
): Promise<StoredAlertPolicy | undefined> {
  const [found] = await readPolicies(sql, text`workspace_id = ${workspaceId} and id = ${id}`)
  return found
}

/** All of a workspace, in the order in which they were made; there are at most as many as `alertLimits` says. */
export function listAlertPolicies(sql: Sql, workspaceId: WorkspaceId): Promise<StoredAlertPolicy[]> {
  return readPolicies(sql, text`workspace_id = ${workspaceId}`)
}

/** What one decides, as stored; undefined where it is gone. */
export async function findAlertPolicyRule(sql: Sql, owned: Owned<string>): Promise<unknown> {
  const [found] = await readPolicies(sql, text`workspace_id = ${owned.workspaceId} and id = ${owned.id}`)
  return found?.rule
}

export interface AlertPolicyChange extends ExpectedVersion {
  readonly name?: string | undefined
  readonly rule?: unknown
  readonly nowMs: number
}

export async function changeAlertPolicy(
  sql: Sql,
  owned: Owned<AlertPolicyId>,
  { name, rule, nowMs, ...expected }: AlertPolicyChange,
): Promise<'changed' | 'stale' | 'absent'> {
  const values = [text`updated_at = ${instant(nowMs)}`, text`version = version + 1`]
  if (name !== undefined) values.push(text`name = ${name}`)
  if (rule !== undefined) values.push(text`rule = ${JSON.stringify(rule)}::jsonb`)
  const { rowCount } = await sql.execute(text`
    update alert_policy set ${text.join(values, text`, `)} where ${isMeant(owned, expected)}`)
  return rowCount ? 'changed' : whyMissed(sql, 'alert_policy', owned)
}

export async function deleteAlertPolicy(
  sql: Sql,
  owned: Owned<AlertPolicyId>,
  expected: ExpectedVersion,
): Promise<'deleted' | 'stale' | 'absent'> {
  const { rowCount } = await sql.execute(text`delete from alert_policy where ${isMeant(owned, expected)}`)
  return rowCount ? 'deleted' : whyMissed(sql, 'alert_policy', owned)
}

interface PolicyRow {
  id: string
  name: string
  rule: unknown
  version: number
  created_at_ms: number
  updated_at_ms: number
}

async function readPolicies(sql: Sql, where: SQL): Promise<StoredAlertPolicy[]> {
  const { rows } = await sql.execute<PolicyRow & Record<string, unknown>>(text`
    select id, name, rule, version, ${msOf('created_at')} as created_at_ms, ${msOf('updated_at')} as updated_at_ms
    from alert_policy where ${where} order by id`)
  return rows.map((row) => ({
    id: parseAlertPolicyId(row.id),
    name: row.name,
    rule: row.rule,
    version: row.version,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }))
}
