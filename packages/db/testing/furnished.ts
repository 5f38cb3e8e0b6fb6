import { parseViewId, type UserId, type WorkspaceId } from '@repo/domain/ids'
import { keepMaintenance } from '@repo/domain/maintenance-history'
import { makeMonitorId, makeResult, makeTick, makeView, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { useLink } from '../src/queries/alert-links.ts'
import { insertDeliveries, saveStories } from '../src/queries/alert-stories.ts'
import { writeAudit } from '../src/queries/audit.ts'
import { claimDeliveries, noteLostAttempt } from '../src/queries/deliveries.ts'
import { setParents } from '../src/queries/dependencies.ts'
import { insertDigests } from '../src/queries/digests.ts'
import { saveEvidence } from '../src/queries/evidence.ts'
import { openGroupOutages } from '../src/queries/group-outages.ts'
import { insertPings, type NewPing } from '../src/queries/heartbeat-pings.ts'
import { insertResults } from '../src/queries/heartbeat-results.ts'
import { beginRequest } from '../src/queries/idempotency.ts'
import { addEntries, openIncidents } from '../src/queries/incident-moves.ts'
import { lockHistories, saveHistories } from '../src/queries/maintenance-keeping.ts'
import type { StoredMonitor } from '../src/queries/monitors.ts'
import { enqueueEvents } from '../src/queries/outbox.ts'
import { moveAdvisories } from '../src/queries/region-health.ts'
import { getRegionKeys } from '../src/queries/regions.ts'
import { markDirtyBuckets } from '../src/queries/rollup-marks.ts'
import { createView } from '../src/queries/saved-views.ts'
import { createStorms, joinStorms } from '../src/queries/storms.ts'
import { saveViews } from '../src/queries/verdicts.ts'
import { saveKnownFacts } from '../src/queries/watched-facts.ts'
import { addAlertPolicy, addChannel, addDelivery, addSchedule, makeRule } from './alerting.ts'
import { setEmail } from './digests.ts'
import { addIncident as addOpenIncident } from './incidents.ts'
import { addGroup, addWindow } from './maintenance.ts'
import { addFormerMember, addInvitation, addKey, addSession, hashOf } from './people.ts'
import { addHeartbeat, addMonitor, addUser } from './populate.ts'
import { furnishStatusPage } from './status-pages.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A workspace with a row in every table that has rows of a workspace. */
export async function addFurnished(sql: Sql): Promise<WorkspaceId> {
  const { workspaceId, id: userId } = await addUser(sql)
  const { monitorKey } = await addMonitor(sql, workspaceId)
  const view = makeView('a', 'down', noonMs)
  await saveViews(sql, [{ monitorKey, view }], await getRegionKeys(sql, [view.region]))
  await addIncident(sql, { monitorKey, workspaceId })
  await markDirtyBuckets(sql, [{ monitorKey, scheduledAtMs: noonMs }], noonMs + DAY_MS)
  const heartbeat = await addHeartbeat(sql, workspaceId)
  await insertPings(sql, [{ ...somePing, monitorKey: heartbeat.monitorKey }])
  await insertResults(sql, [{ monitorKey: heartbeat.monitorKey, scheduledAtMs: noonMs, text: '{}' }])
  await addSession(sql, userId, { workspaceId })
  await addKey(sql, { workspaceId, createdBy: userId })
  await addInvitation(sql, { workspaceId, invitedBy: userId })
  await addFormerMember(sql, workspaceId)
  await beginRequest(sql, { workspaceId, principalId: userId, key: 'k', nowMs: noonMs, requestHash: hashOf('body') })
  await writeAudit(sql, { ...someDeed, workspaceId, nowMs: noonMs })
  await addPlans(sql, workspaceId, await addMonitor(sql, workspaceId))
  await addTelling(sql, { workspaceId, userId, monitorKey })
  await createView(sql, { id: parseViewId(crypto.randomUUID()), workspaceId, userId, name: 'Mine', search: '' }, noonMs)
  await furnishStatusPage(sql, workspaceId)
  await setEmail(sql, userId, `${userId}@example.com`)
  await insertDigests(sql, [{ workspaceId, week: 1, fromMs: noonMs - DAY_MS, toMs: noonMs }], noonMs)
  return workspaceId
}

/** Somebody who is on call, and who was told something. */
async function addTelling(
  sql: Sql,
  { workspaceId, userId, monitorKey }: { workspaceId: WorkspaceId; userId: UserId; monitorKey: number },
): Promise<void> {
  await addSchedule(sql, { workspaceId, userId })
  const channelId = await addChannel(sql, { workspaceId, userId })
  const { id: policyId } = await addAlertPolicy(sql, { workspaceId, rule: makeRule(channelId) })
  const storyId = crypto.randomUUID()
  const about = { workspaceId, incidentId: null, stormId: null, groupOutageId: null, monitorKey, body: {}, events: [] }
  await saveStories(sql, [{ ...about, id: storyId, plannedThroughMs: noonMs, nextAtMs: null }])
  const alert = { policyId, channelId, storyId, workspaceId, spell: 0, part: 'news', event: 'warning' } as const
  await insertDeliveries(sql, [{ ...alert, key: 'news:0', dueAtMs: noonMs }])
  const claim = { holder: 'test', nowMs: noonMs, leaseMs: HOUR_MS, limit: 10, perChannel: 10, busy: [] }
  for (const { id } of await claimDeliveries(sql, claim))
    await noteLostAttempt(sql, { id, workspaceId, number: 1, nowMs: noonMs })
  const other = await addMonitor(sql, workspaceId)
  const deliveryId = await addDelivery(sql, { workspaceId, channelId, incidentId: await addOpenIncident(sql, other) })
  await useLink(sql, { deliveryId, deed: 'acknowledge', workspaceId, nowMs: noonMs })
}

/** An incident of a storm, with all that belongs to it. */
async function addIncident(sql: Sql, { monitorKey, workspaceId }: { monitorKey: number; workspaceId: WorkspaceId }) {
  const incidentId = crypto.randomUUID()
  const stormId = crypto.randomUUID()
  const cause = { code: 'TCP_REFUSED', message: 'refused', region: 'a' } as const
  const opened = { id: incidentId, monitorKey, workspaceId, severity: 'down', cause, traits: [] } as const
  await openIncidents(sql, [{ ...opened, beganAtMs: noonMs, openedAtMs: noonMs }])
  await createStorms(sql, [{ id: stormId, workspaceId, trait: 'address:192.0.2.1', beganAtMs: noonMs }])
  await joinStorms(sql, [{ id: incidentId, stormId }])
  await addEntries(sql, [{ incidentId, workspaceId, atMs: noonMs, kind: 'opened', body: {} }])
  await enqueueEvents(sql, [{ monitorKey, incidentId, event: 'storm', body: { stormId } }])
  const failing = makeTick('a', noonMs, 'down')
  const evidence = { ...{ request: 'GET /', responseHead: null, body: null, curl: null }, addresses: [], chain: [] }
  const seen = { ...failing, outcome: { ...failing.outcome, evidence } }
  await saveEvidence(
    sql,
    [makeResult({ id: makeMonitorId(), monitorKey }, seen)],
    await getRegionKeys(sql, [seen.region]),
  )
  const known = [{ value: 'aa', shown: 'A', stage: 0 }]
  await saveKnownFacts(sql, [{ monitorKey, kind: 'certificate', known, expiresAtMs: noonMs, changedAtMs: noonMs }])
  await sql.execute(text`update monitor_state set status = 'up' where monitor_key = ${monitorKey}`)
  await moveAdvisories(sql, { beforeMs: noonMs, nowMs: noonMs })
}

async function addPlans(sql: Sql, workspaceId: WorkspaceId, parent: StoredMonitor): Promise<void> {
  const child = await addMonitor(sql, workspaceId)
  await addWindow(sql, { workspaceId, appliesTo: { kind: 'monitors', monitorIds: [child.id] } })
  await setParents(sql, { workspaceId, id: child.id }, [parent.id])
  const { id: groupId } = await addGroup(sql, { workspaceId, members: [{ monitorId: child.id, weight: 1 }] })
  const outage = { id: crypto.randomUUID(), groupId, beganAtMs: noonMs, failing: ['A'], toldAtMs: null }
  await openGroupOutages(sql, [outage])
  const [locked] = await lockHistories(sql, [{ monitorKey: child.monitorKey, fromMs: noonMs }])
  const history = keepMaintenance(
    locked?.history ?? emptyHistory,
    [{ fromMs: noonMs, toMs: noonMs + HOUR_MS }],
    noonMs + 1,
  )
  await saveHistories(sql, [{ monitorKey: child.monitorKey, history }])
}

const emptyHistory = { shown: [], beneath: [], maintained: null }

export const someDeed = {
  actorKind: 'system',
  ...{ actorId: null, actorName: 'test', action: 'monitor.created', subjectType: 'monitor' },
  ...{ subjectId: null, before: null, after: null, address: null, userAgent: null, requestId: null },
} as const

const somePing: Omit<NewPing, 'monitorKey'> = {
  n: 1,
  atMs: noonMs,
  kind: 'success',
  method: 'GET',
  exitCode: null,
  durationMs: null,
  runId: null,
  address: '192.0.2.1',
  userAgent: 'curl',
  bodyBytes: 0,
  body: null,
}

/** By which column, or which statement, the rows of a table are of a workspace. */
export interface Table {
  readonly name: string
  readonly ownerOf: string
}

export async function tablesOfWorkspaces(sql: Sql): Promise<Table[]> {
  const { rows } = await sql.execute<{ name: string }>(text`
    select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and column_name = 'workspace_id' and table_type = 'BASE TABLE' order by 1`)
  const ofMonitors = [
    'evidence',
    'heartbeat_ping',
    'heartbeat_result',
    'monitor_region',
    'outbox',
    'region_advisory',
    'rollup_dirty',
    'state_beneath',
    'state_interval',
    'watched_fact',
  ].map((name) => ({
    name,
    ownerOf: `(select s.workspace_id from monitor_state s where s.monitor_key = t.monitor_key)`,
  }))
  return [
    ...rows.map(({ name }) => ({ name, ownerOf: 't.workspace_id' })),
    ...ofMonitors,
    { name: 'workspace', ownerOf: 't.id' },
    { name: 'users', ownerOf: '(select m.workspace_id from membership m where m.user_id = t.id)' },
  ]
}
