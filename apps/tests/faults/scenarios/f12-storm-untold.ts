import { untilAllIsTold } from '../../src/fault-alerts.ts'
import type { Scenario } from '../../src/fault-run.ts'
import { nextFallMs, toldOtherwise } from '../storm.ts'

const flipMs = 20_000

export const stormUntold: Scenario = {
  id: 'F12',
  title: 'a provider is away while twelve targets fail and come back',
  mustHold:
    'it hears of all of them in one message, that they were down; the other channel in two, when they fail and when they are back',
  rig: {
    flipMs,
    kinds: Array.from({ length: 20 }, (_, target) => (target < 12 ? ('flapping' as const) : ('healthy' as const))),
    tellAfterSeconds: [0, 0],
  },
  async harm({ rig, began, ended, pass, scale }) {
    const fallsAtMs = nextFallMs(flipMs, Date.now())
    await pass(fallsAtMs - Date.now())
    rig.receiver?.answer('hook-0', { kind: 'refuse', status: 500 })
    began()
    // Until all are back and that is known.
    await pass(flipMs + 8_000)
    rig.receiver?.answer('hook-0', { kind: 'accept' })
    ended()
    await untilAllIsTold(rig, 60_000 * scale)
    return toldOtherwise(rig, fallsAtMs, ['hook-0: was_down', 'hook-1: storm, recovered'])
  },
  twin: {
    sabotages: [
      {
        file: 'apps/notifier/src/tell.ts',
        find: 'isOver: story.isOver,',
        replace: 'isOver: false,',
      },
    ],
    complaints: ['I6b', 'own'],
  },
}
