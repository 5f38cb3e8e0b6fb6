import { openRedis } from '@repo/streams/connect'
import type { Scenario } from '../../src/fault-run.ts'

export const redisEmptied: Scenario = {
  id: 'F15',
  title: 'FLUSHALL: Redis forgets streams, groups and the lease',
  mustHold: 'groups are made anew, somebody leads again, an alarm is raised',
  mayLose: true,
  async harm({ rig, began, ended, pass, scale }) {
    began()
    await using connection = await openRedis(rig.redis.url)
    await connection.redis.flushall()
    ended()
    await pass(12_000 * scale)
    const alarms = rig.programs.filter(({ program }) => /stream alarm/.test(program.said()))
    return alarms.length === 0 ? ['no process raised an alarm'] : []
  },
  twin: {
    // A group that is gone is not made again.
    sabotages: [
      { file: 'packages/streams/src/redis/inbox.ts', find: 'joined = false\n      reclaim.restart()', replace: '' },
    ],
    complaints: ['I1', 'I12', 'own'],
  },
}
