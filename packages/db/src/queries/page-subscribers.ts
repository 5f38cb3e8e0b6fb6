import { parseSubscriberId, type StatusPageId, type SubscriberId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** Who wants to hear of a status page. */

export const subscriberStates = ['pending', 'confirmed', 'unsubscribed'] as const
export type SubscriberState = (typeof subscriberStates)[number]
export type SubscriberKind = 'email' | 'webhook' | 'slack' | 'teams' | 'discord'

/** Why nobody is told any more. */
export type EndedBecause = 'asked' | 'gone' | 'refused'

export interface AskedSubscription {
  /** Taken where the address is not known on the page. */
  readonly id: SubscriberId
  readonly pageId: StatusPageId
  readonly kind: SubscriberKind
  /** The same for the same address, however it is written. */
  readonly addressKey: string
  readonly email: string | null
  /** Of a hook, sealed. */
  readonly settings: string | null
  /** Null for all that is said on the page. */
  readonly components: readonly string[] | null
}

const HOUR_MS = 3_600_000

/**
 * Writes down that an address is to be asked whether it wants to hear of a page, once an hour at most: one statement, the same for
 * those that are known, unknown or asked already. What is confirmed stays as it is. Nothing where the page is not published.
 */
export async function askSubscriber(sql: Sql, asked: AskedSubscription, nowMs: number): Promise<void> {
  const { id, pageId, kind, addressKey, email, settings, components } = asked
  const now = instant(nowMs)
  await sql.execute(text`
    with asked as (
      insert into page_subscriber as s (id, page_id, workspace_id, kind, address_key, email, settings, components, created_at)
      select ${id}::uuid, p.id, p.workspace_id, ${kind}, ${addressKey}, ${email}, ${settings}, ${listOf(components)}, ${now}
      from status_page p where p.id = ${pageId} and p.published is not null
      on conflict (page_id, address_key) do update set
        components = case when s.state = 'confirmed' then s.components else excluded.components end,
        round = case when s.state = 'unsubscribed' then s.round + 1 else s.round end,
        created_at = case when s.state = 'unsubscribed' then excluded.created_at else s.created_at end,
        state = case when s.state = 'unsubscribed' then 'pending' else s.state end,
        confirmed_at = case when s.state = 'unsubscribed' then null else s.confirmed_at end, ended_at = null, ended_because = null
      returning s.id, s.page_id, s.workspace_id, s.round
    )
    insert into page_message (page_id, workspace_id, subscriber_id, kind, event, due_at, next_at)
    select page_id, workspace_id, id, 'confirm', 'confirm ' || round || ' ' || ${Math.floor(nowMs / HOUR_MS)}::text, ${now}, ${now} from asked
    on conflict do nothing`)
}

function listOf(components: readonly string[] | null): SQL {
  return components === null ? text`null::uuid[]` : text`${texts(components, String)}::uuid[]`
}

interface OfPage {
  readonly pageId: StatusPageId
  readonly id: SubscriberId
}

/** What somebody chose who came by one of our links. */
export interface Subscription {
  readonly kind: SubscriberKind
  readonly state: SubscriberState
  readonly components: readonly string[] | null
}

export async function findSubscription(sql: Sql, { pageId, id }: OfPage): Promise<Subscription | undefined> {
  const { rows } = await sql.execute<Subscription & Record<string, unknown>>(text`
    select kind, state, components::text[] as components from page_subscriber where page_id = ${pageId} and id = ${id}`)
  return rows[0]
}

/** @returns false where there is nobody who could confirm: they ended it, or asked too long ago. */
export async function confirmSubscriber(sql: Sql, { pageId, id }: OfPage, nowMs: number): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update page_subscriber set state = 'confirmed', confirmed_at = coalesce(confirmed_at, ${instant(nowMs)})
    where page_id = ${pageId} and id = ${id} and state <> 'unsubscribed'`)
  return (rowCount ?? 0) > 0
}

/** Works as often as it is asked. @returns false where it has ended before, or there is no such subscriber. */
export async function endSubscription(
  sql: Sql,
  { pageId, id }: OfPage,
  { because, nowMs }: { readonly because: EndedBecause; readonly nowMs: number },
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update page_subscriber set state = 'unsubscribed', ended_at = ${instant(nowMs)}, ended_because = ${because}
    where page_id = ${pageId} and id = ${id} and state <> 'unsubscribed'`)
  return (rowCount ?? 0) > 0
}

