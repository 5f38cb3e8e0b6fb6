import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { AlertPolicyJson, Simulation } from '@repo/contracts/alerts'
import type { ScheduleJson } from '@repo/contracts/on-call'
import { pauseMonitor } from '@repo/db/queries/monitors'
import { addChannel, makeRule } from '@repo/db/testing/alerting'
import { addMonitor } from '@repo/db/testing/populate'
import { noonMs } from '@repo/domain/testing'
import { type ApiInstance, type Asked, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
let token: string
let workspaceId: Awaited<ReturnType<ApiInstance['addPerson']>>['workspaceId']
let userId: string
let channelId: string
beforeAll(async () => {
  api = await openApi()
  const person = await api.addPerson('ada')
  token = person.token
  workspaceId = person.workspaceId
  userId = person.id
  channelId = await addChannel(api.deps.sql, { workspaceId, name: 'ops' })
})
afterAll(() => api[Symbol.asyncDispose]())

const ask = (method: string, path: string, body?: unknown) =>
  api.ask(`/api/v1/${path}`, { method, token, ...(body !== undefined && { body }) })
const create = async (rule: object, name = 'Everything') =>
  (await (await ask('POST', 'alert-policies', { name, rule })).json()) as AlertPolicyJson

describe('an alert policy', () => {
  test('is made, changed and deleted, and all of that is in the audit log', async () => {
    const made = await create(makeRule(channelId))
    expect(made).toMatchObject({ name: 'Everything', rule: makeRule(channelId), version: 1 })
    const rule = makeRule(channelId, { topics: ['warning'] })
    const changed = await ask('PATCH', `alert-policies/${made.id}`, { rule })
    expect(changed.headers.get('etag')).toBe('"2"')
    expect(((await changed.json()) as AlertPolicyJson).rule.topics).toEqual(['warning'])
    expect((await ask('DELETE', `alert-policies/${made.id}`)).status).toBe(204)
    const { items } = (await (await ask('GET', 'audit?limit=3')).json()) as { items: { action: string }[] }
    expect(items.map(({ action }) => action)).toEqual([
      'alert_policy.deleted',
      'alert_policy.changed',
      'alert_policy.created',
    ])
  })

  const refused: [string, () => object, string][] = [
    [
      'a channel that is not there',
      () => makeRule(crypto.randomUUID()),
      'rule.steps.0.targets.0.channelId: there is no such channel',
    ],
    [
      'a fallback that is not there',
      () => makeRule(channelId, { fallbackChannelIds: [crypto.randomUUID()] }),
      'rule.fallbackChannelIds.0: there is no such channel',
    ],
    [
      'a person who is not there',
      () =>
        makeRule(channelId, {
          steps: [{ afterSeconds: 0, targets: [{ kind: 'person', userId: crypto.randomUUID() }] }],
        }),
      'rule.steps.0.targets.0.userId: there is no such person',
    ],
    [
      'a monitor that is not there',
      () => makeRule(channelId, { monitors: { kind: 'monitors', monitorIds: [crypto.randomUUID()] } }),
      'rule.monitors.monitorIds.0: there is no such monitor',
    ],
    [
      'steps that go back in time',
      () =>
        makeRule(channelId, {
          steps: [60, 0].map((afterSeconds) => ({ afterSeconds, targets: [{ kind: 'everyone' }] })),
        }),
      'rule.steps: the steps are not in the order of their instants',
    ],
    [
      'quiet hours that end when they begin',
      () =>
        makeRule(channelId, {
          quiet: { timeZone: 'UTC', days: ['mon'], from: '22:00', to: '22:00', breaksThrough: [] },
        }),
      'rule.quiet: it ends when it begins',
    ],
    [
      'a zone that is none',
      () =>
        makeRule(channelId, {
          quiet: { timeZone: 'Mars', days: ['mon'], from: '22:00', to: '07:00', breaksThrough: [] },
        }),
      'rule.quiet.timeZone',
    ],
    ['a repetition that is a flood', () => makeRule(channelId, { repeatEverySeconds: 5 }), 'rule.repeatEverySeconds'],
  ]
  test.each(refused)('is refused with %s', async (_what, rule, message) => {
    const problem = await problemOf(await ask('POST', 'alert-policies', { name: 'Everything', rule: rule() }))
    expect([problem.code, problem.detail?.startsWith(message)]).toEqual(['invalid_body', true])
  })

  test('does not reach into another workspace', async () => {
    const stranger = await api.addPerson()
    const theirs = await addChannel(api.deps.sql, { workspaceId: stranger.workspaceId })
    const problem = await problemOf(await ask('POST', 'alert-policies', { name: 'x', rule: makeRule(theirs) }))
    expect(problem.detail).toContain('there is no such channel')
    const made = await create(makeRule(channelId))
    const answer = await api.ask(`/api/v1/alert-policies/${made.id}`, { token: stranger.token })
    expect(await refusalOf(answer)).toBe('404 not_found')
    await ask('DELETE', `alert-policies/${made.id}`)
  })

  test('has the outages that last looked at anew', async () => {
    const { sql } = api.deps
    const { monitorKey } = await addMonitor(sql, workspaceId)
    const id = crypto.randomUUID()
    await sql.execute(`insert into incident (id, monitor_key, workspace_id, severity, began_at, opened_at, cause_code, cause_message)
      values ('${id}', ${monitorKey}, '${workspaceId}', 'down', now(), now(), 'LOST', '')`)
    await sql.execute(
      `insert into alert_story (id, workspace_id, incident_id, events, planned_through) values ('${id}', '${workspaceId}', '${id}', '[]', now())`,
    )
    const made = await create(makeRule(channelId))
    const { rows } = await sql.execute(`select next_at is not null as due from alert_story where id = '${id}'`)
    expect(rows).toEqual([{ due: true }])
    await ask('DELETE', `alert-policies/${made.id}`)
  })
})

describe('a simulation', () => {
  test('says who would be told what, and when', async () => {
    const boss = await addChannel(api.deps.sql, { workspaceId, name: 'boss' })
    const monitor = await addMonitor(api.deps.sql, workspaceId)
    const steps = [
      { afterSeconds: 0, targets: [{ kind: 'channel', channelId }] },
      { afterSeconds: 900, targets: [{ kind: 'channel', channelId: boss }] },
    ]
    const quiet = { timeZone: 'Europe/Berlin', days: ['tue'], from: '00:00', to: '07:00', breaksThrough: [] }
    const made = await create(makeRule(channelId, { steps, quiet }), 'Nights')
    const simulate = async (more: object) => {
      const answer = await ask('POST', 'alert-policies/simulate', { monitorId: monitor.id, ...more })
      const { items } = (await answer.json()) as Simulation
      return items.map(({ at, event, channel, policy }) => `${at.slice(5, 16)} ${event} ${channel.name} ${policy.name}`)
    }
    expect(await simulate({ at: '2026-06-01T03:00:00Z', lastsSeconds: 1_200 })).toEqual([
      '06-01T03:00 down ops Nights',
      '06-01T03:15 down boss Nights',
      '06-01T03:20 recovered ops Nights',
      '06-01T03:20 recovered boss Nights',
    ])
    expect(await simulate({ at: '2026-06-01T03:00:00Z', acknowledgedAfterSeconds: 60 })).toEqual([
      '06-01T03:00 down ops Nights',
    ])
    expect(await simulate({ at: '2026-06-02T03:00:00+02:00', lastsSeconds: 1_200 })).toEqual([
      '06-02T05:00 was_down ops Nights',
    ])
    expect(await simulate({ at: '2026-06-01T03:00:00Z', severity: 'degraded' })).toEqual([])
    await ask('DELETE', `alert-policies/${made.id}`)
  })

  test('says the same of a policy that is not saved, beside the others or in place of one, and keeps nothing of it', async () => {
    const monitor = await addMonitor(api.deps.sql, workspaceId)
    const made = await create(makeRule(channelId), 'Kept')
    const boss = await addChannel(api.deps.sql, { workspaceId, name: 'boss' })
    const simulate = async (draft: object | null) => {
      const asked = { monitorId: monitor.id, at: '2026-06-01T03:00:00Z', draft }
      const { items } = (await (await ask('POST', 'alert-policies/simulate', asked)).json()) as Simulation
      return items.map(({ channel, policy }) => `${channel.name} ${policy.name} ${policy.id}`)
    }
    const written = { name: 'Written', rule: makeRule(boss) }
    expect(await simulate(written)).toEqual([`ops Kept ${made.id}`, 'boss Written draft'])
    expect(await simulate({ ...written, policyId: made.id })).toEqual([`boss Written ${made.id}`])
    expect(await simulate(null)).toEqual([`ops Kept ${made.id}`])
    await ask('DELETE', `alert-policies/${made.id}`)
  })
})

describe('an on-call schedule', () => {
  const layer = { startsOn: '2026-06-01', turnDays: 1, handover: '09:00', timeZone: 'UTC', only: null }

  test('says who is on call now, from when until when, and as a calendar; an override counts before it', async () => {
    const layers = [{ ...layer, people: [userId] }]
    const made = (await (await ask('POST', 'schedules', { name: 'Rota, weekly', layers })).json()) as ScheduleJson
    expect(made).toMatchObject({ name: 'Rota, weekly', onCall: userId, overrides: [] })
    const span = { userId, from: '2026-06-01T06:00:00Z', to: '2026-06-01T09:00:00Z' }
    const override = (await (await ask('POST', `schedules/${made.id}/overrides`, span)).json()) as { id: string }
    const shifts = await ask('GET', `schedules/${made.id}/shifts?from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z`)
    expect(await shifts.json()).toEqual({
      items: [
        { userId: null, from: '2026-06-01T00:00:00.000Z', to: '2026-06-01T06:00:00.000Z' },
        { userId, from: '2026-06-01T06:00:00.000Z', to: '2026-06-02T00:00:00.000Z' },
      ],
    })
    const calendar = await ask('GET', `schedules/${made.id}/ical`)
    expect(calendar.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
    const text = await calendar.text()
    expect(text).toStartWith('BEGIN:VCALENDAR')
    expect(text).toContain('SUMMARY:ada is on call')
    expect(text).toContain('DTSTART:20260601T060000Z')
    expect((await ask('DELETE', `schedules/${made.id}/overrides/${override.id}`)).status).toBe(204)
    expect(await refusalOf(await ask('DELETE', `schedules/${made.id}/overrides/${override.id}`))).toBe('404 not_found')
  })

  test('is refused with somebody who is not in the workspace', async () => {
    const stranger = await api.addPerson()
    const problem = await problemOf(
      await ask('POST', 'schedules', { name: 'x', layers: [{ ...layer, people: [stranger.id] }] }),
    )
    expect(problem.detail).toBe('layers.0.people.0: there is no such person')
  })
})

describe('what nobody would be told of', () => {
  /** A workspace with two monitors and a paused one, of which one channel is told of the first alone. */
  async function partlyCovered() {
    const person = await api.addPerson()
    const { sql } = api.deps
    const told = await addMonitor(sql, person.workspaceId, { name: 'told' })
    const silent = await addMonitor(sql, person.workspaceId, { name: 'silent', tags: ['lab'] })
    const paused = await addMonitor(sql, person.workspaceId, { name: 'paused' })
    await pauseMonitor(sql, paused, noonMs)
    const room = await addChannel(sql, { workspaceId: person.workspaceId, name: 'room' })
    const of = (path: string, more: Asked = {}) => api.ask(`/api/v1/${path}`, { token: person.token, ...more })
    const rule = makeRule(room, { monitors: { kind: 'monitors', monitorIds: [told.id] } })
    await of('alert-policies', { body: { name: 'Shop', rule } })
    const read = async (path: string) => (await of(path)).json()
    return { ...person, told, silent, room, of, read }
  }

  test('is said of the workspace, without what is paused', async () => {
    const { silent, read } = await partlyCovered()
    const uncovered = { count: 1, items: [{ id: silent.id as string, name: 'silent' }] }
    expect(await read('alert-policies/coverage')).toEqual({ monitors: 2, uncovered })
  })

  test('is said of a channel before it is deleted, with the policies that name it', async () => {
    const { told, room, read, of, workspaceId: own } = await partlyCovered()
    const other = await addChannel(api.deps.sql, { workspaceId: own, name: 'other' })
    const lost = { count: 1, items: [{ id: told.id as string, name: 'told' }] }
    const policy = { id: expect.any(String), name: 'Shop', as: ['step'] }
    expect(await read(`channels/${room}/uses`)).toEqual({ policies: [policy], uncovered: lost })
    expect(await read(`channels/${other}/uses`)).toEqual({ policies: [], uncovered: { count: 0, items: [] } })
    await of(`channels/${room}`, { method: 'DELETE' })
    expect(await read('alert-policies/coverage')).toMatchObject({ uncovered: { count: 2 } })
  })

  test('includes what only a paused channel, or somebody who left, would be told of', async () => {
    const { room, read, of } = await partlyCovered()
    await of(`channels/${room}`, { method: 'PATCH', body: { paused: true } })
    expect(await read('alert-policies/coverage')).toMatchObject({ uncovered: { count: 2 } })
  })
})
