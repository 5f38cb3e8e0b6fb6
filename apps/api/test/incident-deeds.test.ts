import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type IncidentDetail, incidentDetailSchema } from '@repo/contracts/incidents'
import { addEntries } from '@repo/db/queries/incident-moves'
import { addIncident, eventsOf, type Told } from '@repo/db/testing/incidents'
import { addMonitor, addUser } from '@repo/db/testing/populate'
import { noonMs } from '@repo/domain/testing'
import { type ApiInstance, type Asked, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

const noon = new Date(noonMs).toISOString()

/** Somebody with an open incident, and what they can do with it. */
async function someone(told: Told = {}) {
  const person = await api.addPerson()
  const { sql } = api.deps
  const monitor = await addMonitor(sql, person.workspaceId)
  const id = await addIncident(sql, monitor, told)
  const actor = { id: person.id as string, name: person.username }
  const ask = (deed: string, asked: Asked = {}, of: string = id) =>
    api.ask(`/api/v1/incidents/${of}${deed}`, { method: 'POST', token: person.token, ...asked })
  async function act(deed: string, asked: Asked = {}, of: string = id): Promise<IncidentDetail> {
    const answer = await ask(deed, asked, of)
    if (answer.status >= 300) throw new Error(`${answer.status} ${await answer.text()}`)
    return incidentDetailSchema.parse(await answer.json())
  }
  return {
    ...{ ...person, monitor, incidentId: id, actor, ask, act },
    read: (of: string = id) => act('', { method: 'GET' }, of),
    /** What was written down of the incident, and by whom. */
    async written(of: string = id): Promise<string[]> {
      const { timeline } = await act('', { method: 'GET' }, of)
      return timeline.items.map(({ kind, actor }) => (actor ? `${kind} by ${actor.name}` : kind))
    },
    async audited(): Promise<[string, unknown, unknown][]> {
      const answer = await api.ask('/api/v1/audit', { token: person.token })
      const { items } = (await answer.json()) as { items: { action: string; before: unknown; after: unknown }[] }
      return items.map(({ action, before, after }) => [action, before, after])
    },
    live: () =>
      api.live.filter(({ workspaceId }) => workspaceId === person.workspaceId).flatMap(({ events }) => events),
  }
}

describe('acknowledging', () => {
  test('says who looks after it and since when, once', async () => {
    const { act, ask, actor, written, audited, live, incidentId, monitor, username } = await someone()
    const first = await act('/acknowledge')
    expect([first.acknowledged, first.version]).toEqual([{ at: noon, by: actor }, 2])
    expect((await act('/acknowledge')).version).toBe(2)
    expect(await written()).toEqual(['opened', `acknowledged by ${username}`])
    expect(await audited()).toEqual([['incident.acknowledged', { acknowledgedBy: null }, { acknowledgedBy: username }]])
    expect(live()).toEqual([{ type: 'incident.changed', incidentId, monitorId: monitor.id }])
    expect(await eventsOf(api.deps.sql, incidentId)).toEqual([])

    expect((await act('/acknowledge', { method: 'DELETE' })).acknowledged).toBeNull()
    expect((await act('/acknowledge', { method: 'DELETE' })).version).toBe(3)
    expect((await written()).at(-1)).toBe(`unacknowledged by ${username}`)
    await act('/resolve')
    expect(await refusalOf(await ask('/acknowledge'))).toBe('409 incident_ended')
  })

  test('is done by one of those who do it at once', async () => {
    const { ask, written } = await someone()
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('/acknowledge')))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(await written()).toHaveLength(2)
  })

  test('is done where nobody did something else meanwhile', async () => {
    const { ask, act, written } = await someone()
    const headers = { 'if-match': '"1"' }
    expect((await act('/acknowledge', { headers })).version).toBe(2)
    for (const deed of ['/acknowledge', '/resolve', '/reopen'])
      expect(await refusalOf(await ask(deed, { headers }))).toBe('412 changed_meanwhile')
    expect(await written()).toHaveLength(2)
  })
})

describe('an incident is assigned', () => {
  test('to a member of the workspace, or to nobody', async () => {
    const { act, actor, written, username, ask } = await someone()
    const put = (userId: string | null) => ({ method: 'PUT', body: { userId } })
    expect((await act('/assignee', put(actor.id))).assignee).toEqual(actor)
    expect((await act('/assignee', put(actor.id))).version).toBe(2)
    const stranger = await addUser(api.deps.sql)
    expect(await problemOf(await ask('/assignee', put(stranger.id)))).toMatchObject({
      status: 400,
      errors: [{ field: 'userId', message: 'is no member of this workspace' }],
    })
    expect((await act('/assignee', put(null))).assignee).toBeNull()
    expect(await written()).toEqual(['opened', `assigned by ${username}`, `assigned by ${username}`])
  })
})

