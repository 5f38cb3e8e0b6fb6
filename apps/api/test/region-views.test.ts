import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { advisoriesSchema, regionViewsSchema } from '@repo/contracts/region-views'
import { saveEvidence } from '@repo/db/queries/evidence'
import { moveAdvisories, quarantineRegions, releaseRegions } from '@repo/db/queries/region-health'
import { getRegionKeys } from '@repo/db/queries/regions'
import { saveViews } from '@repo/db/queries/verdicts'
import { addMonitor } from '@repo/db/testing/populate'
import { parseRegion } from '@repo/domain/region'
import { makeResult, makeTick, makeView, noonMs } from '@repo/domain/testing'
import { type ApiInstance, openApi } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const [a, b] = ['a', 'b'].map(parseRegion) as [ReturnType<typeof parseRegion>, ReturnType<typeof parseRegion>]

/** A monitor that `a` alone finds down since noon, and `b` has not looked at. */
async function personWithLonelyRegion() {
  const { sql } = api.deps
  const person = await api.addPerson()
  const monitor = await addMonitor(sql, person.workspaceId, { regions: [a, b], mutedRegions: [b], name: 'Shop' })
  const { monitorKey } = monitor
  await saveViews(sql, [{ monitorKey, view: makeView('a', 'down', noonMs) }], await getRegionKeys(sql, [a]))
  await sql.execute(`update monitor_state set status = 'up' where monitor_key = ${monitorKey}`)
  await moveAdvisories(sql, { beforeMs: noonMs, nowMs: noonMs })
  const regions = async () =>
    regionViewsSchema.parse(
      await (await api.ask(`/api/v1/monitors/${monitor.id}/regions`, { token: person.token })).json(),
    ).items
  const advisories = async () =>
    advisoriesSchema.parse(await (await api.ask('/api/v1/advisories', { token: person.token })).json()).items
  return { monitor, regions, advisories }
}

const someEvidence = { request: null, responseHead: null, body: null, curl: null, addresses: [], chain: [] }

describe('what each region says of a monitor', () => {
  test('is told with its vote, and whether it has one', async () => {
    const { regions } = await personWithLonelyRegion()
    const since = new Date(noonMs).toISOString()
    expect(await regions()).toEqual([
      {
        ...{ region: 'a', vote: 'down', since, verdict: 'down', code: 'TCP_REFUSED', message: 'it is down' },
        ...{ blind: false, muted: false, quarantined: false, aloneSince: since, evidence: null },
        recovery: { passed: 0, needed: 2 },
      },
      {
        ...{ region: 'b', vote: 'unknown', since: null, verdict: 'unknown', code: null, message: null },
        ...{ blind: false, muted: true, quarantined: false, aloneSince: null, evidence: null, recovery: null },
      },
    ])
  })

  test('comes with how far a region that failed is on its way back', async () => {
    const { regions, monitor } = await personWithLonelyRegion()
    const view = { ...makeView('a', 'down', noonMs), verdict: 'up', streak: 1, streakVerdict: 'up' } as const
    await saveViews(api.deps.sql, [{ monitorKey: monitor.monitorKey, view }], await getRegionKeys(api.deps.sql, [a]))
    expect((await regions()).map(({ recovery }) => recovery)).toEqual([{ passed: 1, needed: 2 }, null])
  })

  test('comes with what it saw when it began to fail, as long as it does', async () => {
    const { sql } = api.deps
    const { regions, monitor } = await personWithLonelyRegion()
    const keys = await getRegionKeys(sql, [a, b])
    const see = async (region: string, atMs: number) => {
      const look = makeTick(region, atMs, 'down')
      const seen = { ...look, outcome: { ...look.outcome, evidence: { ...someEvidence, request: `GET /${region}` } } }
      await saveEvidence(sql, [makeResult(monitor, seen)], keys)
    }
    await see('a', noonMs - 60_000)
    // Of an earlier time at which it failed.
    expect((await regions()).map((one) => one.evidence)).toEqual([null, null])
    await see('a', noonMs)
    await see('b', noonMs)
    const at = new Date(noonMs).toISOString()
    expect((await regions()).map((one) => one.evidence)).toMatchObject([
      { at, outcome: { code: 'TCP_REFUSED' }, evidence: { request: 'GET /a' } },
      null as never,
    ])
    await saveViews(sql, [{ monitorKey: monitor.monitorKey, view: makeView('a', 'up', noonMs + 1) }], keys)
    expect((await regions())[0]?.evidence).toBeNull()
  })

  test('tells of a region that is believed nowhere', async () => {
    const { regions } = await personWithLonelyRegion()
    await quarantineRegions(api.deps.sql, [a], noonMs)
    expect((await regions()).map((one) => one.quarantined)).toEqual([true, false])
    await releaseRegions(api.deps.sql, [a])
    expect((await regions()).map((one) => one.quarantined)).toEqual([false, false])
  })
})

test('an advisory is told to the workspace of its monitor, and to no other', async () => {
  const [one, other] = [await personWithLonelyRegion(), await api.addPerson()]
  expect(await one.advisories()).toEqual([
    {
      monitor: { id: one.monitor.id, name: 'Shop' },
      since: new Date(noonMs).toISOString(),
      ...{ region: 'a', code: 'TCP_REFUSED', message: 'it is down' },
    },
  ])
  const foreign = await (await api.ask('/api/v1/advisories', { token: other.token })).json()
  expect(foreign).toEqual({ items: [], nextCursor: null })
})

test('advisories are told page by page, each once, also those that began at one instant', async () => {
  const { sql } = api.deps
  const { token, workspaceId } = await api.addPerson()
  const keys = await getRegionKeys(sql, [a, b])
  for (let place = 0; place < 5; place += 1) {
    const { monitorKey } = await addMonitor(sql, workspaceId, { regions: [a, b], name: `Shop ${place}` })
    const view = makeView('a', 'down', noonMs + Math.floor(place / 2) * 1_000)
    await saveViews(sql, [{ monitorKey, view }], keys)
    await sql.execute(`update monitor_state set status = 'up' where monitor_key = ${monitorKey}`)
  }
  await moveAdvisories(sql, { beforeMs: noonMs + 10_000, nowMs: noonMs + 10_000 })
  const seen: string[][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = `?limit=2${cursor && `&cursor=${cursor}`}`
    const page = advisoriesSchema.parse(await (await api.ask(`/api/v1/advisories${query}`, { token })).json())
    seen.push(page.items.map(({ monitor, since }) => `${monitor.name} ${since.slice(17, 19)}`))
    cursor = page.nextCursor
  }
  expect(seen.map((page) => page.length)).toEqual([2, 2, 1])
  expect(new Set(seen.flat()).size).toBe(5)
  expect(seen.flat().map((text) => text.slice(-2))).toEqual(['02', '01', '01', '00', '00'])
})
