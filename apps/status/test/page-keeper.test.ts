import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { setComponentState } from '@repo/db/queries/component-states'
import { changeWindow, deleteWindow } from '@repo/db/queries/maintenance'
import { changeMonitor } from '@repo/db/queries/monitors'
import { createAnnouncement } from '@repo/db/queries/page-announcements'
import { setPageLogo } from '@repo/db/queries/page-assets'
import { deletePageIncident } from '@repo/db/queries/page-incidents'
import { addPageUpdate, publishPageUpdate } from '@repo/db/queries/page-updates'
import { changeStatusPage, publishStatusPage, withdrawStatusPage } from '@repo/db/queries/status-pages'
import { addGroup, addWindow } from '@repo/db/testing/maintenance'
import { addMonitor, reread } from '@repo/db/testing/populate'
import { addPageIncident } from '@repo/db/testing/status-pages'
import { type MonitorId, parseAnnouncementId, parsePageUpdateId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { openPageGround, type PageGround, uuid } from './keeper-ground.ts'

const HOUR_MS = 3_600_000
let ground: PageGround
beforeAll(async () => {
  ground = await openPageGround()
})
afterAll(() => ground[Symbol.asyncDispose]())

const sql = () => ground.database.sql
const run = (statement: string) => sql().execute(statement)
const watch = () => addMonitor(sql(), ground.workspaceId)
const component = (more: Record<string, unknown> = {}) => ({ id: uuid(), source: { kind: 'manual' }, ...more })

/** What was said of a monitor, in hours before and after noon: it is what it is last. */
async function history(monitorKey: number, parts: readonly [status: string, fromHour: number][]): Promise<void> {
  await run(`delete from state_interval where monitor_key = ${monitorKey}`)
  for (const [place, [status, fromHour]] of parts.entries()) {
    const end = parts[place + 1]?.[1]
    const at = (hour: number) => `to_timestamp(${(noonMs + hour * HOUR_MS) / 1_000})`
    await run(`insert into state_interval (monitor_key, began_at, ended_at, status)
      values (${monitorKey}, ${at(fromHour)}, ${end === undefined ? 'null' : at(end)}, '${status}')`)
  }
  const [status, fromHour] = parts.at(-1) ?? ['unknown', 0]
  await run(`update monitor_state set status = '${status}', since = to_timestamp(${(noonMs + fromHour * HOUR_MS) / 1_000})
    where monitor_key = ${monitorKey}`)
}

const leaf = (id: Awaited<ReturnType<PageGround['publish']>>, place = 0) =>
  ground.page(id).sections[0]?.components[place]
/** The seconds of today in each status. */
const today = (id: Awaited<ReturnType<PageGround['publish']>>, place = 0) => leaf(id, place)?.days?.at(-1)

describe('a published page, at the next look,', () => {
  test('says of a monitor what it is, since when, and what it was in each day', async () => {
    const { id: monitorId, monitorKey } = await watch()
    await history(monitorKey, [
      ['up', -48],
      ['down', -2],
      ['up', -1],
    ])
    const id = await ground.publish([component({ source: { kind: 'monitor', monitorId } })])
    await ground.look()
    expect(leaf(id)).toMatchObject({ state: 'operational', since: new Date(noonMs - HOUR_MS).toISOString() })
    expect(today(id)?.slice(2, 3)).toEqual([3_600])
    await history(monitorKey, [['down', 0]])
    await ground.look()
    expect(leaf(id)?.state).toBe('major_outage')
    expect(ground.page(id).indicator).toBe('critical')
  })

  test('tells machines what a monitor of which nothing is known was last', async () => {
    const { id: monitorId, monitorKey } = await watch()
    await history(monitorKey, [
      ['degraded', -3],
      ['unknown', -1],
    ])
    const id = await ground.publish([component({ source: { kind: 'monitor', monitorId } })])
    await ground.look()
    expect(leaf(id)).toMatchObject({ state: 'unknown', lastKnown: 'degraded_performance' })
  })

  test('says of a group what its members make it, now and in each day', async () => {
    const [a, b] = [await watch(), await watch()]
    await history(a.monitorKey, [
      ['up', -48],
      ['down', -4],
      ['up', -1],
    ])
    await history(b.monitorKey, [
      ['up', -48],
      ['down', -3],
    ])
    const members = [a, b].map(({ id }) => ({ monitorId: id, weight: 1 }))
    const group = await addGroup(sql(), { workspaceId: ground.workspaceId, rule: { kind: 'any' }, members })
    const id = await ground.publish([component({ source: { kind: 'group', groupId: group.id } })])
    const nowMs = ground.clock.nowMs() + 2_000
    await ground.look()
    expect(leaf(id)).toMatchObject({ state: 'partial_outage', since: new Date(noonMs - HOUR_MS).toISOString() })
    // Both were down from nine to eleven, one of them from eight to nine and from eleven on.
    const degraded = 3_600 + Math.round((nowMs - noonMs + HOUR_MS) / 1_000)
    expect(today(id)).toEqual([8 * 3_600, degraded, 2 * 3_600, 0, 0])
    await history(a.monitorKey, [['down', -1]])
    await ground.look()
    expect(leaf(id)?.state).toBe('major_outage')
  })

  test('says of what consists of parts what they make it, in each day', async () => {
    const [a, b] = [await watch(), await watch()]
    await history(a.monitorKey, [
      ['up', -12],
      ['down', -4],
      ['up', -1],
    ])
    await history(b.monitorKey, [
      ['up', -12],
      ['down', -3],
      ['unknown', -2],
      ['up', -0.5],
    ])
    const parts = [a, b].map(({ id }) => component({ name: 'Part', source: { kind: 'monitor', monitorId: id } }))
    const id = await ground.publish([component({ name: 'Whole', source: { kind: 'parts' }, parts })])
    const nowMs = ground.clock.nowMs() + 2_000
    await ground.look()
    // Both were out from nine to ten: the whole is out only then. One alone was from eight to nine and from ten to eleven, which is an
    // outage of a part; and from eleven to half past nothing was known of the other.
    const up = 8 * 3_600 + Math.round((nowMs - noonMs + HOUR_MS / 2) / 1_000)
    expect(today(id)).toEqual([up, 2 * 3_600, 3_600, 1_800, 0])
    const known = up + 3 * 3_600
    expect(leaf(id)?.uptimePercent).toBe(Math.floor((1 - 3_600 / known) * 100_000) / 1_000)
    await ground.look(3_600)
    expect(today(id)?.[0]).toBe(up + 3_600)
  })

  test('says of what nobody watches what people say of it', async () => {
    const made = component()
    const id = await ground.publish([made])
    await ground.look()
    expect(leaf(id)).toMatchObject({ state: 'operational', since: null })
    const owned = { workspaceId: ground.workspaceId, id }
    const nowMs = ground.clock.nowMs() - HOUR_MS
    await setComponentState(sql(), owned, { componentId: made.id, state: 'major_outage', nowMs })
    await ground.look()
    expect(leaf(id)?.state).toBe('major_outage')
    expect(today(id)).toEqual([0, 0, 3_602, 0, 0])
  })

  test('shows what was published of an incident, and no draft of it', async () => {
    const made = component()
    const id = await ground.publish([made])
    const components = [{ componentId: made.id, state: 'partial_outage' as const }]
    const pageOf = { workspaceId: ground.workspaceId, pageId: id, components }
    await addPageIncident(sql(), { ...pageOf, title: 'A draft' })
    const incident = await addPageIncident(sql(), { ...pageOf, impact: 'major', isPublished: true })
    await ground.look()
    expect(ground.page(id)).toMatchObject({ indicator: 'major', incidents: [{ title: 'Slow', resolvedAt: null }] })
    expect(leaf(id)?.state).toBe('partial_outage')
    const update = { id: parsePageUpdateId(uuid()), phase: 'resolved', body: 'It is well.', author: null } as const
    await addPageUpdate(sql(), incident, { ...update, atMs: noonMs + 1, isPublished: false })
    await ground.look()
    expect(ground.page(id).incidents[0]?.updates.map(({ body }) => body)).toEqual(['We look into it.'])
    await publishPageUpdate(sql(), { ...incident, updateId: update.id }, noonMs + 60_000)
    await ground.look()
    expect(ground.page(id)).toMatchObject({
      indicator: 'none',
      incidents: [{ phase: 'resolved', resolvedAt: new Date(noonMs + 60_000).toISOString() }],
    })
    await deletePageIncident(sql(), incident, {})
    await ground.look()
    expect(ground.page(id).incidents).toEqual([])
  })

  test('says what is announced, as long as it is', async () => {
    const id = await ground.publish([component()])
    const owned = { workspaceId: ground.workspaceId, pageId: id, id: parseAnnouncementId(uuid()) }
    const [fromMs, nowMs] = [ground.clock.nowMs() + 60_000, ground.clock.nowMs()]
    const said = { title: 'Moving', body: 'To another place.', fromMs, untilMs: fromMs + HOUR_MS, nowMs }
    await createAnnouncement(sql(), owned, said)
    await ground.look()
    expect(ground.page(id).announcements).toEqual([])
    await ground.look(60)
    expect(ground.page(id).announcements).toMatchObject([{ title: 'Moving' }])
    await ground.look(3_600)
    expect(ground.page(id).announcements).toEqual([])
  })

  test('tells of maintenance that is announced for its monitors, before, while and after it is', async () => {
    const [{ id: monitorId }, { id: other }] = [await watch(), await watch()]
    const id = await ground.publish([component({ source: { kind: 'monitor', monitorId } }), component()])
    const fromMs = ground.clock.nowMs() + HOUR_MS
    const [startsAt, endsAt] = [fromMs, fromMs + HOUR_MS].map((ms) => new Date(ms).toISOString())
    const schedule = { kind: 'once', startsAt, endsAt }
    const of = (...monitorIds: (typeof other)[]) => ({ kind: 'monitors' as const, monitorIds })
    const planned = { workspaceId: ground.workspaceId, schedule, name: 'For us alone' }
    const announcement = { title: 'Upgrade', body: 'Two minutes.' }
    await addWindow(sql(), { ...planned, appliesTo: of(monitorId) }, ground.clock.nowMs())
    await addWindow(sql(), { ...planned, appliesTo: of(other), announcement }, ground.clock.nowMs())
    await ground.look()
    expect(ground.page(id).maintenances).toEqual([])
    await addWindow(sql(), { ...planned, appliesTo: of(monitorId), announcement }, ground.clock.nowMs())
    await ground.look()
    const componentIds = [leaf(id)?.id]
    expect(ground.page(id).maintenances).toMatchObject([{ ...announcement, state: 'scheduled', componentIds }])
    await ground.look(3_600)
    expect(ground.page(id).maintenances).toMatchObject([{ state: 'in_progress' }])
    await ground.look(3_600)
    expect(ground.page(id).maintenances).toMatchObject([{ state: 'completed' }])
    await ground.look(91 * 86_400)
    expect(ground.page(id).maintenances).toEqual([])
  })

  /** Plans maintenance in hours from now on. */
  function planner(monitorIds: MonitorId[]) {
    const fromMs = ground.clock.nowMs()
    const iso = (hours: number) => new Date(fromMs + hours * HOUR_MS).toISOString()
    const plan = (title: string, [from, until]: readonly [number, number]) => {
      const schedule = { kind: 'once', startsAt: iso(from), endsAt: iso(until) }
      const { workspaceId } = ground
      const appliesTo = { kind: 'monitors' as const, monitorIds }
      return addWindow(sql(), { workspaceId, schedule, appliesTo, announcement: { title, body: '' } }, fromMs)
    }
    return { iso, plan }
  }

  test('tells that maintenance is over for it, or does not come, once the window is of other monitors', async () => {
    const [{ id: left }, { id: kept }] = [await watch(), await watch()]
    const of = (monitorId: MonitorId) => ground.publish([component({ source: { kind: 'monitor', monitorId } })])
    const [leftPage, keptPage] = [await of(left), await of(kept)]
    const { iso, plan } = planner([left, kept])
    const windows = [await plan('Running', [1, 4]), await plan('Coming', [5, 6])]
    await ground.look(2 * 3_600)
    const appliesTo = { kind: 'monitors' as const, monitorIds: [kept] }
    for (const window of windows) await changeWindow(sql(), window, { appliesTo, nowMs: ground.clock.nowMs() })
    await ground.look()
    const [running, coming] = windows
    expect(ground.page(keptPage).maintenances).toMatchObject([
      { id: running?.id, state: 'in_progress', endsAt: iso(4) },
      { id: coming?.id, state: 'scheduled' },
    ])
    expect(ground.page(leftPage).maintenances).toMatchObject([
      { id: coming?.id, state: 'cancelled', startsAt: iso(5) },
      { id: running?.id, state: 'completed', startsAt: iso(1), endsAt: iso(2) },
    ])
  })

  test('goes on telling what people were told of maintenance that is changed, withdrawn or deleted', async () => {
    const { id: monitorId } = await watch()
    const id = await ground.publish([component({ source: { kind: 'monitor', monitorId } })])
    const { iso, plan } = planner([monitorId])
    const [running, coming, postponed] = [
      await plan('Running', [1, 4]),
      await plan('Coming', [5, 6]),
      await plan('Postponed', [5, 6]),
    ]
    await ground.look(2 * 3_600)
    const nowMs = ground.clock.nowMs()
    await deleteWindow(sql(), running, { nowMs })
    await changeWindow(sql(), coming, { announcement: null, nowMs })
    const later = { kind: 'once', startsAt: iso(8), endsAt: iso(9) }
    await changeWindow(sql(), postponed, { schedule: later, nowMs })
    await ground.look()
    const said = () => ground.page(id).maintenances
    expect(said()).toMatchObject([
      { id: coming.id, title: 'Coming', state: 'cancelled', startsAt: iso(5), componentIds: [leaf(id)?.id] },
      { id: postponed.id, title: 'Postponed', state: 'scheduled', startsAt: iso(8) },
      { id: running.id, title: 'Running', state: 'completed', startsAt: iso(1), endsAt: iso(2) },
    ])
    await deleteWindow(sql(), postponed, { nowMs: ground.clock.nowMs() })
    await ground.look()
    expect(said().find((one) => one.id === postponed.id)).toMatchObject({ state: 'cancelled', startsAt: iso(8) })
    expect(new Set(said().map((one) => one.id)).size).toBe(said().length)
    await ground.look(92 * 86_400)
    expect(said()).toEqual([])
  })

  test('has its logo in a file beside it before it says so, and no more once it is taken away', async () => {
    const id = await ground.publish([])
    const owned = { workspaceId: ground.workspaceId, id }
    await ground.look()
    expect(ground.page(id)).toMatchObject({ logo: null })
    await setPageLogo(sql(), owned, { logo: new Uint8Array([1, 2, 3]), nowMs: noonMs })
    await ground.look()
    expect(ground.page(id)).toMatchObject({ logo: '039058c6f2c0cb492c533b0a4d14ef77' })
    expect(ground.snapshots.logo(id)).toEqual(new Uint8Array([1, 2, 3]))
    await setPageLogo(sql(), owned, { logo: null, nowMs: noonMs })
    await ground.look()
    expect(ground.page(id).logo).toBeNull()
    expect(ground.snapshots.logo(id)).toBeUndefined()
  })

  test('is what was published last, and is gone once it is withdrawn', async () => {
    const id = await ground.publish([])
    const owned = { workspaceId: ground.workspaceId, id }
    await ground.look()
    const { slug, title } = ground.page(id)
    await changeStatusPage(sql(), owned, {
      slug: 'another',
      content: { title: 'Another', sections: [] },
      nowMs: noonMs,
    })
    await ground.look()
    expect(ground.page(id)).toMatchObject({ slug, title })
    await publishStatusPage(sql(), owned, { by: 'ada', nowMs: noonMs })
    await ground.look()
    expect(ground.page(id)).toMatchObject({ slug: 'another', title: 'Another' })
    await withdrawStatusPage(sql(), owned, { nowMs: noonMs })
    await ground.look()
    expect(ground.isServed(id)).toBeFalse()
  })
})

test('a page that is in files says after a start what is now, while its bars wait to be read', async () => {
  const { id: monitorId, monitorKey } = await watch()
  await history(monitorKey, [
    ['up', -48],
    ['down', -2],
    ['up', -1],
  ])
  const id = await ground.publish([component({ source: { kind: 'monitor', monitorId } })])
  await ground.look()
  const bars = leaf(id)?.days
  await run(`update monitor_state set status = 'down' where monitor_key = ${monitorKey}`)
  await ground.restart({ historyBudgetMs: -1 })
  await addPageIncident(sql(), { workspaceId: ground.workspaceId, pageId: id, isPublished: true })
  await ground.look()
  expect(leaf(id)).toMatchObject({ state: 'major_outage', days: bars as never })
  expect(ground.page(id).incidents).toHaveLength(1)
  await ground.restart()
  await ground.look()
  expect(leaf(id)?.days?.at(-1)).not.toEqual(bars?.at(-1) as never)
})

/** Every key of a value, by its path; of lists those of all that is in them. */
function keysOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => keysOf(one, `${path}[]`))
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, one]) => [`${path}.${key}`, ...keysOf(one, `${path}.${key}`)])
}

