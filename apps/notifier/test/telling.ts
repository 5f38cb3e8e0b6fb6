import { afterAll, afterEach, beforeAll, beforeEach } from 'bun:test'
import { channelContext } from '@repo/contracts/alerts'
import { type ClaimedDelivery, claimDeliveries } from '@repo/db/queries/deliveries'
import { endIncidents } from '@repo/db/queries/incident-moves'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { enqueueEvents, type OutboxEvent } from '@repo/db/queries/outbox'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addAlertPolicy, addChannel, makeRule } from '@repo/db/testing/alerting'
import { addIncident } from '@repo/db/testing/incidents'
import { addMonitor, addWorkspace } from '@repo/db/testing/populate'
import { deliveryLimits } from '@repo/domain/delivery'
import { type IncidentId, parseChannelId, type UserId, type WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { plainWebhook, type Receiver, startReceiver } from '@repo/notifiers/testing/plain-webhook'
import { createKeyring } from '@repo/secrets/keyring'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { planRound } from '../src/plan-round.ts'
import { createTell, type TellDeps } from '../src/tell.ts'

/** A workspace with people to tell, somebody who receives, and a notifier whose clock the test moves. */
export let database: TestDatabase
export let workspaceId: WorkspaceId
export let clock: ManualClock
export let receiver: Receiver

export const log = createLog('notifier', 'silent')
export const keyring = createKeyring([{ id: 'k1', key: new Uint8Array(32).fill(7) }])
export const channels = new Map([[plainWebhook.kind, plainWebhook]])

/** Sets all of this up for the tests of a file. `stop` ends what a test began, before its rows are deleted. */
export function useTelling(stop: () => Promise<void> = async () => {}): void {
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(() => database[Symbol.asyncDispose]())
  beforeEach(async () => {
    workspaceId = await addWorkspace(database.sql)
    clock = createManualClock(noonMs)
    receiver = startReceiver()
  })
  afterEach(async () => {
    await stop()
    await receiver[Symbol.asyncDispose]()
    await database.sql.execute('delete from workspace')
  })
}

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

/** A channel that leads to a path of the receiver. */
export async function channel(path: string, userId: UserId | null = null, kind = 'webhook'): Promise<string> {
  const id = parseChannelId(Bun.randomUUIDv7())
  const settings = keyring.seal(JSON.stringify({ url: receiver.urlOf(path) }), channelContext(workspaceId, id))
  return addChannel(database.sql, { id, workspaceId, userId, name: path, kind, settings })
}

export const policy = (channelId: string, changed: object = {}) =>
  addAlertPolicy(database.sql, { workspaceId, rule: makeRule(channelId, changed) })
export const watch = (name = 'shop') =>
  addMonitor(database.sql, workspaceId, { name, target: `https://${name}.example/` })

/** Has people told of something. */
export const tell = ({ monitorKey }: StoredMonitor, event: Partial<OutboxEvent> & Pick<OutboxEvent, 'event'>) =>
  enqueueEvents(database.sql, [{ monitorKey, incidentId: null, body: {}, ...event }])

/** As whoever reaches verdicts does it when a monitor goes down. */
export async function goDown(monitor: StoredMonitor, severity: 'down' | 'degraded' = 'down'): Promise<IncidentId> {
  const beganAtMs = clock.nowMs() - 10_000
  const id = await addIncident(database.sql, monitor, { severity, beganAtMs, openedAtMs: clock.nowMs() })
  await tell(monitor, { event: 'opened', incidentId: id, body: { severity, beganAtMs } })
  return id
}

export async function comeUp(monitor: StoredMonitor, id: IncidentId): Promise<void> {
  const endedAtMs = clock.nowMs()
  await endIncidents(database.sql, [{ id, endedAtMs, closedAtMs: endedAtMs, resolution: 'recovered' }])
  await tell(monitor, { event: 'resolved', incidentId: id, body: { endedAtMs, resolution: 'recovered' } })
}

export const acknowledge = (id: IncidentId) =>
  database.sql.execute(
    `update incident set acknowledged_at = to_timestamp(${clock.nowMs()}::float8 / 1000) where id = '${id}'`,
  )

export function makeTell(more: Partial<TellDeps> = {}) {
  const { rateLimits } = createMemoryBackend(() => {})
  return createTell({
    ...{ sql: database.sql, channels, keyring, rateLimits, holder: 'one', clock, log, random: () => 1 },
    ...{ publicUrl: 'https://status.example', announce: async () => {} },
    ...more,
  })
}

/** Tells one of those that were taken. */
export async function tellOne(one: ClaimedDelivery | undefined, more: Partial<TellDeps> = {}): Promise<void> {
  if (!one) throw new Error('nothing was due')
  await Promise.all(makeTell(more)([one], new AbortController().signal))
}

export const plan = () => planRound({ sql: database.sql, clock, log, settledMs: 0 })

export const claim = (holder = 'one', busy: readonly string[] = []) =>
  claimDeliveries(database.sql, {
    ...{ holder, busy, nowMs: clock.nowMs(), leaseMs: deliveryLimits.leaseMs, limit: 100, perChannel: 8 },
  })

/** Plans and tells all that is due now. */
export async function pump(more: Partial<TellDeps> = {}): Promise<void> {
  while (await plan());
  const tellAll = makeTell(more)
  for (let claimed = await claim(); claimed.length > 0; claimed = await claim())
    await Promise.all(tellAll(claimed, new AbortController().signal))
}

/** Lets so many minutes go by, and all happen that is due on the way. */
export async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await clock.advance(MINUTE_MS)
    await pump()
  }
}

/** `0 ops down shop`: what was received, in minutes after noon. */
export const heard = () =>
  receiver.received.map(
    ({ path, alert, answered }) => `${path} ${alert.event}${answered === 200 ? '' : ` ${answered}`}`,
  )

export async function timeline(incidentId: IncidentId): Promise<Record<string, unknown>[]> {
  const { rows } = await database.sql.execute<{ body: Record<string, unknown> }>(
    `select body from incident_entry where incident_id = '${incidentId}' and kind = 'told' order by id`,
  )
  return rows.map(({ body }) => body)
}
