import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type System, systemSchema } from '@repo/contracts/system'
import { saveConsumer } from '@repo/db/queries/consumers'
import { saveTerm } from '@repo/db/queries/publisher-terms'
import { addCoverage, savePaths } from '@repo/db/queries/system-facts'
import { endSystemIncident, openSystemIncident } from '@repo/db/queries/system-incidents'
import { addMonitor } from '@repo/db/testing/populate'
import { pathCanary } from '@repo/domain/path-canary'
import { parseRegion } from '@repo/domain/region'
import { makeOutcome, noonMs } from '@repo/domain/testing'
import { createMetrics } from '@repo/service/metrics'
import { addSystemMetrics } from '../src/system-metrics.ts'
import { type ApiInstance, openApi } from './instance.ts'

const [a, b] = [parseRegion('a'), parseRegion('b')]

let api: ApiInstance
beforeEach(async () => {
  api = await openApi()
})
afterEach(() => api[Symbol.asyncDispose]())

async function read(token: string): Promise<System> {
  const answer = await api.ask('/api/v1/system', { token })
  expect(answer.status).toBe(200)
  return systemSchema.strict().parse(await answer.json())
}

/** The instance as it is when all works: a publisher, a consumer in each of two regions, and canary checks that came back. */
async function addWork(): Promise<void> {
  const { sql } = api.deps
  const seen = { version: '1', online: true, checksPerSecond: 2.5, startLagMs: 3, probesRunning: 1, clockOffsetMs: 0 }
  await saveTerm(sql, { token: 1, beganAtMs: noonMs - 60_000, throughMs: noonMs + 1_000 })
  for (const region of [a, b])
    await saveConsumer(sql, { ...seen, name: `worker-${region}`, region, trusted: true, seenAtMs: noonMs - 1_000 })
  const { monitorId, monitorKey } = pathCanary
  const slot = { monitorId, monitorKey, scheduledAtMs: noonMs - 9_000, startedAtMs: noonMs - 9_000 }
  const outcome = makeOutcome('up')
  await savePaths(
    sql,
    [a, b].map((region) => ({ ...slot, region, outcome })),
    noonMs - 8_000,
  )
  await addCoverage(sql, [{ region: a, minuteMs: noonMs - 60_000, due: 3_000, missing: 1 }])
}

describe('the monitor itself', () => {
  test('has stopped where nothing ever worked', async () => {
    const { token } = await api.addPerson()
    expect(await read(token)).toMatchObject({ state: 'stopped', regions: [], resultAgeSeconds: null, open: [] })
  })

  test('says of each region whether its way is open, who works there, and what of it has a result', async () => {
    const { token, workspaceId } = await api.addPerson()
    await addMonitor(api.deps.sql, workspaceId, { regions: [a] })
    await addWork()
    const working = {
      consumers: 1,
      consumersCounting: 1,
      checksPerSecond: 2.5,
      quarantined: false,
      pathOpen: true,
      resultAgeSeconds: 8,
    }
    expect(await read(token)).toMatchObject({
      state: 'working',
      asOf: new Date(noonMs).toISOString(),
      checksPerSecond: 5,
      resultAgeSeconds: 8,
      regions: [
        { name: 'a', watched: true, ...working, coveragePercent: 99.966 },
        { name: 'b', watched: false, ...working, coveragePercent: null },
      ],
    })
  })

  test('shows its incidents: those that last, and those that ended', async () => {
    const { token } = await api.addPerson()
    await addWork()
    const problem = {
      kind: 'canary_failed',
      region: a,
      message: 'a consumer',
      details: { consumers: ['worker-a'] },
    } as const
    await openSystemIncident(api.deps.sql, problem, noonMs - 60_000)
    await endSystemIncident(api.deps.sql, problem, noonMs - 30_000)
    await openSystemIncident(api.deps.sql, { ...problem, kind: 'clock_skew' }, noonMs - 10_000)
    const { state, open, ended } = await read(token)
    expect(state).toBe('degraded')
    expect(open).toMatchObject([{ kind: 'clock_skew', region: 'a', endedAt: null, stopsAlerts: false }])
    expect(ended).toMatchObject([
      { kind: 'canary_failed', endedAt: new Date(noonMs - 30_000).toISOString(), stopsAlerts: true },
    ])
  })

  test('names processes to the operator alone', async () => {
    const operator = await api.addPerson()
    await api.deps.sql.execute(`update users set is_operator = true where id = '${operator.id}'`)
    const other = await api.addPerson()
    await addWork()
    const problem = {
      kind: 'canary_failed',
      region: a,
      message: 'a consumer',
      details: { consumers: ['worker-a'] },
    } as const
    await openSystemIncident(api.deps.sql, problem, noonMs)
    const [seen, shown] = [await read(other.token), await read(operator.token)]
    expect(JSON.stringify(seen)).not.toContain('worker')
    expect(shown.consumers).toMatchObject([{ name: 'worker-a' }, { name: 'worker-b' }])
    expect(shown.open).toMatchObject([{ details: { consumers: ['worker-a'] } }])
  })

  test('is told to Prometheus in the same figures, and what is not known is left out of them', async () => {
    const { token, workspaceId } = await api.addPerson()
    await addMonitor(api.deps.sql, workspaceId, { regions: [a] })
    const metrics = createMetrics()
    addSystemMetrics(metrics, api.deps.readSystem)
    const told = async () =>
      (await metrics.metrics()).split('\n').filter((line) => /^betteruptime_regions?_/.test(line))
    expect(await told()).toContain('betteruptime_region_consumers{region="a"} 0')
    await addWork()
    await api.deps.clock.advance(1_000)
    expect((await read(token)).regions.map(({ coveragePercent }) => coveragePercent)).toEqual([99.966, null])
    expect(await told()).toEqual([
      'betteruptime_region_coverage_ratio{region="a"} 0.99966',
      'betteruptime_region_checks_per_second{region="a"} 2.5',
      'betteruptime_region_checks_per_second{region="b"} 2.5',
      'betteruptime_region_result_age_seconds{region="a"} 9',
      'betteruptime_region_result_age_seconds{region="b"} 9',
      'betteruptime_region_consumers{region="a"} 1',
      'betteruptime_region_consumers{region="b"} 1',
      'betteruptime_region_consumers_counting{region="a"} 1',
      'betteruptime_region_consumers_counting{region="b"} 1',
      `betteruptime_regions_read_timestamp_seconds ${(noonMs + 1_000) / 1_000}`,
    ])
  })

  test('is told to Prometheus in no figure at all while it cannot be read', async () => {
    const metrics = createMetrics()
    let isAway = false
    addSystemMetrics(metrics, () => (isAway ? Promise.reject(new Error('no database')) : api.deps.readSystem()))
    await addWork()
    expect(await metrics.metrics()).toContain('betteruptime_region_consumers{region="a"} 1')
    isAway = true
    const said = await metrics.metrics()
    expect(said).not.toContain('{region=')
    expect(said).toContain('betteruptime_regions_read_timestamp_seconds 0')
  })

  test('is found out about anew every second, and a way that has been silent is open no more', async () => {
    const { token } = await api.addPerson()
    await addWork()
    expect((await read(token)).state).toBe('working')
    await api.deps.clock.advance(40_000)
    expect(await read(token)).toMatchObject({ state: 'stopped', regions: [] })
  })
})
