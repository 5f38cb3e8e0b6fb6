import type { Scenario } from '../../src/fault-run.ts'
import { lostBeyond, stillAtTheFormer, theFailOver, unheardMs } from '../redis-fail-over.ts'

export const masterFrozen: Scenario = {
  id: 'F14b',
  title: 'the same, but the master stands still with its connections open, and goes on when it is none any more',
  mustHold: 'nobody waits at the former master for longer than 15 s; what it had not passed on is lost and recorded',
  mayLose: true,
  rig: { hasSentinels: true },
  async harm({ rig, began, ended, pass, scale }) {
    const failOver = theFailOver(rig)
    began()
    await failOver.cutReplication()
    await pass(unheardMs)
    process.kill(rig.redis.pid, 'SIGSTOP')
    const frozenAtMs = performance.now()
    await failOver.promoted()
    ended()
    await pass(15_000 * scale - (performance.now() - frozenAtMs))
    const waiting = stillAtTheFormer(rig)
    process.kill(rig.redis.pid, 'SIGCONT')
    await pass(10_000 * scale)
    return [...waiting, ...stillAtTheFormer(rig)]
  },
  afterwards: lostBeyond,
  twin: {
    // A connection on which nothing is answered is kept.
    sabotages: [
      { file: 'packages/streams/src/connect.ts', find: 'socketTimeout: streamLimits.silenceMs,', replace: '' },
    ],
    complaints: ['I1', 'I12', 'own'],
  },
}
