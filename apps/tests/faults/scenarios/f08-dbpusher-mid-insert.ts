import type { Scenario } from '../../src/fault-run.ts'
import { untilStatement } from '../servers.ts'

export const dbpusherMidInsert: Scenario = {
  id: 'F8',
  title: 'a dbpusher is killed in the middle of its transaction, three times',
  mustHold: 'no part of the batch is seen; the whole of it comes again',
  async harm({ rig, began, ended, pass, scale }) {
    const { dbpusherPostgres } = rig.links
    dbpusherPostgres.setMode({ kind: 'delay', ms: 200, jitterMs: 50 })
    began()
    for (let round = 0; round < 3; round += 1) {
      await untilStatement(rig, 'insert into tick')
      for (const { program } of rig.alive('dbpusher')) program.kill('SIGKILL')
      rig.start('dbpusher')
      rig.start('dbpusher')
      await pass(rig.random.between(1_000, 3_000))
    }
    dbpusherPostgres.setMode({ kind: 'pass' })
    ended()
    await pass(12_000 * scale)
    return []
  },
  twin: {
    // Acknowledged before it is saved.
    sabotages: [
      {
        file: 'packages/streams/src/redis/group.ts',
        find: "'GROUP', group, consumer, 'COUNT', count, 'BLOCK', blockMs, 'STREAMS'",
        replace: "'GROUP', group, consumer, 'COUNT', count, 'BLOCK', blockMs, 'NOACK', 'STREAMS'",
      },
    ],
    complaints: ['I1', 'own'],
  },
}
