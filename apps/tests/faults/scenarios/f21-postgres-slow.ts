import { openDatabase } from '@repo/db/database'
import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario } from '../../src/fault-run.ts'

export const postgresSlow: Scenario = {
  id: 'F21',
  title: 'PostgreSQL answers slowly, then the ticks are locked, then there are no connections left',
  mustHold: 'batches grow and nothing else happens; nothing stays stuck afterwards',
  async harm({ rig, began, ended, pass, scale }) {
    const links = [rig.links.dbpusherPostgres, rig.links.publisherPostgres]
    began()
    for (const link of links) link.setMode({ kind: 'delay', ms: 500, jitterMs: 100 })
    await pass(6_000 * scale)
    for (const link of links) link.setMode({ kind: 'pass' })
    await lockTicks(rig, () => pass(6_000 * scale))
    const taken = takeConnections(rig, 6 * scale)
    // Whoever is connected has to connect anew, and finds no room.
    for (const link of links) link.setMode({ kind: 'reset' })
    for (const link of links) link.setMode({ kind: 'pass' })
    await taken
    ended()
    await pass(8_000 * scale)
    return []
  },
  twin: {
    // A batch that cannot be saved is taken for done.
    sabotages: [
      {
        file: 'apps/dbpusher/src/save-results.ts',
        find: 'return done\n    })',
        replace: 'return done\n    }).catch(() => undefined)\n    if (!saved) return',
      },
    ],
    complaints: ['I1', 'own'],
  },
}

async function lockTicks(rig: Rig, meanwhile: () => Promise<void>): Promise<void> {
  await using database = openDatabase(rig.postgres.url, { connections: 1, onError: () => {} })
  await database.sql.transaction(async (tx) => {
    await tx.execute('lock table tick in exclusive mode')
    await meanwhile()
  })
}

/** Takes every connection that the server has left, and holds it for so long; one that finds no room has what it wanted. */
async function takeConnections(rig: Rig, seconds: number): Promise<void> {
  await using database = openDatabase(rig.postgres.url, { connections: 60, onError: () => {} })
  await Promise.allSettled(Array.from({ length: 60 }, () => database.sql.execute(`select pg_sleep(${seconds})`)))
}
