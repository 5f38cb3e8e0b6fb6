import type { Scenario } from '../../src/fault-run.ts'
import { doubledSince } from '../doubled.ts'
import { leaderOf } from '../leader.ts'

export const publisherFrozen: Scenario = {
  id: 'F2',
  title: 'the leading publisher is frozen until another one leads, and then goes on',
  mustHold: 'the one that wakes up publishes nothing under its old lease',
  async harm({ rig, began, ended, pass, scale }) {
    const old = leaderOf(rig)
    const other = rig.alive('publisher').find((one) => one !== old)
    began()
    old.program.kill('SIGSTOP')
    await other?.program.until(/"leading"/, 20_000)
    await pass(3_000 * scale)
    ended()
    const fromMs = Date.now()
    old.program.kill('SIGCONT')
    await pass(5_000 * scale)
    const doubled = doubledSince(rig, fromMs)
    return doubled > 0 ? [`${doubled} checks were published by two publishers at once and ran twice`] : []
  },
  twin: {
    // Once a leader, always a leader: neither the end of the lease nor its renewal is looked at, and no fence holds.
    sabotages: [
      {
        file: 'apps/publisher/src/leadership.ts',
        find: 'if (held !== undefined && clock.nowMs() >= heldUntilMs) held = undefined',
        replace: '',
      },
      {
        file: 'apps/publisher/src/leadership.ts',
        find: 'if (nowMs >= askAtMs) {',
        replace: 'if (nowMs >= askAtMs && held === undefined) {',
      },
      {
        file: 'apps/publisher/src/publisher.ts',
        find: '.publish(own, { fence })',
        replace: '.publish(own)',
      },
    ],
    complaints: ['own', 'I12'],
  },
}
