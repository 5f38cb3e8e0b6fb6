import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  type Incident,
  type IncidentDetail,
  type IncidentPage,
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

  test('of another workspace are none', async () => {
    const [mine, theirs] = [await api.addPerson(), await api.addPerson()]
    const id = await addIncident(api.deps.sql, await addMonitor(api.deps.sql, theirs.workspaceId))
    expect((await page('', mine.token)).items).toEqual([])
    for (const asked of [id, `${id}/timeline`])
      expect(await refusalOf(await api.ask(`${path}/${asked}`, { token: mine.token }))).toBe('404 not_found')
  })
})