describe('what people write', () => {
  test('is kept as it was written, and shown as harmless HTML', async () => {
    const { act, audited } = await someone()
    const text = '**Restarted** it.\n\n<script>alert(1)</script>'
    const html = '<p><strong>Restarted</strong> it.</p>\n&lt;script&gt;alert(1)&lt;/script&gt;'
    const { timeline, version } = await act('/comments', { body: { text } })
    expect([timeline.items.at(-1)?.body, version]).toEqual([{ text, html }, 1])
    const { postmortem } = await act('/postmortem', { method: 'PUT', body: { text } })
    expect(postmortem).toEqual({ text, html })
    expect((await act('/postmortem', { method: 'PUT', body: { text: ' ' } })).postmortem).toBeNull()
    expect(JSON.stringify(await audited())).not.toContain('Restarted')
  })

  test.each([
    ['', 400],
    [' \n', 400],
    ['x'.repeat(10_001), 400],
    ['a\0b', 400],
    ['a\u001bb', 400],
    ['\ud800', 400],
    ['x'.repeat(10_000), 201],
    ['a\tb\r\nc', 201],
  ])('is taken or refused: %p', async (text, status) => {
    const { ask } = await someone()
    expect((await ask('/comments', { body: { text } })).status).toBe(status)
  })

  test('is bounded', async () => {
    const { ask, incidentId, workspaceId, actor } = await someone()
    const comment = { incidentId, workspaceId, atMs: noonMs, kind: 'comment', body: { text: 'x' }, actor }
    await addEntries(api.deps.sql, Array(1_000).fill(comment))
    expect(await refusalOf(await ask('/comments', { body: { text: 'x' } }))).toBe('403 limit_reached')
  })
})

describe('resolving by hand', () => {
  test('ends it now, and those who were told of it are told', async () => {
    const { act, written, username, audited, incidentId, live } = await someone()
    const { endedAt, resolution, durationSeconds } = await act('/resolve')
    expect([endedAt, resolution, durationSeconds]).toEqual([noon, 'by_hand', 60])
    expect(await written()).toEqual(['opened', `resolved by ${username}`])
    expect(await audited()).toEqual([['incident.resolved', { resolution: null }, { resolution: 'by_hand' }]])
    expect(await eventsOf(api.deps.sql, incidentId)).toEqual(['resolved by_hand'])
    expect(live()).toHaveLength(1)
  })

  test('is done once by many who do it at once', async () => {
    const { ask, incidentId, written } = await someone()
    await Promise.all(Array.from({ length: 8 }, () => ask('/resolve')))
    expect([await written(), await eventsOf(api.deps.sql, incidentId)]).toMatchObject([{ length: 2 }, { length: 1 }])
  })

  test('tells nobody of one of which nobody was told', async () => {
    const { act, incidentId } = await someone()
    await api.deps.sql.execute(`update incident set silent_because = 'maintenance' where id = '${incidentId}'`)
    await act('/resolve')
    await act('/reopen')
    expect(await eventsOf(api.deps.sql, incidentId)).toEqual([])
  })
})

describe('reopening', () => {
  test('goes on with an incident as if it had not ended', async () => {
    const { act, written, username, incidentId } = await someone({ endedAtMs: noonMs - 1_000 })
    const reopened = await act('/reopen')
    expect([reopened.endedAt, reopened.resolution, reopened.durationSeconds]).toEqual([null, null, 60])
    expect((await act('/reopen')).version).toBe(reopened.version)
    expect(await written()).toEqual(['opened', `reopened by ${username}`])
    expect(await eventsOf(api.deps.sql, incidentId)).toEqual(['reopened'])
  })

  test('is refused while its monitor has an open one, and of one that is not its newest', async () => {
    const { ask, act, monitor, incidentId } = await someone({ endedAtMs: noonMs - 50_000 })
    const newer = await addIncident(api.deps.sql, monitor, { beganAtMs: noonMs - 30_000 })
    expect(await refusalOf(await ask('/reopen'))).toBe('409 incident_open')
    await act('/resolve', {}, newer)
    expect(await refusalOf(await ask('/reopen'))).toBe('409 not_newest')
    expect(await eventsOf(api.deps.sql, incidentId)).toEqual([])
    expect((await act('/reopen', {}, newer)).endedAt).toBeNull()
  })
})

