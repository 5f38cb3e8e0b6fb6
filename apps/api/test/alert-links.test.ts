import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type AlertDeed, type AlertLinkJson, alertLinkSchema } from '@repo/contracts/alert-links'
import { channelContext } from '@repo/contracts/alerts'
import { changeChannel } from '@repo/db/queries/channels'
import { changeRole, removeMember } from '@repo/db/queries/members'
import { createStorms, joinStorms } from '@repo/db/queries/storms'
import { addChannel, addDelivery } from '@repo/db/testing/alerting'
import { addIncident } from '@repo/db/testing/incidents'
import { join } from '@repo/db/testing/people'
import { addMonitor } from '@repo/db/testing/populate'
import { parseChannelId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { writeAlertLink } from '@repo/notifiers/alert-link'
import { type ApiInstance, type Asked, openApi, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

const noon = new Date(noonMs).toISOString()
const dayMs = 86_400_000

/** Somebody with an open incident, a channel of theirs or of all, and a message about the one on the other. */
async function someone({ isOwn = false }: { isOwn?: boolean } = {}) {
  const person = await api.addPerson()
  const { sql, keyring } = api.deps
  const { workspaceId, id: userId } = person
  const monitor = await addMonitor(sql, workspaceId, { name: 'shop' })
  const incidentId = await addIncident(sql, monitor)
  const channelId = parseChannelId(Bun.randomUUIDv7())
  const settings = keyring.seal('{"to":"ada@example.com"}', channelContext(workspaceId, channelId))
  const owner = isOwn ? userId : null
  await addChannel(sql, { id: channelId, workspaceId, name: 'ops', userId: owner, kind: 'email', settings })
  const deliveryId = await addDelivery(sql, { workspaceId, channelId, incidentId })
  const link = (deed: AlertDeed, nowMs = api.deps.clock.nowMs(), of = deliveryId) =>
    writeAlertLink(keyring, { deed, deliveryId: of, nowMs })
  const read = async (path: string) =>
    (await (await api.ask(`/api/v1/${path}`, { token: person.token })).json()) as Record<string, never>
  return { ...person, monitor, incidentId, channelId, link, read }
}

const post = (path: string, token: string, more: Asked = {}) =>
  api.ask(`/api/v1/alert-links/${path}`, { method: 'POST', body: { token }, ...more })

async function expectLink(answer: Response): Promise<AlertLinkJson> {
  expect(answer.status).toBe(200)
  return alertLinkSchema.parse(await answer.json())
}

describe('a link in a message', () => {
  test('says what it would do, and does nothing before somebody says so', async () => {
    const { link, read, incidentId } = await someone()
    const about = { channelName: 'ops', isOpen: true, workspaceName: expect.any(String) }
    for (const [deed, more] of [
      ['acknowledge', { monitorName: 'shop', incidents: 1 }],
      ['pause', { monitorName: 'shop', incidents: 0 }],
      ['unsubscribe', { monitorName: null, incidents: 0 }],
    ] as const)
      expect(await expectLink(await post('look', link(deed)))).toEqual({ deed, ...about, ...more })
    expect((await read(`incidents/${incidentId}`)).acknowledged).toBeNull()
  })

  test('to a person acknowledges in their name, and is written down as done by a link', async () => {
    const { link, read, incidentId, id, username } = await someone({ isOwn: true })
    expect(await expectLink(await post('use', link('acknowledge')))).toMatchObject({ isOpen: false })
    const by = { id: id as string, name: username }
    expect((await read(`incidents/${incidentId}`)).acknowledged as unknown).toEqual({ at: noon, by })
    const [entry] = (await read('audit')).items as unknown as { action: string; actor: object; subject: object }[]
    expect(entry).toMatchObject({
      action: 'incident.acknowledged',
      actor: { kind: 'link', ...by },
      subject: { id: incidentId },
    })
  })

  test('to a room acknowledges in the name of the room', async () => {
    const { link, read, incidentId, channelId } = await someone()
    await post('use', link('acknowledge'))
    const by = { id: channelId as string, name: 'a link in ops' }
    expect((await read(`incidents/${incidentId}`)).acknowledged as unknown).toEqual({ at: noon, by })
  })

  test('of a storm acknowledges all of it that lasts', async () => {
    const { workspaceId, incidentId, channelId, link, read } = await someone()
    const { sql } = api.deps
    const [second, over] = [
      await addIncident(sql, await addMonitor(sql, workspaceId)),
      await addIncident(sql, await addMonitor(sql, workspaceId), { endedAtMs: noonMs }),
    ]
    const stormId = crypto.randomUUID()
    await createStorms(sql, [{ id: stormId, workspaceId, trait: 'address:192.0.2.1', beganAtMs: noonMs }])
    await joinStorms(
      sql,
      [incidentId, second, over].map((id) => ({ id, stormId })),
    )
    const token = link('acknowledge', undefined, await addDelivery(sql, { workspaceId, channelId, stormId }))
    expect(await expectLink(await post('look', token))).toMatchObject({ monitorName: null, incidents: 2 })
    await expectLink(await post('use', token))
    const acknowledged = await Promise.all(
      [incidentId, second, over].map(async (id) => (await read(`incidents/${id}`)).acknowledged !== null),
    )
    expect(acknowledged).toEqual([true, true, false])
  })

  test('pauses the monitor, ends its incident, and tells those who watch', async () => {
    const { link, read, monitor, incidentId, workspaceId } = await someone()
    await expectLink(await post('use', link('pause')))
    expect((await read(`monitors/${monitor.id}`)).status as unknown).toBe('paused')
    expect((await read(`incidents/${incidentId}`)).resolution as unknown).toBe('paused')
    const events = api.live.filter((batch) => batch.workspaceId === workspaceId).flatMap((batch) => batch.events)
    expect(events.map(({ type }) => type)).toEqual(['monitor.status', 'incident.changed'])
  })

  test('works once: what was taken back by a person stays as they left it', async () => {
    const { link, read, incidentId, monitor, token } = await someone()
    const [acknowledging, pausing] = [link('acknowledge'), link('pause')]
    await expectLink(await post('use', acknowledging))
    await api.ask(`/api/v1/incidents/${incidentId}/acknowledge`, { method: 'DELETE', token })
    for (const again of [acknowledging, link('acknowledge')])
      for (const path of ['look', 'use']) expect(await refusalOf(await post(path, again))).toBe('410 gone')
    expect((await read(`incidents/${incidentId}`)).acknowledged).toBeNull()
    await expectLink(await post('use', pausing))
    await api.ask(`/api/v1/monitors/${monitor.id}/resume`, { method: 'POST', token })
    expect(await refusalOf(await post('use', pausing))).toBe('410 gone')
    expect((await read(`monitors/${monitor.id}`)).status as unknown).not.toBe('paused')
  })

  test('followed by many at once acknowledges once', async () => {
    const { link, read, incidentId } = await someone()
    const token = link('acknowledge')
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('use', token)))
    // Whoever comes when it is done finds nothing left to do, or the link used.
    for (const { status } of answers) expect([200, 410]).toContain(status)
    const { timeline } = (await read(`incidents/${incidentId}`)) as unknown as {
      timeline: { items: { kind: string }[] }
    }
    expect(timeline.items.map(({ kind }) => kind)).toEqual(['opened', 'acknowledged'])
  })

  test('is not used up where nothing is left to be done', async () => {
    const { link, token, incidentId } = await someone()
    const own = `/api/v1/incidents/${incidentId}/acknowledge`
    await api.ask(own, { method: 'POST', token })
    const acknowledging = link('acknowledge')
    expect(await expectLink(await post('use', acknowledging))).toMatchObject({ isOpen: false, incidents: 0 })
    await api.ask(own, { method: 'DELETE', token })
    expect(await expectLink(await post('look', acknowledging))).toMatchObject({ isOpen: true, incidents: 1 })
  })

  test('is over after a week, and never was where nobody of us made it', async () => {
    const { link } = await someone()
    const nowMs = api.deps.clock.nowMs()
    await expectLink(await post('look', link('acknowledge', nowMs - 7 * dayMs + 1)))
    const good = link('acknowledge')
    const changed = `${good.slice(0, -8)}${good.at(-8) === 'A' ? 'B' : 'A'}${good.slice(-7)}`
    const unknown = link('acknowledge', nowMs, crypto.randomUUID())
    const sealedElsewhere = api.deps.keyring.seal('["pause"]', 'channel x').slice('sealed.v1.'.length)
    for (const bad of [link('acknowledge', nowMs - 7 * dayMs), changed, unknown, sealedElsewhere])
      expect(await refusalOf(await post('use', bad))).toBe('410 gone')
    for (const none of ['', 'short', `${good}?`, 'x'.repeat(2_000)])
      expect(await refusalOf(await post('use', none))).toBe('400 invalid_body')
  })

  test('to a person does nothing any more once they have left, or may only look on; the mails they can still end', async () => {
    const { link, workspaceId, id: userId } = await someone({ isOwn: true })
    const { sql } = api.deps
    const other = (await api.addPerson()).id
    await join(sql, { workspaceId, userId: other, role: 'owner' })
    await changeRole(sql, { workspaceId, userId, role: 'viewer', by: other })
    for (const deed of ['acknowledge', 'pause'] as const)
      expect(await refusalOf(await post('use', link(deed)))).toBe('403 insufficient_role')
    await removeMember(sql, { workspaceId, userId, by: other, nowMs: noonMs })
    for (const deed of ['acknowledge', 'pause'] as const)
      expect(await refusalOf(await post('use', link(deed)))).toBe('410 gone')
    await expectLink(await post('use', link('unsubscribe')))
  })

  test('is followed by no page of another site', async () => {
    const { link } = await someone()
    const headers = { origin: 'https://evil.example' }
    for (const path of ['look', 'use'])
      expect(await refusalOf(await post(path, link('acknowledge'), { headers }))).toBe('403 forbidden_origin')
  })

  test('is tried twenty times, and no more', async () => {
    const { link } = await someone()
    const token = link('acknowledge')
    for (let tries = 0; tries < 20; tries += 1) await expectLink(await post('look', token))
    expect(await refusalOf(await post('look', token))).toBe('429 too_many_requests')
    await expectLink(await post('look', link('acknowledge')))
  })
})

