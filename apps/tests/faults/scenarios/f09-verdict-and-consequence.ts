import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario } from '../../src/fault-run.ts'
import { runSql, untilStatement } from '../servers.ts'

export const verdictAndConsequence: Scenario = {
  id: 'F9',
  title: 'every dbpusher is killed when the ticks of a change are written and the change itself is not',
  mustHold: 'a change and all that follows from it are there together or not at all',
  // All of them come and go, and at the same instant, so that one batch holds many changes.
  rig: { kinds: Array.from({ length: 12 }, () => 'flapping' as const), tellAfterSeconds: [0] },
  async harm({ rig, began, ended, pass, scale }) {
    const { dbpusherPostgres } = rig.links
    await pass(rig.flipMs - (Date.now() % rig.flipMs) + rig.intervalMs / 4)
    dbpusherPostgres.setMode({ kind: 'delay', ms: 250, jitterMs: 50 })
    // The batches that each is at hold little of the change; those that come after them hold all of it.
    await pass(rig.intervalMs)
    began()
    await untilStatement(rig, 'insert into tick')
    for (const { program } of rig.alive('dbpusher')) program.kill('SIGKILL')
    // Nothing may come after the harm that would put right what it left wrong.
    for (const { program } of rig.alive('publisher')) program.kill('SIGKILL')
    dbpusherPostgres.setMode({ kind: 'pass' })
    // What the server was at is over by now. Later on, slots that are given up put right what is wrong here.
    await pass(1_500)
    const leftBehind = await brokenHistories(rig)
    rig.start('dbpusher')
    rig.start('dbpusher')
    // What the dead ones held is claimed after ten seconds.
    await pass(14_000 * scale)
    const broken = [...leftBehind, ...(await brokenHistories(rig))]
    rig.start('publisher')
    await pass(8_000)
    ended()
    return broken
  },
  mayLose: true,
  twin: {
    sabotages: [
      {
        file: 'apps/dbpusher/src/save-results.ts',
        find: 'saveInTransaction(tx, results',
        replace: 'saveInTransaction(sql, results',
      },
    ],
    complaints: ['own'],
  },
}

/** Monitors whose parts do not say the same: the newest ticks, what the regions say, what all together say, the history. */
async function brokenHistories(rig: Rig): Promise<string[]> {
  const views = await runSql(
    rig,
    `select v.monitor_key, v.region_key, v.verdict, t.verdict as said from monitor_region v cross join lateral (
       select verdict from tick where monitor_key = v.monitor_key and region_key = v.region_key
         order by scheduled_at desc limit 1) t
     where v.verdict <> t.verdict`,
  )
  const stale = views.map(
    ({ monitor_key, region_key }) => `monitor ${monitor_key} in region ${region_key} has a tick that moved nothing`,
  )
  const [known] = await runSql(rig, `select to_regclass('state_interval') is not null as yes`)
  if (known?.yes !== true) return stale
  const rows = await runSql(
    rig,
    `select s.monitor_key, s.status, i.status as history from monitor_state s join monitor m using (monitor_key)
      left join state_interval i on i.monitor_key = s.monitor_key and i.ended_at is null
      where m.paused_at is null and i.status is distinct from s.status`,
  )
  return [
    ...stale,
    ...rows.map((row) => `monitor ${row.monitor_key} is ${row.status} and its history says ${row.history}`),
  ]
}
