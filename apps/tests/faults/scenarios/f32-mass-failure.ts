import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario } from '../../src/fault-run.ts'
import { runSql } from '../servers.ts'

const falling = 24
const flipMs = 20_000

export const massFailure: Scenario = {
  id: 'F32',
  title: 'six targets in ten fail at once, for they have one provider',
  mustHold: 'it is one storm with all of them as members, told once, and nothing is told of each by itself',
  rig: {
    flipMs,
    kinds: Array.from({ length: 40 }, (_, target) => (target < falling ? ('flapping' as const) : ('healthy' as const))),
  },
  async harm({ rig, began, ended, pass, scale }) {
    const nowMs = Date.now()
    // They are well in every other stretch of time.
    const fallsAtMs = Math.ceil((nowMs + 3_000 - flipMs) / (2 * flipMs)) * 2 * flipMs + flipMs
    await pass(fallsAtMs - nowMs)
    began()
    await pass(flipMs - 1_000)
    ended()
    const wrong = await whatWasTold(rig, fallsAtMs)
    await pass(8_000 * scale)
    return wrong
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
