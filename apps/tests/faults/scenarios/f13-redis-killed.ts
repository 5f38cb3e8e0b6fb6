import type { Scenario } from '../../src/fault-run.ts'

export const redisKilled: Scenario = {
  id: 'F13',
  title: 'Redis is killed and starts again from its log, which is written every second',
  mustHold: 'at most a second of slots is lost; the groups are as they were; nobody is called down',
  mayLose: true,
  rig: { redisArgs: ['--appendonly', 'yes', '--appendfsync', 'everysec'] },
  async harm({ rig, began, ended, pass, scale }) {
    began()
    await rig.redis.kill()
    // Longer than a command is tried again for.
    await pass(7_000 * scale)
    await rig.redis.restart()
    ended()
    await pass(12_000 * scale)
    return []
  },
  afterwards({ records, fault }) {
    const lost = records.filter(({ code }) => code === 'LOST')
    // Results of what was published in the last second, and checks that were published a second ahead.
    const late = lost.filter(({ scheduledAtMs }) => scheduledAtMs > fault.beganAtMs + 1_500)
    const early = lost.filter(({ scheduledAtMs }) => scheduledAtMs < fault.beganAtMs - 4_000)
    return [...late, ...early].length > 0
      ? [`${late.length} slots are lost that were due after Redis had gone, and ${early.length} that were long over`]
      : []
  },
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
