import type { Intake } from '@repo/domain/intake'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** A stretch of time in which one process took pings, without a break that it knows of. */
export interface SavedIntake {
  readonly process: string
  readonly beganAtMs: number
  readonly throughMs: number
  /** Whether it takes no more. */
  readonly hasEnded: boolean
}

/** Begins a stretch or prolongs it. */
export async function saveIntake(sql: Sql, { process, beganAtMs, throughMs, hasEnded }: SavedIntake): Promise<void> {
  await sql.execute(text`
    insert into ping_intake (process, began_at, through, has_ended)
    values (${process}, ${instant(beganAtMs)}, ${instant(throughMs)}, ${hasEnded})
    on conflict (process, began_at) do update
    set through = greatest(ping_intake.through, excluded.through), written_at = now(), has_ended = excluded.has_ended`)
}

/** Who wrote nothing for so long holds no ping back any more: no statement of theirs can still be on its way. */
const goneAfterSeconds = 30

/** The stretches that reach beyond an instant, and those that are still growing: of a process that is the newest. */
export async function listIntakes(sql: Sql, afterMs: number): Promise<Intake[]> {
  const { rows } = await sql.execute<{ began_ms: number; through_ms: number; living: boolean }>(text`
    select began_ms, through_ms, living from (
      select through, ${msOf('began_at')} as began_ms, ${msOf('through')} as through_ms,
        not has_ended and written_at > now() - ${goneAfterSeconds}::float8 * interval '1 second'
          and began_at = (select max(began_at) from ping_intake newer where newer.process = i.process) as living
      from ping_intake i
    ) i
    where living or through > ${instant(afterMs)}`)
  return rows.map((row) => ({ beganAtMs: row.began_ms, throughMs: row.through_ms, isLiving: row.living }))
}

export async function deleteIntakesBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from ping_intake where through < ${instant(beforeMs)}`)
}
