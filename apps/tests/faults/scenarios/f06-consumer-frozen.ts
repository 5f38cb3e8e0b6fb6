import type { Scenario } from '../../src/fault-run.ts'

export const consumerFrozen: Scenario = {
  id: 'F6',
  title: 'a consumer stands still for 20 s with checks in its hands, and then goes on',
  mustHold: 'its checks go to another one; when it wakes up it runs none of them late, and calls nothing down',
  async harm({ rig, began, ended, pass, scale }) {
    const frozen = rig.random.pick(rig.alive('consumer', rig.random.pick(rig.regions)))
    began()
    frozen.program.kill('SIGSTOP')
    await pass(20_000 * scale)
    ended()
    frozen.program.kill('SIGCONT')
    await pass(5_000 * scale)
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
    complaints: ['I8'],
  },
}
