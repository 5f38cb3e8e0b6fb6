import { eventually } from '../../src/eventually.ts'
import { untilAllIsTold } from '../../src/fault-alerts.ts'
import type { Rig } from '../../src/fault-rig.ts'
import { launchPipeline, type Scenario } from '../../src/fault-run.ts'

/** One after the other, so that each notifier has one message in its hands when it dies. */
const tellAfterSeconds = [0, 8, 16]

export const notifierKilled: Scenario = {
  id: 'F10',
  title:
    'three notifiers are killed one after the other, each when a provider took its message and that is not written down',
  mustHold: 'each of these messages is told once more, under the key that it had, and none is lost',
  rig: {
    kinds: Array.from({ length: 12 }, (_, target) => (target === 0 ? ('down' as const) : ('healthy' as const))),
    tellAfterSeconds,
  },
  launch: launchPipeline,
  async harm({ rig, began, ended, pass, scale }) {
    began()
    for (const _kill of tellAfterSeconds) {
      const victim = rig.start('notifier', { env: { FAULT_POINT: 'accepted by the provider' } })
      await eventually('a notifier died over a message', () => victim.hasEnded, 60_000)
    }
    rig.start('notifier')
    rig.start('notifier')
    ended()
    // Each of them holds what it died over for 45 s.
    await untilAllIsTold(rig, 90_000 * scale)
    await pass(2_000)
    return toldOtherwise(rig)
  },
  twin: {
    // Whoever tells it again gives it another name.
    sabotages: [
      {
        file: 'apps/notifier/src/write-alerts.ts',
        find: 'dedupKey, deliveryKey, links: linksOf',
        replace: 'dedupKey, deliveryKey: crypto.randomUUID(), links: linksOf',
      },
    ],
    complaints: ['I6'],
  },
}

function toldOtherwise({ receiver, channels }: Rig): string[] {
  return channels.flatMap(({ name }) => {
    const heard = receiver?.heard.filter(({ channel, event }) => channel === name && event === 'down') ?? []
    const keys = new Set(heard.map(({ deliveryKey }) => deliveryKey)).size
    return heard.length === 2 && keys === 1
      ? []
      : [`${name} heard of the outage ${heard.length} times under ${keys} keys, where twice under one was to be`]
  })
}
