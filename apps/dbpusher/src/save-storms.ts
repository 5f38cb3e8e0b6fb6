import type { Sql } from '@repo/db/database'
import { addEntries, type NewIncident } from '@repo/db/queries/incident-moves'
import { enqueueEvents } from '@repo/db/queries/outbox'
import {
  createStorms,
  joinStorms,
  listRecentIncidents,
  type NewStorm,
  type RecentIncident,
} from '@repo/db/queries/storms'
import { type GatheredStorm, gatherStorms, stormLimits } from '@repo/domain/storm'

/** Gathers incidents that opened together and have one cause: then there is one thing to tell, not one for each. */
export async function saveStorms(
  tx: Sql,
  opened: readonly NewIncident[],
  means: { readonly nowMs: number; readonly held: ReadonlyMap<number, number> },
): Promise<void> {
  const { nowMs } = means
  if (opened.length === 0) return
  const workspaceIds = [...new Set(opened.map((one) => one.workspaceId))]
  const recent = await listRecentIncidents(tx, workspaceIds, nowMs - stormLimits.togetherMs)
  for (const candidates of Map.groupBy(recent, (one) => one.workspaceId).values()) {
    for (const gathered of gatherStorms(candidates)) await saveStorm(tx, gathered, { candidates, ...means })
  }
}

async function saveStorm(
  tx: Sql,
  { stormId, key, members }: GatheredStorm,
  {
    candidates,
    nowMs,
    held,
  }: { candidates: readonly RecentIncident[]; nowMs: number; held: ReadonlyMap<number, number> },
): Promise<void> {
  const joining = candidates.filter(({ id }) => members.includes(id))
  const [first] = joining
  if (!first) return
  const storm: NewStorm = {
    id: stormId ?? crypto.randomUUID(),
    workspaceId: first.workspaceId,
    trait: key,
    beganAtMs: nowMs,
  }
  if (stormId === null) await createStorms(tx, [storm])
  await joinStorms(
    tx,
    joining.map(({ id }) => ({ id, stormId: storm.id })),
  )
  await addEntries(
    tx,
    joining.map(({ id, workspaceId }) => ({
      ...{ incidentId: id, workspaceId, atMs: nowMs, kind: 'storm' },
      body: { stormId: storm.id, trait: key },
    })),
  )
  // Its members are read when it is told: those that join later are of the same message.
  if (stormId !== null) return
  const body = { stormId: storm.id, trait: key, members: joining.length }
  const notBeforeMs = joining.map(({ monitorKey }) => held.get(monitorKey)).find((ms) => ms !== undefined) ?? null
  await enqueueEvents(tx, [{ monitorKey: first.monitorKey, incidentId: first.id, event: 'storm', body, notBeforeMs }])
}
