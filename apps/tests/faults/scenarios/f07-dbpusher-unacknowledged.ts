import { eventually } from '../../src/eventually.ts'
import type { Scenario } from '../../src/fault-run.ts'

export const dbpusherUnacknowledged: Scenario = {
  id: 'F7',
  title: 'every dbpusher is killed between its commit and its acknowledgement',
  mustHold: 'the batch comes again and changes nothing',
  async harm({ rig, watch, began, ended, pass, scale }) {
    const { dbpusherPostgres, dbpusherRedis } = rig.links
    // Slow enough that batches are in hand when the way to Redis closes: they are committed and cannot be acknowledged.
    dbpusherPostgres.setMode({ kind: 'delay', ms: 150, jitterMs: 50 })
    await pass(1_500)
    began()
    dbpusherRedis.setMode({ kind: 'drop' })
    const before = watch.records.size
    await eventually('a commit that is not acknowledged', () => watch.records.size > before)
    await pass(1_500)
    const dying = rig.alive('dbpusher')
    for (const { program } of dying) program.kill('SIGKILL')
    await Promise.all(dying.map(({ program }) => program.exited))
    // What the link held back dies with its connections: no acknowledgement gets through after all.
    dbpusherRedis.setMode({ kind: 'reset' })
    for (const link of [dbpusherPostgres, dbpusherRedis]) link.setMode({ kind: 'pass' })
    ended()
    rig.start('dbpusher')
    rig.start('dbpusher')
    await pass(14_000 * scale)
    return []
  },
  twin: {
    // A row that is there already is then an error, and its batch comes again for ever.
    sabotages: [{ file: 'packages/db/src/queries/insert-ticks.ts', find: 'on conflict do nothing', replace: '' }],
    complaints: ['I1', 'I11', 'I13'],
  },
}
