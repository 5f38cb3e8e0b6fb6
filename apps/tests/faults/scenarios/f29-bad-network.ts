import type { FaultProxy, LinkMode } from '../../src/fault-proxy.ts'
import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario } from '../../src/fault-run.ts'

export const badNetwork: Scenario = {
  id: 'F29',
  title: 'the links between the roles and the servers are slow, uneven, narrow, and break every packet apart',
  mustHold: 'results come later, and nothing else happens',
  async harm({ rig, began, ended, pass, scale }) {
    began()
    setAll(rig, { kind: 'delay', ms: 150, jitterMs: 150 })
    await pass(7_000 * scale)
    setAll(rig, { kind: 'slice', bytes: 7 })
    await pass(4_000 * scale)
    setAll(rig, { kind: 'bandwidth', bytesPerSecond: 65_536 })
    await pass(7_000 * scale)
    setAll(rig, { kind: 'pass' })
    ended()
    await pass(6_000 * scale)
    return []
  },
  twin: {
    // The publisher publishes at the instant itself: what the network takes is then missing at the start of the check.
    sabotages: [
      { file: 'packages/domain/src/limits.ts', find: 'publishAheadMs: 1_000', replace: 'publishAheadMs: -950' },
    ],
    complaints: ['own', 'I12'],
  },
}

function setAll({ links }: Rig, mode: LinkMode): void {
  const { consumerRedis, ...others } = links
  const all: FaultProxy[] = [...Object.values(others), ...consumerRedis.values()]
  for (const link of all) link.setMode(mode)
}