describe('whoever gets mails', () => {
  const oneClick = (token: string, method = 'POST') =>
    api.ask(`/unsubscribe?token=${encodeURIComponent(token)}`, {
      method,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      ...(method === 'POST' && { body: 'List-Unsubscribe=One-Click' }),
    })

  test('ends them by one request of their mail program, as often as it asks (RFC 8058)', async () => {
    const { link, read, channelId, token } = await someone({ isOwn: true })
    const ending = link('unsubscribe')
    for (let asked = 0; asked < 2; asked += 1) expect((await oneClick(ending)).status).toBe(200)
    expect((await read(`channels/${channelId}`)).paused as unknown).toBe(true)
    const audited = (await read('audit')).items as unknown as { action: string }[]
    expect(audited.map(({ action }) => action)).toEqual(['channel.unsubscribed'])
    await api.ask(`/api/v1/channels/${channelId}`, { method: 'PATCH', token, body: { paused: false } })
    expect((await oneClick(ending)).status).toBe(200)
  })

  test('are asked where they follow the link themselves: whatever else reads their mail ends nothing', async () => {
    const { link, read, channelId } = await someone()
    const ending = link('unsubscribe')
    for (const method of ['GET', 'HEAD']) {
      const answer = await oneClick(ending, method)
      expect([answer.status, answer.headers.get('location')]).toEqual([303, `/act#${ending}`])
    }
    expect((await read(`channels/${channelId}`)).paused as unknown).toBe(false)
  })

  test('acknowledge and pause nothing by that, and lead nowhere else', async () => {
    const { link, channelId, workspaceId } = await someone()
    for (const deed of ['acknowledge', 'pause'] as const)
      expect(await refusalOf(await oneClick(link(deed)))).toBe('410 gone')
    for (const method of ['GET', 'POST'])
      expect(await refusalOf(await oneClick('https://evil.example', method))).toBe('400 invalid_parameter')
    await changeChannel(api.deps.sql, { workspaceId, id: channelId }, { isPaused: true, nowMs: noonMs })
    expect((await oneClick(link('unsubscribe'))).status).toBe(200)
  })
})
