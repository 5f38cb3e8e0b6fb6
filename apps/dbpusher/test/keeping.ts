import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'bun:test'
import type { LiveEvent } from '@repo/contracts/live'
import type { MonitorChanged } from '@repo/contracts/monitor-changed'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addWindow, faultsOfHistories, historyOf } from '@repo/db/testing/maintenance'
import { addMonitor, addWorkspace } from '@repo/db/testing/populate'
import type { WorkspaceId } from '@repo/domain/ids'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import type { Backend } from '@repo/streams/backend'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createMaintenanceKeeper } from '../src/maintenance-keeper.ts'
import type { Pace } from '../src/pace.ts'
import { createSaveResults } from '../src/save-results.ts'

/** A keeper of maintenance at work over a database, with a clock that the test moves: what every test of a file has anew. */
export let database: TestDatabase
export let workspaceId: WorkspaceId
export let clock: ManualClock
export let backend: Backend
export let told: LiveEvent[]
export let keeper: { stop(): Promise<void> }

/** Sets all of this up for the tests of a file. */
export function useKeeping(): void {
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(() => database[Symbol.asyncDispose]())
  beforeEach(async () => {
    workspaceId = await addWorkspace(database.sql)
    await database.sql.execute('delete from maintenance_progress')
    clock = createManualClock(noonMs)
    backend = createMemoryBackend(() => {})
    told = []
  })
  afterEach(async () => {
    await keeper.stop()
    // Whatever a test did, no second of any monitor is without its status, and none has two.
    expect(await faultsOfHistories(database.sql)).toEqual([])
    await database.sql.execute('delete from workspace')
  })
}

export const SECOND_MS = 1_000
/** Nobody looks at single ticks, and no region is asked to look again. */
export const quietly = { workspaceOf: () => undefined, rechecks: { ask: async () => {} } }
/** Always the same, whatever a look takes: on a busy machine that may be long. */
export const evenPace = (everyMs: number): Pace => ({ time: (work) => work(), waitMs: () => everyMs })
export const log = createLog('dbpusher', 'silent')

export function makeKeeper(more: { holder?: string; faultPoint?: (name: string) => void } = {}) {
  const { holder = 'one', ...rest } = more
  const lease = backend.openLease({ name: 'maintenance', holder, ttlMs: 600_000 })
  const announce = async ({ events }: { events: readonly LiveEvent[] }) => void told.push(...events)
  return createMaintenanceKeeper({
    ...{ sql: database.sql, lease, changes: backend.changes, announce, clock, log },
    ...rest,
  })
}

export async function start(): Promise<void> {
  keeper = run(makeKeeper())
  await settled()
}

export const settled = () => eventually('the round has ended', () => clock.sleepers === 1)

/** Moves time on to so many seconds after noon, a round at a time. */
export async function passTo(second: number): Promise<void> {
  const endMs = noonMs + second * SECOND_MS
  await settled()
  while (clock.nowMs() < endMs) {
    await clock.advance(Math.min(5_000, endMs - clock.nowMs()))
    await settled()
    // Who fell asleep after its instant had passed is due.
    await clock.advance(0)
    await settled()
  }
}

export const once = (from: number, to: number) => {
  const [startsAt, endsAt] = [from, to].map((second) => new Date(noonMs + second * SECOND_MS).toISOString())
  return { kind: 'once', startsAt, endsAt }
}
export const watch = (tags: string[] = []) => addMonitor(database.sql, workspaceId, { tags })
export const plan = (from: number, to: number, more: object = {}) =>
  addWindow(database.sql, { workspaceId, schedule: once(from, to), ...more }, clock.nowMs())
/** What those who watch were told of statuses. */
export const statuses = () => told.filter(({ type }) => type === 'monitor.status')
export const history = ({ monitorKey }: StoredMonitor) => historyOf(database.sql, monitorKey)

/** What a check at so many seconds after noon saw, and the second look that bears it out. */
export async function say({ id, monitorKey }: StoredMonitor, second: number, verdict: OutcomeVerdict): Promise<void> {
  const announce = async ({ events }: { events: readonly LiveEvent[] }) => void told.push(...events)
  const save = createSaveResults({ ...quietly, sql: database.sql, clock, announce })
  const looks = [second, second + 0.4].map((at) => makeTick('a', noonMs + at * SECOND_MS, verdict))
  await save(looks.map((look) => makeResult({ id, monitorKey }, look)))
}

/** `down 70-200 maintenance`: from when until when, and why nobody was told. */
export async function incidents({ monitorKey }: StoredMonitor): Promise<string[]> {
  const { rows } = await database.sql.execute<{ text: string }>(`
    select severity || ' ' || extract(epoch from began_at)::float8 - ${noonMs / 1_000}::float8
      || coalesce('-' || extract(epoch from ended_at)::float8 - ${noonMs / 1_000}::float8, '') || coalesce(' ' || silent_because, '') as text
    from incident where monitor_key = ${monitorKey} order by began_at`)
  return rows.map(({ text }) => text)
}

/** `opened 19`: what people are told, and the second before which they are not, where there is one. */
export async function events({ monitorKey }: StoredMonitor): Promise<string[]> {
  const { rows } = await database.sql.execute<{ text: string }>(`
    select event || coalesce(' ' || extract(epoch from not_before)::float8 - ${noonMs / 1_000}::float8, '') as text
    from outbox where monitor_key = ${monitorKey} order by id`)
  return rows.map(({ text }) => text)
}

export const one = async (statement: string) =>
  (await database.sql.execute<{ value: unknown }>(statement)).rows[0]?.value
export const bodyOf = ({ monitorKey }: StoredMonitor) =>
  one(`select body as value from outbox where monitor_key = ${monitorKey} order by id desc limit 1`)
export const opening = ({ monitorKey }: StoredMonitor) =>
  one(`select e.body as value from incident_entry e join incident i on i.id = e.incident_id
    where i.monitor_key = ${monitorKey} and e.kind = 'opened'`)
export const parentOf = ({ monitorKey }: StoredMonitor) =>
  one(`select m.id as value from incident i join incident p on p.id = i.parent_id join monitor m on m.monitor_key = p.monitor_key
    where i.monitor_key = ${monitorKey}`)
export const changed = (message: MonitorChanged = { monitorIds: [] }) => backend.changes.publish(message)
