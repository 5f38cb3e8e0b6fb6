import { isCarriedOut } from '../../src/fault-ledger.ts'
import type { Scenario } from '../../src/fault-run.ts'
import { startPostgresAgain } from '../servers.ts'

export const postgresStopped: Scenario = {
  id: 'F16',
  title: 'PostgreSQL is stopped',
  mustHold: 'checks go on, results wait in their stream, nothing is lost and nobody is called down',
  async harm({ rig, began, ended, pass, scale }) {
    began()
    await rig.postgres.stop()
    const fromMs = Date.now()
    await pass(10_000 * scale)
    const requests = rig.farm.requests.filter(({ atMs }) => atMs >= fromMs).length
    const due = (rig.monitors.length * rig.regions.length * (Date.now() - fromMs)) / rig.intervalMs
    await startPostgresAgain(rig)
    ended()
    await pass(10_000 * scale)
    return requests < due * 0.9 ? [`only ${requests} of ${Math.round(due)} checks ran while the database was away`] : []
  },
  afterwards({ records, fault }) {
    const given = records.filter(
      (record) =>
        record.scheduledAtMs >= fault.beganAtMs && record.scheduledAtMs <= fault.endedAtMs && !isCarriedOut(record),
    )
    return given.length > 0 ? [`${given.length} slots of the fault were given up although their checks ran`] : []
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
