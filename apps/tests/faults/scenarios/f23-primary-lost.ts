import { lacksPostgresPair, type PostgresPair } from '../../src/fault-postgres-pair.ts'
import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario, Stage } from '../../src/fault-run.ts'
import { runSql } from '../servers.ts'

/** So late does the replica hear of everything. */
const behindMs = 500

const shared = {
  lacks: lacksPostgresPair,
  twin: {
    // A batch that cannot be saved is taken for done.
    sabotages: [
      {
        file: 'apps/dbpusher/src/save-results.ts',
        find: 'return done\n    })',
        replace: 'return done\n    }).catch(() => undefined)\n    if (!saved) return',
      },
    ],
    complaints: ['I1', 'own'],
  },
} satisfies Partial<Scenario>

export const primaryLostSynchronously: Scenario = {
  ...shared,
  id: 'F23',
  title: 'PostgreSQL is ended for good and its replica promoted, half a second away, which every commit had waited for',
  mustHold: 'no tick and no change of a status that anybody has seen is lost',
  rig: { postgresPair: { isSynchronous: true } },
  async harm(stage) {
    await fallBehind(stage)
    const { ticks, changes } = await loseThePrimary(stage)
    return [...(ticks.length > 0 ? [`${ticks.length} ticks that were committed are gone`] : []), ...changes]
  },
}

export const primaryLostAsynchronously: Scenario = {
  ...shared,
  id: 'F23b',
  title: 'PostgreSQL is ended for good and its replica promoted, which was half a second behind',
  mustHold: 'what was committed in that half second is lost and recorded as lost, and nothing else',
  mayLose: true,
  rig: { postgresPair: { isSynchronous: false } },
  async harm(stage) {
    await fallBehind(stage)
    const { ticks, fromMs } = await loseThePrimary(stage)
    const windowMs = Math.max(0, ...ticks.map(({ seenAtMs }) => fromMs - seenAtMs))
    stage.note(`${ticks.length} committed ticks were lost, the oldest seen ${windowMs} ms before the primary ended`)
    return windowMs > behindMs + 1_000 ? [`ticks of the last ${windowMs} ms are gone`] : []
  },
  afterwards({ records, fault }) {
    const late = records.filter(({ code, scheduledAtMs }) => code === 'LOST' && scheduledAtMs > fault.beganAtMs)
    return late.length > 0 ? [`${late.length} slots are lost that were due after the primary had ended`] : []
  },
}

async function fallBehind({ rig, pass }: Stage): Promise<void> {
  thePair(rig).replication.setMode({ kind: 'delay', ms: behindMs, jitterMs: 0 })
  await pass(3_000)
}

/** What was seen in the primary and is not in the replica: ticks, and sentences about changes of a status. */
async function loseThePrimary({ rig, watch, began, ended, pass, scale, note }: Stage) {
  const pair = thePair(rig)
  const before = await changesOf(rig)
  await watch.look()
  began()
  const fromMs = Date.now()
  await pair.failOver()
  for (const link of [rig.links.publisherPostgres, rig.links.dbpusherPostgres]) link.setUpstream(pair.port)
  note(`the replica took writes after ${Date.now() - fromMs} ms`)
  ended()
  const ticks = await watch.forgetMissing()
  const after = new Set(await changesOf(rig))
  const gone = before.filter((id) => !after.has(id))
  await pass(12_000 * scale)
  return { ticks, fromMs, changes: gone.map((change) => `it is forgotten that ${change}`) }
}

/** Every change of a status, which is written with the tick that made it. */
async function changesOf(rig: Rig): Promise<readonly string[]> {
  const rows = await runSql(rig, 'select monitor_key, began_at::text, status from state_interval')
  return rows.map(({ monitor_key, began_at, status }) => `monitor ${monitor_key} is ${status} from ${began_at}`)
}

function thePair({ pair }: Rig): PostgresPair {
  if (!pair) throw new Error('this instance has one PostgreSQL')
  return pair
}
