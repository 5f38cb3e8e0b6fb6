import type { Scenario } from '../../src/fault-run.ts'

export const publishersGone: Scenario = {
  id: 'F3',
  title: 'every publisher is killed, and new ones start three intervals later',
  mustHold: 'only the newest slot of each monitor runs; those before it are recorded; no burst',
  mayLose: true,
  async harm({ rig, began, ended, pass, scale }) {
    began()
    for (const { program } of rig.alive('publisher')) program.kill('SIGKILL')
    await pass(3 * rig.intervalMs * scale)
    const started = [rig.start('publisher'), rig.start('publisher')]
    await Promise.any(started.map(({ program }) => program.until(/"leading"/, 20_000)))
    ended()
    await pass(6_000 * scale)
    return []
  },
  twin: {
    // A burst in place of a gap: all that was missed goes out at once, and whoever gets it does not look at its expiry.
    sabotages: [
      {
        file: 'apps/publisher/src/schedule.ts',
        find: 'nextSlotMs(plan, fromMs)',
        replace: 'nextSlotMs(plan, nowMs - 20_000)',
      },
      {
        file: 'apps/publisher/src/schedule.ts',
        find: 'return Math.max(plan.nextMs, newestMs)',
        replace: 'return plan.nextMs',
      },
      {
        file: 'apps/publisher/src/publisher.ts',
        find: 'const lateAfterMs = 1_000',
        replace: 'const lateAfterMs = 600_000',
      },
      {
        file: 'apps/consumer/src/run-check.ts',
        find: 'startedAtMs > check.expiresAtMs',
        replace: 'startedAtMs > check.expiresAtMs + 600_000',
      },
    ],
    complaints: ['I8', 'I12'],
  },
}
