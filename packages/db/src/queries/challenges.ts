import { parseUserId, type UserId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'

export interface NewChallenge {
  readonly id: string
  /** `passkey.sign_in`, `oidc`: what is asked for one purpose answers no other. */
  readonly purpose: string
  /** Null where it is not known yet who answers. */
  readonly userId: UserId | null
  readonly data: Record<string, unknown>
  readonly expiresAtMs: number
}

export async function putChallenge(sql: Sql, put: NewChallenge): Promise<void> {
  await sql.execute(text`
    insert into challenge (id, purpose, user_id, data, expires_at)
    values (${put.id}, ${put.purpose}, ${put.userId}, ${JSON.stringify(put.data)}::jsonb, ${instant(put.expiresAtMs)})`)
}

export interface TakenChallenge {
  readonly userId: UserId | null
  /** As it was put: whoever uses it parses it. */
  readonly data: unknown
}

interface ChallengeAsked {
  readonly id: string
  readonly purpose: string
  readonly nowMs: number
}

/** Takes a challenge away: whoever comes second finds nothing. */
export async function takeChallenge(sql: Sql, asked: ChallengeAsked): Promise<TakenChallenge | undefined> {
  const { rows } = await sql.execute<{ user_id: string | null; data: unknown }>(text`
    delete from challenge where id = ${asked.id} and purpose = ${asked.purpose} and expires_at > ${instant(asked.nowMs)} returning user_id, data`)
  return rows[0] && toChallenge(rows[0])
}

/** Looks at a challenge that may be answered more than once, such as by a code that was mistyped. */
export async function findChallenge(sql: Sql, asked: ChallengeAsked): Promise<TakenChallenge | undefined> {
  const { rows } = await sql.execute<{ user_id: string | null; data: unknown }>(text`
    select user_id, data from challenge where id = ${asked.id} and purpose = ${asked.purpose} and expires_at > ${instant(asked.nowMs)}`)
  return rows[0] && toChallenge(rows[0])
}

function toChallenge({ user_id, data }: { user_id: string | null; data: unknown }): TakenChallenge {
  return { userId: user_id === null ? null : parseUserId(user_id), data }
}

export async function deleteChallengesBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from challenge where expires_at < ${instant(beforeMs)}`)
}