const leafKeys = ['id', 'name', 'description', 'state', 'lastKnown', 'since', 'days', 'uptimePercent', 'responseMs']
/** All that outsiders ever get. Whoever adds to it has thought about who reads it. */
const publicKeys = [
  ...['slug', 'domain', 'title', 'description', 'language', 'timeZone', 'homepage', 'contact', 'isListed'],
  ...['logo', 'indicator', 'today', 'theme', 'theme.mode', 'theme.accent'],
  ...['sections', 'sections[].id', 'sections[].name', 'sections[].isFolded', 'sections[].components'],
  ...leafKeys.map((key) => `sections[].components[].${key}`),
  'sections[].components[].parts',
  ...leafKeys.map((key) => `sections[].components[].parts[].${key}`),
  'incidents',
  ...['id', 'title', 'impact', 'phase', 'beganAt', 'resolvedAt', 'componentIds', 'updates'].map(
    (key) => `incidents[].${key}`,
  ),
  ...['id', 'phase', 'body', 'at'].map((key) => `incidents[].updates[].${key}`),
  'maintenances',
  ...['id', 'title', 'body', 'state', 'startsAt', 'endsAt', 'componentIds'].map((key) => `maintenances[].${key}`),
  'announcements',
  ...['id', 'title', 'body', 'at'].map((key) => `announcements[].${key}`),
]

