import type { Stretch } from '@repo/domain/slot-account'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'

/** A stretch of time whose slots one publisher published, without a gap. */
export interface PublisherTerm {
  /** Of the lease under which it led. */
  readonly token: number
  readonly beganAtMs: number
  readonly throughMs: number
}

/** Begins a term or prolongs it. */
export async function saveTerm(sql: Sql, { token, beganAtMs, throughMs }: PublisherTerm): Promise<void> {
  await sql.execute(text`
    insert into publisher_term (token, began_at, through)
    values (${token}, to_timestamp(${beganAtMs}::float8 / 1000), to_timestamp(${throughMs}::float8 / 1000))
    on conflict (token, began_at) do update set through = greatest(publisher_term.through, excluded.through)`)
}

/** The one that reaches furthest. */
export async function findNewestTerm(sql: Sql): Promise<PublisherTerm | undefined> {
  const { rows } = await sql.execute<TermRow & Record<string, unknown>>(text`
    select ${columns} from publisher_term order by through desc limit 1`)
  return rows[0] && toTerm(rows[0])
}

/** The terms that touch a stretch. */
export async function listTerms(sql: Sql, { afterMs, throughMs }: Stretch): Promise<PublisherTerm[]> {
  const { rows } = await sql.execute<TermRow & Record<string, unknown>>(text`
    select ${columns} from publisher_term
    where through > to_timestamp(${afterMs}::float8 / 1000) and began_at <= to_timestamp(${throughMs}::float8 / 1000)`)
  return rows.map(toTerm)
}

export async function deleteTermsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from publisher_term where through < to_timestamp(${beforeMs}::float8 / 1000)`)
}

const columns = text`token::float8 as token, (extract(epoch from began_at) * 1000)::float8 as began_ms, (extract(epoch from through) * 1000)::float8 as through_ms`

interface TermRow {
  token: number
  began_ms: number
  through_ms: number
}

function toTerm(row: TermRow): PublisherTerm {
  return { token: row.token, beganAtMs: row.began_ms, throughMs: row.through_ms }
}
