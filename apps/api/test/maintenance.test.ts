import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Window } from '@repo/contracts/maintenance'
import type { Monitor, MonitorPage } from '@repo/contracts/monitors'
import { lockHistories, saveHistories } from '@repo/db/queries/maintenance-keeping'
import { addWindow } from '@repo/db/testing/maintenance'
import { addMonitor } from '@repo/db/testing/populate'
import { maintenanceLimits } from '@repo/domain/maintenance'
import { keepMaintenance } from '@repo/domain/maintenance-history'
import { noonMs } from '@repo/domain/testing'
import { type ApiInstance, type Asked, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

const HOUR_MS = 3_600_000
const iso = (hours: number) => new Date(noonMs + hours * HOUR_MS).toISOString()
const once = (from: number, to: number) => ({ kind: 'once', startsAt: iso(from), endsAt: iso(to) })
const all = { kind: 'all' }
const path = '/api/v1/maintenance'

async function json<Body>(asked: string, asking: Asked): Promise<Body> {
  const answer = await api.ask(asked, asking)
  if (answer.status >= 300) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Body
}

const make = (token: string, body: object) =>
  json<Window>(path, { token, body: { name: 'W', appliesTo: all, ...body } })

describe('a maintenance window', () => {
  test('is made, read, changed and deleted, each with its version', async () => {
    const { token } = await api.addPerson()
    const body = { name: ' Upgrade ', schedule: once(1, 2), appliesTo: { kind: 'tags', tags: ['shop'] } }
    const answer = await api.ask(path, { token, body })
    expect([answer.status, answer.headers.get('etag')]).toEqual([201, '"1"'])
    const made = (await answer.json()) as Window
    expect(answer.headers.get('location')).toBe(`${path}/${made.id}`)
    const at = iso(0)
    expect(made).toEqual({
      ...{ id: made.id, name: 'Upgrade', schedule: once(1, 2), appliesTo: body.appliesTo, announcement: null },
      ...{ state: 'upcoming', next: { startsAt: iso(1), endsAt: iso(2) }, version: 1, createdAt: at, updatedAt: at },
    } as never)
    expect(await json<Window>(`${path}/${made.id}`, { token })).toEqual(made)

    const change = { method: 'PATCH', token, headers: { 'if-match': '"1"' }, body: { name: 'Move' } }
    expect(await json<Window>(`${path}/${made.id}`, change)).toMatchObject({ name: 'Move', version: 2 })
    expect(await refusalOf(await api.ask(`${path}/${made.id}`, change))).toBe('412 changed_meanwhile')
    expect((await api.ask(`${path}/${made.id}`, { token, method: 'DELETE' })).status).toBe(204)
    expect(await refusalOf(await api.ask(`${path}/${made.id}`, { token }))).toBe('404 not_found')
  })

  test('is announced on pages in words of its own, until somebody takes them back', async () => {
    const { token } = await api.addPerson()
    const announcement = { title: 'Upgrade', body: 'Two minutes.' }
    const window = await make(token, { schedule: once(1, 2), announcement })
    expect(window.announcement).toEqual(announcement)
    const change = (body: object) => json<Window>(`${path}/${window.id}`, { token, method: 'PATCH', body })
    expect((await change({ name: 'Move' })).announcement).toEqual(announcement)
    expect((await change({ announcement: { title: 'Later' } })).announcement).toEqual({ title: 'Later', body: '' })
    expect((await change({ announcement: null })).announcement).toBeNull()
    const body = { name: 'W', appliesTo: all, schedule: once(1, 2), announcement: { title: '' } }
    expect(await refusalOf(await api.ask(path, { token, body }))).toBe('400 invalid_body')
  })

  test('says whether it lasts, is to come or is over, and when it comes next', async () => {
    const { token } = await api.addPerson()
    const nightly = {
      kind: 'weekly',
      days: ['mon', 'tue'],
      at: '02:30',
      timeZone: 'Europe/Berlin',
      durationMinutes: 90,
    }
    const cases: [object, Window['state'], [string, string] | null][] = [
      [once(-2, -1), 'past', null],
      [once(-1, 1), 'now', [iso(-1), iso(1)]],
      [once(1, 2), 'upcoming', [iso(1), iso(2)]],
      // It is Monday noon: the next one is of the night to come.
      [nightly, 'upcoming', ['2026-06-02T00:30:00.000Z', '2026-06-02T02:00:00.000Z']],
      [{ ...nightly, until: iso(1) }, 'past', null],
    ]
    for (const [schedule, state, next] of cases) {
      const window = await make(token, { schedule })
      expect([window.state, window.next]).toEqual([state, next && { startsAt: next[0], endsAt: next[1] }])
    }
  })

  test('is of the monitors that it names, without those that are gone', async () => {
    const { token, workspaceId } = await api.addPerson()
    const [one, two] = [await addMonitor(api.deps.sql, workspaceId), await addMonitor(api.deps.sql, workspaceId)]
    const appliesTo = { kind: 'monitors', monitorIds: [one.id, two.id] }
    const { id } = await make(token, { schedule: once(1, 2), appliesTo })
    await api.ask(`/api/v1/monitors/${one.id}`, { token, method: 'DELETE' })
    const read = () => json<Window>(`${path}/${id}`, { token })
    expect((await read()).appliesTo).toEqual({ kind: 'monitors', monitorIds: [two.id] })
    await json(`${path}/${id}`, { method: 'PATCH', token, body: { appliesTo: all } })
    expect((await read()).appliesTo).toEqual({ kind: 'all' })
  })

  test('cannot be of monitors of another workspace', async () => {
    const [mine, theirs] = [await api.addPerson(), await api.addPerson()]
    const foreign = await addMonitor(api.deps.sql, theirs.workspaceId)
    const appliesTo = { kind: 'monitors', monitorIds: [foreign.id] }
    const body = { name: 'W', schedule: once(1, 2), appliesTo }
    const problem = await problemOf(await api.ask(path, { token: mine.token, body }))
    expect(problem.errors).toEqual([{ field: 'appliesTo.monitorIds.0', message: 'there is no such monitor' }])
  })

  const refused: [string, object, string, string][] = [
    ['that ends before it begins', once(2, 1), 'schedule', 'it ends before it begins'],
    ['on a day that never comes', cron('0 0 30 2 *'), 'schedule', 'it never comes'],
    ['that comes every minute', cron('* * * * *'), 'schedule', 'it comes more often than every five minutes'],
    [
      'that is no cron expression',
      cron('so now and then'),
      'schedule',
      'it is not a cron expression of five fields, such as 30 2 * * SUN',
    ],
    [
      'in a place that is none',
      { ...cron('0 2 * * *'), timeZone: 'Mars/Olympus' },
      'schedule.timeZone',
      'is not a time zone, such as Europe/Berlin',
    ],
  ]
  test.each(refused)('%s is refused, with the reason', async (_what, schedule, field, message) => {
    const { token } = await api.addPerson()
    const problem = await problemOf(await api.ask(path, { token, body: { name: 'W', schedule, appliesTo: all } }))
    expect([problem.status, problem.code, problem.errors]).toEqual([400, 'invalid_body', [{ field, message }]])
  })

  test('wakes whoever keeps maintenance, each time that it changes', async () => {
    const { token } = await api.addPerson()
    const before = api.changes.length
    const { id } = await make(token, { schedule: once(1, 2) })
    await json(`${path}/${id}`, { method: 'PATCH', token, body: { name: 'Other' } })
    await api.ask(`${path}/${id}`, { token, method: 'DELETE' })
    expect(api.changes.slice(before)).toEqual([{ monitorIds: [] }, { monitorIds: [] }, { monitorIds: [] }])
  })

  test('is in the audit log with what changed', async () => {
    const { token } = await api.addPerson()
    const { id } = await make(token, { schedule: once(1, 2) })
    await json(`${path}/${id}`, { method: 'PATCH', token, body: { schedule: once(1, 3) } })
    await api.ask(`${path}/${id}`, { token, method: 'DELETE' })
    const { items } = await json<{ items: { action: string }[] }>(`/api/v1/audit?subjectId=${id}`, { token })
    expect(items).toMatchObject([
      { action: 'maintenance.deleted', before: { name: 'W', schedule: once(1, 3) }, after: null },
      { action: 'maintenance.changed', before: { schedule: once(1, 2) }, after: { schedule: once(1, 3) } },
      { action: 'maintenance.created', after: { name: 'W', schedule: once(1, 2), appliesTo: all } },
    ])
  })

  test('is listed page by page, in the order in which they were made', async () => {
    const { token } = await api.addPerson()
    const made: string[] = []
    for (let hour = 1; hour <= 5; hour += 1) made.push((await make(token, { schedule: once(hour, hour + 1) })).id)
    const seen: string[] = []
    for (let query = '?limit=2'; query !== ''; ) {
      const page = await json<{ items: Window[]; nextCursor: string | null }>(`${path}${query}`, { token })
      seen.push(...page.items.map(({ id }) => id))
      query = page.nextCursor === null ? '' : `?limit=2&cursor=${page.nextCursor}`
    }
    expect(seen).toEqual(made)
  })

  test('that somebody has spoilt hides no other, and can be deleted', async () => {
    const { token, workspaceId } = await api.addPerson()
    const spoilt = await addWindow(api.deps.sql, { workspaceId, schedule: { kind: 'never' } })
    const { id } = await make(token, { schedule: once(1, 2) })
    const { items } = await json<{ items: Window[] }>(path, { token })
    expect(items.map((item) => item.id)).toEqual([id])
    expect((await api.ask(`${path}/${spoilt.id}`, { token, method: 'DELETE' })).status).toBe(204)
  })

  test('is one of so many that a workspace may have', async () => {
    const { token, workspaceId } = await api.addPerson()
    for (let count = 0; count < maintenanceLimits.windows; count += 1) await addWindow(api.deps.sql, { workspaceId })
    const body = { name: 'W', schedule: once(1, 2), appliesTo: all }
    expect(await refusalOf(await api.ask(path, { token, body }))).toBe('403 limit_reached')
  })
})

function cron(expression: string) {
  return { kind: 'cron', expression, timeZone: 'Europe/Berlin', durationMinutes: 60 }
}

describe('a schedule', () => {
  test('shows before it is saved when it comes, clocks that are changed included', async () => {
    const { token } = await api.addPerson()
    const schedule = { ...cron('30 2 * * *'), from: '2026-10-24T00:00:00+02:00' }
    const { occurrences } = await json<{ occurrences: object[] }>(`${path}/preview`, {
      token,
      body: { schedule, count: 3 },
    })
    expect(occurrences).toEqual([
      { startsAt: '2026-10-24T00:30:00.000Z', endsAt: '2026-10-24T01:30:00.000Z' },
      { startsAt: '2026-10-25T00:30:00.000Z', endsAt: '2026-10-25T01:30:00.000Z' },
      { startsAt: '2026-10-26T01:30:00.000Z', endsAt: '2026-10-26T02:30:00.000Z' },
    ])
    expect((await json<{ items: Window[] }>(path, { token })).items).toEqual([])
  })
})

describe('a monitor under maintenance', () => {
  async function maintained(): Promise<{ token: string; id: string }> {
    const { token, workspaceId } = await api.addPerson()
    const { sql } = api.deps
    const { id, monitorKey } = await addMonitor(sql, workspaceId)
    await addMonitor(sql, workspaceId)
    const [locked] = await lockHistories(sql, [{ monitorKey, fromMs: noonMs }])
    if (!locked) throw new Error('it was made')
    const period = { fromMs: noonMs, toMs: noonMs + HOUR_MS }
    await saveHistories(sql, [{ monitorKey, history: keepMaintenance(locked.history, [period], noonMs) }])
    return { token, id }
  }
  const read = (token: string, id: string) => json<Monitor>(`/api/v1/monitors/${id}`, { token })

  test('is shown so, since it began: by itself, in the list, in its counts and by its filter', async () => {
    const { token, id } = await maintained()
    const shown = { id, status: 'maintenance', since: iso(0), cause: null }
    expect(await read(token, id)).toMatchObject(shown)
    const page = await json<MonitorPage>('/api/v1/monitors?status=maintenance', { token })
    expect(page.items).toMatchObject([shown])
    expect(page.counts).toMatchObject({ total: 2, unknown: 1, maintenance: 1, paused: 0 })
    // What nobody knows stands before what somebody works on.
    const { items } = await json<MonitorPage>('/api/v1/monitors', { token })
    expect(items.map(({ status }) => status)).toEqual(['unknown', 'maintenance'])
  })

  test('is paused where it is paused, and under maintenance again where it is resumed', async () => {
    const { token, id } = await maintained()
    expect(await json<Monitor>(`/api/v1/monitors/${id}/pause`, { token, method: 'POST' })).toMatchObject({
      status: 'paused',
    })
    expect(api.live.at(-1)?.events).toMatchObject([{ status: 'paused', previous: 'maintenance' }])
    const ids = [id]
    await json('/api/v1/monitors/bulk', { token, body: { action: 'resume', ids } })
    expect(api.live.at(-1)?.events).toMatchObject([{ status: 'maintenance', previous: 'paused', since: iso(0) }])
    expect(await read(token, id)).toMatchObject({ status: 'maintenance' })
    await json('/api/v1/monitors/bulk', { token, body: { action: 'pause', ids } })
    expect(api.live.at(-1)?.events).toMatchObject([{ status: 'paused', previous: 'maintenance' }])
  })

  test('has its maintenance counted apart in its uptime', async () => {
    const { token, id } = await maintained()
    await api.deps.clock.advance(60_000)
    const { summary } = await json<{ summary: { seconds: object } }>(`/api/v1/monitors/${id}/uptime?range=24h`, {
      token,
    })
    expect(summary).toMatchObject({ uptimePercent: null, seconds: { maintenance: 60, unknown: 0, down: 0 } })
  })
})
