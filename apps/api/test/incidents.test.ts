import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  type Incident,
  type IncidentDetail,
  type IncidentPage,
  incidentCountsSchema,
  incidentDetailSchema,
  incidentPageSchema,
  timelineSchema,
} from '@repo/contracts/incidents'
import { addEntries } from '@repo/db/queries/incident-moves'
import { addIncident } from '@repo/db/testing/incidents'
import { addMonitor } from '@repo/db/testing/populate'
import { noonMs } from '@repo/domain/testing'
import { type ApiInstance, openApi, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

const HOUR_MS = 3_600_000
const at = (hours: number) => new Date(noonMs + hours * HOUR_MS).toISOString()
const path = '/api/v1/incidents'

async function read(asked: string, token: string): Promise<unknown> {
  const answer = await api.ask(`${path}${asked}`, { token })
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  return answer.json()
}

const page = async (asked: string, token: string) => incidentPageSchema.parse(await read(asked, token))
const detail = async (id: string, token: string): Promise<IncidentDetail> =>
  incidentDetailSchema.parse(await read(`/${id}`, token))

async function exportedLines(query: string, token: string): Promise<string[]> {
  const answer = await api.ask(`${path}/export${query}`, { token })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
  return (await answer.text()).trimEnd().split('\r\n')
}

describe('incidents', () => {
  test('come newest first, in pages that show each once', async () => {
    const { token, workspaceId } = await api.addPerson()
    const { sql } = api.deps
    const [shop, till] = [await addMonitor(sql, workspaceId), await addMonitor(sql, workspaceId)]
    const over = (from: number, to: number) => ({
      beganAtMs: noonMs + from * HOUR_MS,
      endedAtMs: noonMs + to * HOUR_MS,
    })
    const oldest = await addIncident(sql, shop, over(-4, -3))
    // Two that began within a millisecond, at whose border a page ends.
    const second = await addIncident(sql, till, { ...over(-1, -0.5), severity: 'degraded' })
    const ids = [await addIncident(sql, shop, { beganAtMs: noonMs - HOUR_MS + 0.25 }), second, oldest]
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null && seen.length < 5) {
      const { items, nextCursor }: IncidentPage = await page(`?limit=1${next && `&cursor=${next}`}`, token)
      seen.push(...items.map(({ id }) => id))
      next = nextCursor
    }
    expect(seen).toEqual(ids)
    expect(next).toBeNull()

    const found = async (query: string) => (await page(query, token)).items.map(({ id }) => ids.indexOf(id as never))
    expect(await found('?open=true')).toEqual([0])
    expect(await found('?open=false')).toEqual([1, 2])
    expect(await found(`?monitorId=${shop.id}`)).toEqual([0, 2])
    expect(await found('?severity=degraded')).toEqual([1])
    expect(await found(`?stormId=${crypto.randomUUID()}`)).toEqual([])
  })

  test('say what they are of, since when, and why', async () => {
    const { token, workspaceId } = await api.addPerson()
    const monitor = await addMonitor(api.deps.sql, workspaceId, { name: 'shop' })
    const id = await addIncident(api.deps.sql, monitor, { beganAtMs: noonMs - HOUR_MS })
    const { items } = await page('', token)
    expect(items).toEqual([
      {
        ...{ id, monitor: { id: monitor.id, name: 'shop' }, severity: 'down', beganAt: at(-1) },
        openedAt: new Date(noonMs - HOUR_MS + 10_000).toISOString(),
        ...{ endedAt: null, resolution: null, durationSeconds: 3_600 },
        cause: { code: 'TCP_REFUSED', message: 'refused', region: 'a' },
        ...{ acknowledged: null, assignee: null, stormId: null, parentId: null, silentBecause: null },
        ...{ mergedInto: null, version: 1 },
      } satisfies Incident,
    ])
    const answer = await api.ask(`${path}/${id}`, { token })
    expect(answer.headers.get('etag')).toBe('"1"')
    const { postmortem, timeline, ...rest } = incidentDetailSchema.parse(await answer.json())
    expect(rest).toEqual(items[0] as Incident)
    expect(postmortem).toBeNull()
    expect(timeline.items.map(({ kind, actor }) => [kind, actor])).toEqual([['opened', null]])
  })

  test('have a timeline in the order in which it was written, in pages', async () => {
    const { token, workspaceId } = await api.addPerson()
    const id = await addIncident(api.deps.sql, await addMonitor(api.deps.sql, workspaceId))
    const regions = Array.from({ length: 60 }, (_, n) => `r${n}`)
    await addEntries(
      api.deps.sql,
      regions.map((region, n) => ({
        ...{ incidentId: id, workspaceId, atMs: noonMs - n, kind: 'region_failing', body: { region } },
      })),
    )
    const { timeline } = await detail(id, token)
    const rest = timelineSchema.parse(await read(`/${id}/timeline?cursor=${timeline.nextCursor}`, token))
    expect([...timeline.items, ...rest.items].map(({ kind, body }) => body.region ?? kind)).toEqual([
      'opened',
      ...regions,
    ])
    expect(rest.nextCursor).toBeNull()
    expect(await refusalOf(await api.ask(`${path}/${id}/timeline?cursor=nonsense`, { token }))).toBe(
      '400 invalid_parameter',
    )
  })

  test('are found, counted and exported by one and the same filter', async () => {
    const { token, workspaceId } = await api.addPerson()
    const { sql } = api.deps
    const shop = await addMonitor(sql, workspaceId, { name: 'shop', tags: ['prod'] })
    const till = await addMonitor(sql, workspaceId, { name: 'till' })
    const dns = { code: 'DNS_NXDOMAIN', message: 'no such name', region: 'b' } as const
    const ids = [
      await addIncident(sql, shop, { beganAtMs: noonMs - 9 * HOUR_MS }),
      await addIncident(sql, till, {
        beganAtMs: noonMs - 2 * HOUR_MS,
        endedAtMs: noonMs - HOUR_MS,
        cause: dns,
        severity: 'degraded',
      }),
      await addIncident(sql, till, { beganAtMs: noonMs - 8 * HOUR_MS, endedAtMs: noonMs - 7 * HOUR_MS }),
    ]
    const acknowledged = await api.ask(`${path}/${ids[0]}/acknowledge`, { method: 'POST', token })
    expect(acknowledged.status).toBe(200)

    // By the places of those above, those that last first.
    const cases: [query: string, found: number[]][] = [
      ['', [0, 1, 2]],
      ['?open=true', [0]],
      ['?open=true&acknowledged=false', []],
      ['?acknowledged=true', [0]],
      ['?open=false', [1, 2]],
      ['?code=DNS_NXDOMAIN', [1]],
      ['?region=b', [1]],
      ['?severity=degraded', [1]],
      ['?tag=prod', [0]],
      [`?monitorId=${till.id}`, [1, 2]],
      // What lasts is there whenever it began.
      [`?from=${at(-3)}`, [0, 1]],
      [`?from=${at(-8)}&to=${at(-3)}`, [0, 2]],
    ]
    for (const [query, found] of cases) {
      const listed = (await page(query, token)).items.map(({ id }) => ids.indexOf(id as never))
      expect([query, listed.toSorted()]).toEqual([query, found])
      const lines = await exportedLines(query, token)
      expect([query, lines.slice(1).map((line) => ids.indexOf(line.split(',')[0] as never))]).toEqual([query, found])
      const { open, resolved } = incidentCountsSchema.parse(await read(`/counts${query}`, token))
      expect([query, open + resolved]).toEqual([query, found.length])
    }
    expect(await read('/counts', token)).toEqual({ open: 1, acknowledged: 1, resolved: 2 })
    for (const bad of ['?open=perhaps', '?code=WEATHER', '?from=yesterday', '?tag=', `?from=${at(-3)}&to=${at(-8)}`])
      for (const route of ['', '/counts', '/export'])
        expect(await refusalOf(await api.ask(`${path}${route}${bad}`, { token }))).toBe('400 invalid_parameter')
  })

  test('are exported whole, as text that no spreadsheet carries out', async () => {
    const { token, workspaceId } = await api.addPerson()
    const { sql } = api.deps
    const shop = await addMonitor(sql, workspaceId, { name: '=HYPERLINK("https://evil.example")' })
    const days = Array.from({ length: 510 }, (_, day) => noonMs - (day + 1) * 24 * HOUR_MS)
    for (const beganAtMs of days) await addIncident(sql, shop, { beganAtMs, endedAtMs: beganAtMs + 90_500 })
    const lines = await exportedLines('', token)
    expect(lines[0]).toBe(
      'id,monitor,monitor_id,state,severity,cause,message,region,began_at,opened_at,ended_at,duration_seconds,resolution,acknowledged_at,acknowledged_by,assignee,storm_id',
    )
    expect(new Set(lines.slice(1)).size).toBe(days.length)
    expect(lines[1]).toContain(
      `,"'=HYPERLINK(""https://evil.example"")",${shop.id},resolved,down,TCP_REFUSED,refused,a,${at(-24)},`,
    )
    expect(lines[1]).toEndWith(',90.5,recovered,,,,')
  })

  test('of another workspace are none', async () => {
    const [mine, theirs] = [await api.addPerson(), await api.addPerson()]
    const id = await addIncident(api.deps.sql, await addMonitor(api.deps.sql, theirs.workspaceId))
    expect((await page('', mine.token)).items).toEqual([])
    expect(await exportedLines('', mine.token)).toHaveLength(1)
    expect(await read('/counts', mine.token)).toEqual({ open: 0, acknowledged: 0, resolved: 0 })
    for (const asked of [id, `${id}/timeline`])
      expect(await refusalOf(await api.ask(`${path}/${asked}`, { token: mine.token }))).toBe('404 not_found')
  })
})
