import type { Scenario } from '../../src/fault-run.ts'
import { leaderOf } from '../leader.ts'

export const publisherKilled: Scenario = {
  id: 'F1',
  title: 'the leading publisher is killed',
  mustHold: 'the other one leads within 10 s; what nobody published in between is recorded and not silent',
  async harm({ rig, began, ended, pass, scale }) {
    await pass(rig.random.between(0, 2_000))
    const leader = leaderOf(rig)
    began()
    leader.program.kill('SIGKILL')
    const killedAt = performance.now()
    const other = rig.alive('publisher').find((one) => one !== leader)
    await other?.program.until(/"leading"/, 12_000).catch(() => {})
    const tookMs = performance.now() - killedAt
    ended()
    await pass(6_000 * scale)
    return tookMs > 10_000 ? [`the other publisher took ${(tookMs / 1_000).toFixed(1)} s to lead`] : []
  },
  twin: {
    // The lease of a dead leader outlives it by a minute.
    sabotages: [
      {
        file: 'apps/publisher/src/services.ts',
        find: 'const leaseTtlMs = 6_000',
        replace: 'const leaseTtlMs = 60_000',
      },
    ],
    complaints: ['own'],
  },
}
