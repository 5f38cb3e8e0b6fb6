import { roles } from '../../src/fault-rig.ts'
import type { Scenario } from '../../src/fault-run.ts'
import { launchUsual } from '../../src/fault-run.ts'

export const wholeOutage: Scenario = {
  id: 'F25',
  title: 'every process of ours is killed, and all start again later',
  mustHold: 'a gap and not a burst: what fell into it is recorded, and nobody is called down or told to be',
  rig: { tellAfterSeconds: [0, 0] },
  mayLose: true,
  async harm({ rig, began, ended, pass, scale }) {
    began()
    for (const role of roles) {
      for (const { program } of rig.alive(role)) program.kill('SIGKILL')
    }
    await pass(8_000 * scale)
    launchUsual(rig)
    await Promise.any(rig.alive('publisher').map(({ program }) => program.until(/"leading"/, 20_000)))
    ended()
    await pass(12_000 * scale)
    return []
  },
  twin: {
    sabotages: [
      {
        file: 'apps/consumer/src/run-check.ts',
        find: 'startedAtMs > check.expiresAtMs',
        replace: 'startedAtMs > check.expiresAtMs + 600_000',
      },
    ],
    complaints: ['I8', 'I12'],
  },
}
