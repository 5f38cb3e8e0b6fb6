import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { CheckResult } from '@repo/domain/check'
import { notCarriedOut } from '@repo/domain/outcome'
import { pathCanary } from '@repo/domain/path-canary'
import { parseRegion } from '@repo/domain/region'
import type { SystemProblem } from '@repo/domain/system-health'
import { makeOutcome, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { inWorkspace } from '../src/in-workspace.ts'
import { saveConsumer } from '../src/queries/consumers.ts'
import { pauseMonitor } from '../src/queries/monitors.ts'
import { saveTerm } from '../src/queries/publisher-terms.ts'
import { quarantineRegions } from '../src/queries/region-health.ts'
import { getRegionKeys } from '../src/queries/regions.ts'
import {
  addCoverage,
  deleteCoverageBefore,
  listWatchedRegions,
  readStoredFacts,
  savePaths,
} from '../src/queries/system-facts.ts'
import {
  deleteSystemIncidentsBefore,
  endSystemIncident,
  listEndedSystemIncidents,
  listOpenSystemIncidents,
  openSystemIncident,
} from '../src/queries/system-incidents.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addHeartbeat, addMonitor, addWorkspace } from '../testing/populate.ts'

const [eu, us] = [parseRegion('eu'), parseRegion('us')]
const minuteMs = 60_000

let database: TestDatabase
beforeEach(async () => {
  database = await openTestDatabase()
})
afterEach(() => database[Symbol.asyncDispose]())

const problem = (changed: Partial<SystemProblem> = {}): SystemProblem => ({
  kind: 'no_consumer',
  region: eu,
  message: 'nobody is there',
  details: { consumers: ['one'] },
  ...changed,
})

describe('an incident of our own', () => {
  test('is open once of its kind and region, whoever finds it, and comes back as it was written', async () => {
    const { sql } = database
    const opened = await Promise.all([1, 2, 3].map((ms) => openSystemIncident(sql, problem(), noonMs + ms)))
    expect(opened.filter((id) => id !== undefined)).toHaveLength(1)
    expect(await openSystemIncident(sql, problem({ region: us }), noonMs + 5)).toBeDefined()
    const everywhere = problem({ kind: 'no_publisher', region: null, details: {} })
    expect(await openSystemIncident(sql, everywhere, noonMs + 6)).toBeDefined()
    expect(await openSystemIncident(sql, everywhere, noonMs + 7)).toBeUndefined()
    const open = await listOpenSystemIncidents(sql)
    expect(open.map(({ kind, region }) => [kind, region])).toEqual([
      ['no_consumer', eu],
      ['no_consumer', us],
      ['no_publisher', null],
    ])
    expect(open[2]).toMatchObject({ ...everywhere, beganAtMs: noonMs + 6, endedAtMs: null })
    expect(open[0]?.details).toEqual({ consumers: ['one'] })
  })

  test('ends once, never before it began, and can then be opened anew', async () => {
    const { sql } = database
    await openSystemIncident(sql, problem(), noonMs)
    expect(await endSystemIncident(sql, problem({ region: us }), noonMs)).toBeUndefined()
    const ended = await Promise.all([1, 2].map(() => endSystemIncident(sql, problem(), noonMs - 5)))
    expect(ended.filter((id) => id !== undefined)).toHaveLength(1)
    expect(await openSystemIncident(sql, problem(), noonMs + 10)).toBeDefined()
    expect(await listEndedSystemIncidents(sql, 50)).toMatchObject([{ beganAtMs: noonMs, endedAtMs: noonMs }])
  })

  test('is forgotten after its time, unless it is still open', async () => {
    const { sql } = database
    await openSystemIncident(sql, problem(), noonMs)
    await openSystemIncident(sql, problem({ region: us }), noonMs)
    await endSystemIncident(sql, problem(), noonMs + 1)
    await deleteSystemIncidentsBefore(sql, noonMs + minuteMs)
    expect(await listEndedSystemIncidents(sql, 50)).toEqual([])
    expect(await listOpenSystemIncidents(sql)).toHaveLength(1)
  })
})

describe('what is known of the monitor itself', () => {
  const canary = (changed: Partial<CheckResult> = {}): CheckResult => ({
    monitorId: pathCanary.monitorId,
    monitorKey: pathCanary.monitorKey,
    region: eu,
    scheduledAtMs: noonMs,
    startedAtMs: noonMs,
    outcome: makeOutcome('up'),
    ...changed,
  })

  test('is nothing in the beginning', async () => {
    const nothing = { consumers: [], paths: [], coverage: [], quarantined: [], publishedThroughMs: null }
    expect(await readStoredFacts(database.sql, noonMs)).toEqual(nothing)
    expect(await listWatchedRegions(database.sql)).toEqual([])
  })

  test('is the newest canary check of each region, whatever order they come in', async () => {
    const { sql } = database
    const failed = { outcome: notCarriedOut('CANARY_FAILED', 'why'), scheduledAtMs: noonMs + 10_000 }
    await savePaths(sql, [canary(failed), canary(), canary({ region: us })], noonMs + 11_000)
    await savePaths(sql, [canary({ scheduledAtMs: noonMs + 5_000 })], noonMs + 12_000)
    expect((await readStoredFacts(sql, noonMs)).paths).toEqual([
      { region: eu, committedAtMs: noonMs + 11_000, verdict: 'unknown' },
      { region: us, committedAtMs: noonMs + 11_000, verdict: 'up' },
    ])
  })

  test('is the slots of each minute, added up, for as long as they are kept', async () => {
    const { sql } = database
    const minute = (ago: number, due: number, missing: number) => ({
      region: eu,
      minuteMs: noonMs - ago * minuteMs,
      due,
      missing,
    })
    await addCoverage(sql, [minute(1, 10, 1), minute(0, 5, 0)])
    await addCoverage(sql, [minute(1, 10, 2)])
    expect((await readStoredFacts(sql, noonMs)).coverage).toEqual([minute(1, 20, 3), minute(0, 5, 0)])
    await deleteCoverageBefore(sql, noonMs)
    expect((await readStoredFacts(sql, noonMs)).coverage).toEqual([minute(0, 5, 0)])
  })

  test('is who works, whether it is to be believed, and through when checks are published', async () => {
    const { sql } = database
    const seen = { name: 'one', region: eu, version: '1', online: true, checksPerSecond: 1, startLagMs: 1 }
    const rest = { probesRunning: 0, clockOffsetMs: 0, seenAtMs: noonMs - 1_000 }
    await saveConsumer(sql, { ...seen, ...rest, trusted: true })
    await saveConsumer(sql, { ...seen, ...rest, trusted: false, seenAtMs: noonMs })
    await saveConsumer(sql, { ...seen, ...rest, name: 'gone', trusted: true, seenAtMs: noonMs - 20_000 })
    await saveTerm(sql, { token: 1, beganAtMs: noonMs - 5_000, throughMs: noonMs + 900 })
    const { consumers, publishedThroughMs } = await readStoredFacts(sql, noonMs)
    expect(consumers.map(({ name, trusted }) => [name, trusted])).toEqual([['one', false]])
    expect(publishedThroughMs).toBe(noonMs + 900)
  })

  test('is the regions that have no vote', async () => {
    const { sql } = database
    await getRegionKeys(sql, [eu, us])
    await quarantineRegions(sql, [us], noonMs)
    expect((await readStoredFacts(sql, noonMs)).quarantined).toEqual([us])
  })

  test('is the regions that monitors are checked from, without those that are paused', async () => {
    const { sql } = database
    const workspaceId = await addWorkspace(sql)
    await addMonitor(sql, workspaceId, { regions: [us, eu] })
    const paused = await addMonitor(sql, workspaceId, { regions: [parseRegion('ap')] })
    await pauseMonitor(sql, paused, noonMs)
    // A job that tells of itself is watched from nowhere.
    await addHeartbeat(sql, await addWorkspace(sql), {})
    expect(await listWatchedRegions(sql)).toEqual([eu, us])
  })

  test.each(['system_incident', 'slot_coverage', 'path_canary'])(
    'is none of the business of tenants: %s',
    async (table) => {
      const { sql } = database
      const workspaceId = await addWorkspace(sql)
      const read = inWorkspace(sql, workspaceId, (tx) => tx.execute(text.raw(`select * from ${table}`)))
      const failure = await read.then(
        () => undefined,
        (error: Error) => (error.cause ?? error) as { code?: string },
      )
      expect(failure?.code).toBe('42501')
    },
  )
})
