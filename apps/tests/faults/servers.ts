import { eventually } from '../src/eventually.ts'
import type { Rig } from '../src/fault-rig.ts'
import { withDatabase } from '../src/fault-watch.ts'

/** Starts PostgreSQL again and leads the links to where it is now. */
export async function startPostgresAgain({ postgres, links }: Rig): Promise<void> {
  await postgres.start()
  links.publisherPostgres.setUpstream(postgres.port)
  links.dbpusherPostgres.setUpstream(postgres.port)
  links.notifierPostgres.setUpstream(postgres.port)
}

/** One statement, as the operator of the database would type it. */
export async function runSql(rig: Rig, statement: string): Promise<readonly Record<string, unknown>[]> {
  return withDatabase(rig, async ({ sql }) => (await sql.execute<Record<string, unknown>>(statement)).rows)
}

/**
 * Waits until a dbpusher has sent a statement that matches, just now. Where the way to the database is slow, it then waits
 * for a while for the answer: whoever kills it meanwhile kills it in the middle of its transaction.
 */
export async function untilStatement(rig: Rig, pattern: string): Promise<void> {
  const [clock] = await runSql(rig, 'select clock_timestamp()::text as now')
  await eventually(
    `a statement like "${pattern}"`,
    async () => {
      const rows = await runSql(
        rig,
        `select 1 from pg_stat_activity where pid <> pg_backend_pid() and query ~* '${pattern}' and state_change > '${clock?.now}'`,
      )
      return rows.length > 0
    },
    sentWithinMs,
  )
}

/** A transaction of ten statements takes five seconds on a way that is slow, and one may wait for another. */
const sentWithinMs = 30_000
