import { eventually } from './eventually.ts'
import type { AlertedIncident, LedgerAlerts, LedgerDelivery } from './fault-ledger.ts'
import type { Rig } from './fault-rig.ts'
import { withDatabase } from './fault-watch.ts'

/** Whoever is killed over a message holds it for 45 s; then it is told again. */
const toldWithinMs = 75_000

/** Waits until nothing is left to be told, or had its time, and gives what was to be told and what was heard. */
export async function closeAlerts(rig: Rig): Promise<LedgerAlerts | undefined> {
  if (!rig.receiver) return undefined
  await untilAllIsTold(rig, toldWithinMs).catch(() => {})
  return readAlerts(rig, rig.receiver.heard)
}

/** Waits until every event was planned and every message has found its end. */
export async function untilAllIsTold(rig: Rig, withinMs: number): Promise<void> {
  const isTold = async () => {
    const [unplanned, deliveries] = [await countUnplanned(rig), await readDeliveries(rig)]
    return unplanned === 0 && deliveries.every(({ state }) => state !== 'waiting' && state !== 'sending')
  }
  await eventually('nothing is left to be told', isTold, withinMs)
}

async function readAlerts(rig: Rig, heard: LedgerAlerts['heard']): Promise<LedgerAlerts> {
  const killed = rig.programs.filter(({ role, exitCode }) => role === 'notifier' && exitCode === killedCode)
  return {
    channels: rig.channels.map(({ name, afterSeconds }) => ({ name, isLater: afterSeconds > 0 })),
    kills: killed.length,
    incidents: await readIncidents(rig),
    deliveries: await readDeliveries(rig),
    unplanned: await countUnplanned(rig),
    heard: [...heard],
  }
}

/** 128 and the number of SIGKILL. */
const killedCode = 137

function readIncidents(rig: Rig): Promise<AlertedIncident[]> {
  return readRows(
    rig,
    `select id, storm_id as "stormId", monitor_key as "monitorKey", (extract(epoch from closed_at) * 1000)::float8 as "closedAtMs"
      from incident where severity = 'down' and silent_because is null order by opened_at`,
  )
}

function readDeliveries(rig: Rig): Promise<LedgerDelivery[]> {
  return readRows(
    rig,
    `select d.id as key, c.name as channel, d.event, d.state from delivery d join channel c on c.id = d.channel_id order by d.due_at`,
  )
}

async function countUnplanned(rig: Rig): Promise<number> {
  const [row] = await readRows<{ count: number }>(
    rig,
    'select count(*)::integer as count from outbox where planned_at is null',
  )
  return row?.count ?? 0
}

async function readRows<Row>(rig: Rig, statement: string): Promise<Row[]> {
  return withDatabase(rig, async ({ sql }) => (await sql.execute(statement)).rows as Row[])
}
