import { untilAllIsTold } from '../../src/fault-alerts.ts'
import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario } from '../../src/fault-run.ts'
import { runSql } from '../servers.ts'
import { nextFallMs, toldOtherwise } from '../storm.ts'

const falling = 24
const flipMs = 20_000

export const massFailure: Scenario = {
  id: 'F32',
  title: 'six targets in ten fail at once, for they have one provider',
  mustHold:
    'it is one storm with all of them as members; each channel is told once that it began and once that it is over, and nothing of each by itself',
  rig: {
    flipMs,
    kinds: Array.from({ length: 40 }, (_, target) => (target < falling ? ('flapping' as const) : ('healthy' as const))),
    tellAfterSeconds: [0, 0],
  },
  async harm({ rig, began, ended, pass, scale }) {
    const fallsAtMs = nextFallMs(flipMs, Date.now())
    await pass(fallsAtMs - Date.now())
    began()
    await pass(flipMs - 1_000)
    ended()
    const wrong = await whatWasTold(rig, fallsAtMs)
    await pass(8_000 * scale)
    await untilAllIsTold(rig, 30_000)
    return [
      ...wrong,
      ...(await toldOtherwise(rig, fallsAtMs, ['hook-0: storm, recovered', 'hook-1: storm, recovered'])),
    ]
  },
  twin: {
    sabotages: [
      {
        file: 'packages/domain/src/storm.ts',
        find: 'const enough = key.startsWith',
        replace: 'if (stormId === null) continue\n    const enough = key.startsWith',
      },
    ],
    complaints: ['own'],
  },
}

async function whatWasTold(rig: Rig, sinceMs: number): Promise<string[]> {
  const since = `to_timestamp(${sinceMs / 1_000})`
  const [count] = await runSql(
    rig,
    `select (select count(*)::integer from incident where opened_at >= ${since}) as incidents,
      (select count(*)::integer from incident where opened_at >= ${since} and storm_id is not null) as members,
      (select count(*)::integer from storm where created_at >= ${since}) as storms,
      (select count(*)::integer from outbox where event = 'storm' and created_at >= ${since}) as told,
      (select count(*)::integer from outbox where event = 'opened' and created_at >= ${since}) as alone`,
  )
  const seen = { ...count }
  const expected = { incidents: falling, members: falling, storms: 1, told: 1, alone: 0 }
  return Object.entries(expected)
    .filter(([name, wanted]) => seen[name] !== wanted)
    .map(([name, wanted]) => `${name}: ${seen[name]} where ${wanted} were to be`)
}