describe('what outsiders get', () => {
  test('is what was written down, and nothing that a monitor has beside it', async () => {
    const monitor = await watch()
    const source = { kind: 'monitor', monitorId: monitor.id }
    const parts = [component({ source, name: 'Part' })]
    const id = await ground.publish([
      component({ source, showsChart: true }),
      component({ source: { kind: 'parts' }, parts }),
    ])
    await addPageIncident(sql(), { workspaceId: ground.workspaceId, pageId: id, isPublished: true })
    const announcement = { title: 'Upgrade', body: '' }
    const [startsAt, endsAt] = [0, HOUR_MS].map((ms) => new Date(ground.clock.nowMs() + ms).toISOString())
    const schedule = { kind: 'once', startsAt, endsAt }
    await addWindow(sql(), { workspaceId: ground.workspaceId, announcement, schedule }, noonMs)
    const said = { title: 'Moving', body: '', fromMs: noonMs, untilMs: null, nowMs: noonMs }
    const owned = { workspaceId: ground.workspaceId, pageId: id, id: parseAnnouncementId(uuid()) }
    await createAnnouncement(sql(), owned, said)
    // What is said of today grows by the second.
    await run(`delete from state_interval where monitor_key = ${monitor.monitorKey}`)
    await ground.look()
    const before = JSON.stringify(ground.page(id))
    expect([...new Set(keysOf(JSON.parse(before)))].toSorted()).toEqual(publicKeys.map((key) => `.${key}`).toSorted())

    await run("alter table monitor add column secret_notes text not null default 'secret-canary'")
    await run("alter table monitor_state add column secret_notes text not null default 'secret-canary'")
    await run("alter table incident add column secret_notes text not null default 'secret-canary'")
    const url = 'https://secret-canary.example/?token=1'
    const spec = { kind: 'http', url, headers: { authorization: 'secret-canary' } }
    await changeMonitor(sql(), monitor, { name: 'secret-canary', spec, target: url, nowMs: noonMs })
    expect((await reread(sql(), monitor)).name).toBe('secret-canary')
    await run(`update status_page set version = version + 1 where id = '${id}'`)
    await ground.look()
    expect(JSON.stringify(ground.page(id))).toBe(before)
    expect(before).not.toContain('secret-canary')
    expect(before).not.toContain(monitor.id)
  })
})