/** @returns false where they are not subscribed. */
export async function chooseComponents(
  sql: Sql,
  { pageId, id }: OfPage,
  components: readonly string[] | null,
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update page_subscriber set components = ${listOf(components)}
    where page_id = ${pageId} and id = ${id} and state <> 'unsubscribed'`)
  return (rowCount ?? 0) > 0
}

/** A subscriber as the owner of the page sees them; `settings` stay sealed. */
export interface StoredSubscriber extends Subscription {
  readonly id: SubscriberId
  readonly email: string | null
  readonly settings: string | null
  readonly endedBecause: EndedBecause | null
  readonly createdAtMs: number
  readonly confirmedAtMs: number | null
  readonly endedAtMs: number | null
}

interface SubscriberRow extends Record<string, unknown> {
  id: string
  kind: SubscriberKind
  state: SubscriberState
  email: string | null
  settings: string | null
  components: string[] | null
  ended_because: EndedBecause | null
  created_at_ms: number
  confirmed_at_ms: number | null
  ended_at_ms: number | null
}

export interface WantedSubscribers {
  readonly state?: SubscriberState | undefined
  readonly limit: number
  readonly cursor?: { readonly id: string } | undefined
}

/** In the order in which they first asked. */
export async function listSubscribers(
  sql: Sql,
  pageId: StatusPageId,
  { state, limit, cursor }: WantedSubscribers,
): Promise<{ readonly items: readonly StoredSubscriber[]; readonly next: { readonly id: string } | null }> {
  const later = cursor ? text`id > ${cursor.id}::uuid` : text`true`
  const inState = state ? text`state = ${state}` : text`true`
  const found = await readSubscribers(sql, text`page_id = ${pageId} and ${later} and ${inState}`, limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last ? { id: last.id } : null }
}

export async function findSubscriber(
  sql: Sql,
  { pageId, addressKey }: { readonly pageId: StatusPageId; readonly addressKey: string },
): Promise<StoredSubscriber | undefined> {
  const [found] = await readSubscribers(sql, text`page_id = ${pageId} and address_key = ${addressKey}`, 1)
  return found
}

async function readSubscribers(sql: Sql, where: SQL, limit: number): Promise<StoredSubscriber[]> {
  const { rows } = await sql.execute<SubscriberRow>(text`
    select id, kind, state, email, settings, components::text[] as components, ended_because,
      ${msOf('created_at')} as created_at_ms, ${msOf('confirmed_at')} as confirmed_at_ms, ${msOf('ended_at')} as ended_at_ms
    from page_subscriber where ${where} order by id limit ${limit}`)
  return rows.map((row) => ({
    id: parseSubscriberId(row.id),
    kind: row.kind,
    state: row.state,
    email: row.email,
    settings: row.settings,
    components: row.components,
    endedBecause: row.ended_because,
    createdAtMs: row.created_at_ms,
    confirmedAtMs: row.confirmed_at_ms,
    endedAtMs: row.ended_at_ms,
  }))
}

export async function countSubscribers(sql: Sql, pageId: StatusPageId): Promise<Record<SubscriberState, number>> {
  const { rows } = await sql.execute<{ state: SubscriberState; count: number }>(text`
    select state, count(*)::integer as count from page_subscriber where page_id = ${pageId} group by state`)
  return { pending: 0, confirmed: 0, unsubscribed: 0, ...Object.fromEntries(rows.map((row) => [row.state, row.count])) }
}

/** With all that is to be sent to them. */
export async function deleteSubscriber(sql: Sql, { pageId, id }: OfPage): Promise<boolean> {
  const { rowCount } = await sql.execute(text`delete from page_subscriber where page_id = ${pageId} and id = ${id}`)
  return (rowCount ?? 0) > 0
}

/** Those who never confirmed. @returns how many. */
export async function deletePendingBefore(sql: Sql, beforeMs: number): Promise<number> {
  const { rowCount } = await sql.execute(text`
    delete from page_subscriber where state = 'pending' and created_at < ${instant(beforeMs)}`)
  return rowCount ?? 0
}
