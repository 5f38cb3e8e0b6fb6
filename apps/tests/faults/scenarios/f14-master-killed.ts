import type { Scenario } from '../../src/fault-run.ts'
import { lostBeyond, stillAtTheFormer, theFailOver, unheardMs } from '../redis-fail-over.ts'

export const masterKilled: Scenario = {
  id: 'F14',
  title: 'the replica of Redis falls a second behind, the master is killed, and Sentinels promote the replica',
  mustHold: 'what the replica had not heard of is lost and recorded, everybody is at the new master within 15 s',
  mayLose: true,
  rig: { hasSentinels: true },
  async harm({ rig, began, ended, pass, scale }) {
    const failOver = theFailOver(rig)
    began()
    await failOver.cutReplication()
    await pass(unheardMs)
    await rig.redis.kill()
    await failOver.promoted()
    ended()
    await pass(8_000 * scale)
    // It comes back empty, and whoever still asks there would start from nothing.
    await rig.redis.restart()
    await pass(10_000 * scale)
    return stillAtTheFormer(rig)
  },
  afterwards: lostBeyond,
  twin: {
    // A connection that broke is not made again.
    sabotages: [
      {
        file: 'packages/streams/src/connect.ts',
        find: 'retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2_000)',
        replace: 'retryStrategy: () => null',
      },
    ],
    complaints: ['I1', 'I12'],
  },
}
