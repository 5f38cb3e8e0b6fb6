import type { Scenario } from '../../src/fault-run.ts'

export const consumerKilled: Scenario = {
  id: 'F4',
  title: 'a consumer is killed while checks are in flight',
  mustHold: 'another one of its region takes over; each slot is run again only while it is fresh',
  async harm({ rig, began, pass, scale }) {
    await pass(rig.random.between(500, 2_500))
    began()
    rig.random.pick(rig.alive('consumer', rig.random.pick(rig.regions))).program.kill('SIGKILL')
    await pass(6_000 * scale)
    return []
  },
  twin: {
    // Acknowledged when it is taken and not when its result is handed over: what the dead one held is gone for ever.
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
