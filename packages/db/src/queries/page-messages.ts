import { parseStatusPageId, parseSubscriberId, type StatusPageId, type SubscriberId } from '@repo/domain/ids'
import type { Impact, Phase } from '@repo/domain/status-page'
import { sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import type { SubscriberKind, SubscriberState } from './page-subscribers.ts'

/** Messages of pages: what is due, and what became of it. */

export type PageMessageKind = 'confirm' | 'sign_in' | 'update' | 'maintenance'

/** A message that somebody took, with how things stand at that instant. */
export interface ClaimedPageMessage {
  readonly id: string
  readonly kind: PageMessageKind
  readonly dueAtMs: number
  /** This one among them. */
  readonly attempts: number
  /** Whether something newer is to be said, or was said, of the same. */
  readonly isOutdated: boolean
  readonly page: MessagePage
  /** Null of a link to come in. */
  readonly subscriber: MessageSubscriber | null
  readonly signIn: { readonly id: string; readonly email: string; readonly expiresAtMs: number } | null
  readonly updateId: string | null
  /** Of maintenance, as it was planned. */
  readonly body: unknown
}

export interface MessagePage {
  readonly id: StatusPageId
  readonly workspaceId: string
  readonly slug: string
  /** Verified. */
  readonly domain: string | null
  /** As stored; null where outsiders see nothing. */
  readonly content: unknown
  /** Signs the links of its subscribers. */
  readonly secret: string
}

export interface MessageSubscriber {
  readonly id: SubscriberId
  readonly kind: SubscriberKind
  readonly state: SubscriberState
  readonly email: string | null
  /** Sealed. */
  readonly settings: string | null
}

export interface PageMessageClaim {
  readonly holder: string
  readonly nowMs: number
  readonly leaseMs: number
  readonly limit: number
}

interface ClaimedRow extends Record<string, unknown> {
  id: string
  kind: PageMessageKind
  due_at_ms: number
  attempts: number
  is_outdated: boolean
  page_id: string
  workspace_id: string
  slug: string
  domain: string | null
  content: unknown
  secret: string
  subscriber_id: string | null
  subscriber_kind: SubscriberKind
  subscriber_state: SubscriberState
  email: string | null
  settings: string | null
  sign_in_id: string | null
  sign_in_email: string
  expires_at_ms: number
  update_id: string | null
  body: unknown
}

/**
 * Takes messages that are due, or whose taker has ended. Whoever waits for an answer of theirs comes before what is told to many, and
 * of that pages take turns: who has many on their way waits for whoever has few. Pages are found by steps over the index of turns, so
 * one with fifty thousand messages costs as much as one with a single one.
 */
export async function claimPageMessages(
  sql: Sql,
  { holder, nowMs, leaseMs, limit }: PageMessageClaim,
): Promise<ClaimedPageMessage[]> {
  const now = instant(nowMs)
  const { rows } = await sql.execute<ClaimedRow>(text`
    with recursive page as (
      (select page_id from page_message where state = 'waiting' order by page_id, next_at, n limit 1)
      union all
      select (select m.page_id from page_message m where m.state = 'waiting' and m.page_id > p.page_id
        order by m.page_id, m.next_at, m.n limit 1)
      from page p where p.page_id is not null
    ), underway as (
      select page_id, count(*) as messages from page_message where state = 'sending' and lease_until >= ${now} group by page_id
    ), due as (
      (select id, 0 as turn from page_message where state = 'waiting' and next_at <= ${now} and kind in ('confirm', 'sign_in')
        order by next_at limit ${limit})
      union all
      select m.id, coalesce(u.messages, 0) + m.place as turn
      from page p left join underway u on u.page_id = p.page_id cross join lateral (
        select id, row_number() over (order by next_at, n) as place from page_message
        where state = 'waiting' and page_id = p.page_id and next_at <= ${now} order by next_at, n limit ${limit}
      ) m
      union all
      (select id, 0 as turn from page_message where state = 'sending' and lease_until < ${now} limit ${limit})
    ), turns as (select id, min(turn) as turn from due group by id), taken as (
      select m.id from page_message m join turns t on t.id = m.id
      where m.state = 'waiting' or (m.state = 'sending' and m.lease_until < ${now})
      order by m.kind in ('update', 'maintenance'), t.turn, m.next_at, m.n limit ${limit} for update of m skip locked
    ), claimed as (
      update page_message m set state = 'sending', attempts = m.attempts + 1, lease_holder = ${holder}, lease_until = ${instant(nowMs + leaseMs)}
      from taken t where m.id = t.id
      returning m.*
    )
    select m.id, m.kind, ${msOf('m.due_at')} as due_at_ms, m.attempts, m.update_id, m.body,
      exists(select from page_message l where l.subscriber_id = m.subscriber_id and l.thread = m.thread
        and (l.due_at, l.n) > (m.due_at, m.n)) as is_outdated,
      p.id as page_id, p.workspace_id, coalesce(p.published_slug, p.slug) as slug, case when p.domain_verified_at is not null then p.domain end as domain,
      p.published as content, p.secret,
      s.id as subscriber_id, s.kind as subscriber_kind, s.state as subscriber_state, s.email, s.settings,
      i.id as sign_in_id, i.email as sign_in_email, ${msOf('i.expires_at')} as expires_at_ms
    from claimed m join status_page p on p.id = m.page_id
    left join page_subscriber s on s.id = m.subscriber_id left join page_sign_in i on i.id = m.sign_in_id
    order by m.next_at, m.n`)
  return rows.map(toClaimed)
}

function toClaimed(row: ClaimedRow): ClaimedPageMessage {
  const { id, kind, attempts, body, slug, domain, content, secret, email, settings } = row
  return {
    ...{ id, kind, attempts, body, dueAtMs: row.due_at_ms, isOutdated: row.is_outdated, updateId: row.update_id },
    page: {
      ...{ slug, domain, content, secret },
      id: parseStatusPageId(row.page_id),
      workspaceId: row.workspace_id,
    },
    subscriber:
      row.subscriber_id === null
        ? null
        : {
            ...{ email, settings, kind: row.subscriber_kind, state: row.subscriber_state },
            id: parseSubscriberId(row.subscriber_id),
          },
    signIn:
      row.sign_in_id === null ? null : { id: row.sign_in_id, email: row.sign_in_email, expiresAtMs: row.expires_at_ms },
  }
}

/** An incident as it was when an update of it was published. */
export interface ToldIncident {
  readonly id: string
  readonly title: string
  readonly impact: Impact
  readonly beganAtMs: number
  readonly resolvedAtMs: number | null
  readonly componentIds: readonly string[]
  /** That one first, and those before it. */
  readonly updates: readonly ToldUpdate[]
}

export interface ToldUpdate {
  readonly id: string
  readonly phase: Phase
  readonly body: string
  readonly atMs: number
}

/** That many are read in a message. */
export const toldUpdates = 6

interface ToldRow extends Record<string, unknown> {
  told_id: string
  id: string
  title: string
  impact: Impact
  began_at_ms: number
  resolved_at_ms: number | null
  component_ids: string[]
  update_id: string
  phase: Phase
  body: string
  at_ms: number
}

/** By the ids of updates; what outsiders do not see any more is left out. */
export async function readToldIncidents(sql: Sql, updateIds: readonly string[]): Promise<Map<string, ToldIncident>> {
  if (updateIds.length === 0) return new Map()
  const { rows } = await sql.execute<ToldRow>(text`
    select t.id as told_id, i.id, i.title, i.impact, ${msOf('i.began_at')} as began_at_ms, ${msOf('i.resolved_at')} as resolved_at_ms,
      array(select c.component_id::text from page_incident_component c where c.page_incident_id = i.id order by 1) as component_ids,
      u.id as update_id, u.phase, u.body, ${msOf('u.at')} as at_ms
    from page_incident_update t join page_incident i on i.id = t.page_incident_id
    cross join lateral (
      select o.id, o.phase, o.body, o.at, o.published_at from page_incident_update o
      where o.page_incident_id = i.id and o.published_at is not null and (o.published_at, o.at, o.id) <= (t.published_at, t.at, t.id)
      order by o.published_at desc, o.at desc, o.id desc limit ${toldUpdates}
    ) u
    where t.id = any(${texts(updateIds, String)}::uuid[]) and t.published_at is not null and i.published_at is not null
    order by t.id, u.published_at desc, u.at desc, u.id desc`)
  const found = Map.groupBy(rows, (row) => row.told_id)
  return new Map([...found].map(([id, ofOne]) => [id, toIncident(ofOne)]))
}

function toIncident(rows: readonly ToldRow[]): ToldIncident {
  const [row] = rows
  if (!row) throw new Error('an incident without an update')
  return {
    id: row.id,
    title: row.title,
    impact: row.impact,
    beganAtMs: row.began_at_ms,
    resolvedAtMs: row.resolved_at_ms,
    componentIds: row.component_ids,
    updates: rows.map(({ update_id: id, phase, body, at_ms: atMs }) => ({ id, phase, body, atMs })),
  }
}

export interface FinishedPageMessage extends Pick<ClaimedPageMessage, 'id' | 'attempts'> {
  readonly holder: string
  readonly nowMs: number
  readonly next:
    | { readonly state: 'accepted' | 'dead' | 'superseded' }
    | { readonly state: 'waiting'; readonly nextAtMs: number }
  readonly answer: string
}

/** Notes what became of an attempt. @returns false, and nothing is changed, where another took it over meanwhile. */
export async function finishPageMessage(sql: Sql, done: FinishedPageMessage): Promise<boolean> {
  const { id, attempts, holder, nowMs, next, answer } = done
  const nextAt = next.state === 'waiting' ? instant(next.nextAtMs) : text`next_at`
  const { rowCount } = await sql.execute(text`
    update page_message set state = ${next.state}, next_at = ${nextAt}, lease_holder = null, lease_until = null, answer = ${answer},
      done_at = ${instant(next.state === 'waiting' ? null : nowMs)}
    where id = ${id} and state = 'sending' and lease_holder = ${holder} and attempts = ${attempts}`)
  return (rowCount ?? 0) > 0
}

/** What was sent or given up long ago. */
export async function deletePageMessagesBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from page_message where done_at < ${instant(beforeMs)}`)
}

/** How many are not sent yet, and for how long the oldest of them is due. */
export async function pageMessageDepth(sql: Sql, nowMs: number): Promise<{ waiting: number; oldestAgeMs: number }> {
  const { rows } = await sql.execute<{ waiting: number; oldest_ms: number | null }>(text`
    select count(*)::integer as waiting, ${msOf('min(due_at)')} as oldest_ms from page_message where state in ('waiting', 'sending')`)
  const { waiting = 0, oldest_ms: oldestMs = null } = rows[0] ?? {}
  return { waiting, oldestAgeMs: oldestMs === null ? 0 : Math.max(0, nowMs - oldestMs) }
}