describe('merging', () => {
  test('ends the one, and both say so', async () => {
    const { act, written, username, incidentId, workspaceId, live, read } = await someone()
    const into = await addIncident(api.deps.sql, await addMonitor(api.deps.sql, workspaceId))
    const body = { into }
    const merged = await act('/merge', { body })
    expect([merged.mergedInto, merged.resolution, merged.endedAt]).toEqual([into, 'merged', noon])
    expect((await act('/merge', { body })).version).toBe(merged.version)
    expect([await written(), await written(into)]).toEqual([
      ['opened', `merged by ${username}`],
      ['opened', `merged by ${username}`],
    ])
    expect((await read(into)).timeline.items.at(-1)?.body).toEqual({ from: incidentId })
    expect(await eventsOf(api.deps.sql, incidentId)).toEqual(['resolved merged'])
    expect(live().map((event) => 'incidentId' in event && event.incidentId)).toEqual([incidentId, into])
    const reopened = await act('/reopen')
    expect([reopened.mergedInto, reopened.resolution]).toEqual([null, null])
  })

  test('of one that has ended tells nobody, and leaves its end as it was', async () => {
    const { act, workspaceId, incidentId } = await someone({ endedAtMs: noonMs - 1_000 })
    const into = await addIncident(api.deps.sql, await addMonitor(api.deps.sql, workspaceId))
    const { resolution, durationSeconds } = await act('/merge', { body: { into } })
    expect([resolution, durationSeconds]).toEqual(['merged', 59])
    expect(await eventsOf(api.deps.sql, incidentId)).toEqual([])
  })

  test('never goes round in a circle, also not by two at once', async () => {
    const { ask, incidentId, workspaceId, read } = await someone()
    for (let time = 0; time < 5; time += 1) {
      const [a, b] = [
        await addIncident(api.deps.sql, await addMonitor(api.deps.sql, workspaceId)),
        await addIncident(api.deps.sql, await addMonitor(api.deps.sql, workspaceId)),
      ]
      const answers = await Promise.all([
        ask('/merge', { body: { into: b } }, a),
        ask('/merge', { body: { into: a } }, b),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
      expect([(await read(a)).mergedInto, (await read(b)).mergedInto].filter((into) => into === null)).toHaveLength(1)
      const [part, whole] = (await read(a)).mergedInto === null ? [b, a] : [a, b]
      expect(await refusalOf(await ask('/merge', { body: { into: part } }, incidentId))).toBe('409 incident_merged')
      expect(await refusalOf(await ask('/merge', { body: { into: incidentId } }, part))).toBe('409 incident_merged')
      expect((await read(whole)).mergedInto).toBeNull()
    }
  })

  test('into itself, into none or into one of another workspace is refused', async () => {
    const { ask, incidentId, read } = await someone()
    const theirs = await someone()
    for (const into of [incidentId, crypto.randomUUID(), theirs.incidentId])
      expect(await refusalOf(await ask('/merge', { body: { into } }))).toBe('400 invalid_body')
    expect((await read()).version).toBe(1)
    expect((await theirs.read()).timeline.items).toHaveLength(1)
  })
})

test('what a key does is done in its name', async () => {
  const { token, incidentId, username, written } = await someone()
  const made = await api.ask('/api/v1/keys', { token, body: { name: 'CI', scopes: ['incidents:write'] } })
  const { key } = (await made.json()) as { key: string }
  expect((await api.ask(`/api/v1/incidents/${incidentId}/acknowledge`, { method: 'POST', token: key })).status).toBe(
    200,
  )
  expect((await written()).at(-1)).toBe(`acknowledged by a key of ${username}`)
})

test('an incident whose monitor is paused cannot be gone on with', async () => {
  const { token, monitor, ask, act, incidentId } = await someone()
  await api.ask(`/api/v1/monitors/${monitor.id}/pause`, { method: 'POST', token })
  expect(await refusalOf(await ask('/reopen'))).toBe('409 not_checked')
  expect(await eventsOf(api.deps.sql, incidentId)).toEqual(['resolved paused'])
  await api.ask(`/api/v1/monitors/${monitor.id}/resume`, { method: 'POST', token })
  expect((await act('/reopen')).endedAt).toBeNull()
})

test('pausing a monitor ends its incident, one alone or many, and those who watch hear of it', async () => {
  const { token, monitor, read, incidentId, live } = await someone()
  expect((await api.ask(`/api/v1/monitors/${monitor.id}/pause`, { method: 'POST', token })).status).toBe(200)
  expect(await read()).toMatchObject({ resolution: 'paused', endedAt: noon })
  expect(await eventsOf(api.deps.sql, incidentId)).toEqual(['resolved paused'])
  expect(live().at(-1)).toEqual({ type: 'incident.changed', incidentId, monitorId: monitor.id })

  const second = await someone()
  const body = { action: 'pause', ids: [second.monitor.id] }
  await api.ask('/api/v1/monitors/bulk', { token: second.token, body })
  expect(await second.read()).toMatchObject({ resolution: 'paused' })
  const ended = { type: 'incident.changed', incidentId: second.incidentId, monitorId: second.monitor.id }
  expect(second.live().at(-1)).toEqual(ended as never)
})
