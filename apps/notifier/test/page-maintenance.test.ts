import { describe, expect, test } from 'bun:test'
import { changeWindow, deleteWindow } from '@repo/db/queries/maintenance'
import { changeStatusPage, publishStatusPage } from '@repo/db/queries/status-pages'
import { addGroup, addWindow } from '@repo/db/testing/maintenance'
import { addMonitor } from '@repo/db/testing/populate'
import { type MonitorId, parseWindowId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { partOf } from '@repo/notifiers/testing'
import {
  clock,
  database,
  HOUR_MS,
  hooks,
  ids,
  MINUTE_MS,
  pageId,
  pump,
  shopContent,
  smtp,
  subscribe,
  usePage,
  workspaceId,
} from './page-telling.ts'

usePage()

const at = (ms: number) => new Date(ms).toISOString()
const once = (fromMs: number, toMs: number) => ({ kind: 'once', startsAt: at(fromMs), endsAt: at(toMs) })

/** A page whose search is judged by a monitor. */
async function watchSearch(): Promise<MonitorId> {
  const { id } = await addMonitor(database.sql, workspaceId)
  const content = shopContent({}, { kind: 'monitor', monitorId: id })
  await changeStatusPage(database.sql, { id: pageId, workspaceId }, { content, nowMs: noonMs })
  await publishStatusPage(database.sql, { id: pageId, workspaceId }, { by: 'ada', nowMs: noonMs })
  return id
}

async function announce(
  schedule: object,
  { monitorIds, isSilent = false }: { monitorIds?: readonly MonitorId[]; isSilent?: boolean } = {},
): Promise<string> {
  const appliesTo = monitorIds ? ({ kind: 'monitors', monitorIds } as const) : ({ kind: 'all' } as const)
  const { id } = await addWindow(database.sql, { workspaceId, schedule: schedule as never, appliesTo })
  const announcement = isSilent
    ? 'null'
    : `'${JSON.stringify({ title: 'Database upgrade', body: 'It may be *slow*.' })}'`
  await database.sql.execute(
    `update maintenance_window set announcement = ${announcement}, effective_from = to_timestamp(${noonMs}::float8 / 1000) where id = '${id}'`,
  )
  return id
}

/** Lets time go by, and all happen that is due on the way: `90 Maintenance planned: …` by minutes after noon. */
async function pass(minutes: number, step = 30): Promise<string[]> {
  const seen: string[] = []
  for (let minute = 0; minute <= minutes; minute += step) {
    const before = smtp.mails.length
    await pump()
    const subjects = smtp.mails.slice(before).map(({ headers }) => headers.get('subject')?.replace('[Shop] ', ''))
    seen.push(...subjects.map((subject) => `${minute} ${subject}`))
    await clock.jump(step * MINUTE_MS)
  }
  return seen
}

/** From six to seven in the evening. */
const tonight = () => [noonMs + 6 * HOUR_MS, noonMs + 7 * HOUR_MS] as const
const owned = (id: string) => ({ id: parseWindowId(id), workspaceId })
const change = (id: string, changed: { schedule?: object; announcement?: object | null }) =>
  changeWindow(database.sql, owned(id), { ...changed, nowMs: clock.nowMs() })
const subjects = () => smtp.mails.map(({ headers }) => headers.get('subject')?.replace('[Shop] ', '') ?? '')
const nextWeek = () => once(noonMs + 168 * HOUR_MS, noonMs + 169 * HOUR_MS)
/** What the webhook got: what is to be, and when. */
const told = () =>
  hooks.received.map(({ body }) => {
    const { maintenance } = JSON.parse(body)
    return `${maintenance.state} ${maintenance.startsAt}`
  })

describe('announced maintenance', () => {
  test('is told a day before, when it begins and when it is done, once each', async () => {
    const monitorId = await watchSearch()
    await subscribe('email', 'ada@example.com')
    await announce(once(noonMs + 25 * HOUR_MS, noonMs + 26 * HOUR_MS), { monitorIds: [monitorId] })
    expect(await pass(28 * 60)).toEqual([
      '60 Maintenance planned: Database upgrade',
      '1500 Maintenance began: Database upgrade',
      '1560 Maintenance completed: Database upgrade',
    ])
    const text = partOf(smtp.mails[0]?.raw ?? '', 'text/plain')
    for (const words of ['It may be slow.', 'When: 2 Jun 2026, 13:00 UTC – 2 Jun 2026, 14:00 UTC', 'Affects: Search'])
      expect(text).toContain(words)
    expect(smtp.mails[0]?.headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  })

  test('of tonight is told at once, and each time of one that comes again', async () => {
    const monitorId = await watchSearch()
    await subscribe('email', 'ada@example.com')
    const daily = { kind: 'cron', expression: '0 20 * * *', durationMinutes: 30, timeZone: 'UTC' }
    await announce(daily, { monitorIds: [monitorId] })
    expect((await pass(34 * 60)).map((line) => line.split(':')[0])).toEqual(
      [
        '0 Maintenance planned',
        '480 Maintenance began',
        '510 Maintenance completed',
        '480 Maintenance planned',
        '1920 Maintenance began',
        '1950 Maintenance completed',
        '1920 Maintenance planned',
      ].toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)),
    )
  })

  test('is told to those who chose what it is of', async () => {
    const monitorId = await watchSearch()
    await subscribe('email', 'search@example.com', [ids.search])
    await subscribe('email', 'checkout@example.com', [ids.checkout])
    await announce(once(noonMs + HOUR_MS, noonMs + 2 * HOUR_MS), { monitorIds: [monitorId] })
    await pump()
    expect(smtp.mails.map(({ to }) => to.join())).toEqual(['search@example.com'])
  })

  test('that was told of is not told anew to whoever subscribes after that, but for its beginning', async () => {
    const monitorId = await watchSearch()
    await subscribe('email', 'ada@example.com')
    await announce(once(noonMs + HOUR_MS, noonMs + 2 * HOUR_MS), { monitorIds: [monitorId] })
    await pump()
    await subscribe('email', 'bob@example.com')
    await pump()
    expect(smtp.mails.map(({ to }) => to.join())).toEqual(['ada@example.com'])
    await clock.jump(HOUR_MS)
    await pump()
    expect(smtp.mails.map(({ to }) => to.join()).toSorted()).toEqual([
      ...['ada@example.com', 'ada@example.com', 'bob@example.com'],
    ])
  })

  test('says nothing where pages say nothing of it, or it is of nothing that the page shows', async () => {
    const other = await addMonitor(database.sql, workspaceId)
    const monitorId = await watchSearch()
    await subscribe('email', 'ada@example.com')
    await announce(once(noonMs + HOUR_MS, noonMs + 2 * HOUR_MS), { monitorIds: [monitorId], isSilent: true })
    await pump()
    await database.sql.execute('delete from maintenance_window')
    await announce(once(noonMs + HOUR_MS, noonMs + 2 * HOUR_MS), { monitorIds: [other.id] })
    await pump()
    expect(smtp.mails).toEqual([])
  })

  test('of everything is of each component that a monitor judges', async () => {
    await watchSearch()
    await subscribe('email', 'ada@example.com')
    await announce(once(noonMs + HOUR_MS, noonMs + 2 * HOUR_MS))
    await pump()
    expect(partOf(smtp.mails[0]?.raw ?? '', 'text/plain')).toContain('Affects: Search')
  })

  test('of a monitor is of the groups that it is in', async () => {
    const [member, other] = [await watchSearch(), await addMonitor(database.sql, workspaceId)]
    const { id: groupId } = await addGroup(database.sql, { workspaceId, members: [{ monitorId: member, weight: 1 }] })
    const content = shopContent({}, { kind: 'group', groupId })
    await changeStatusPage(database.sql, { id: pageId, workspaceId }, { content, nowMs: noonMs })
    await publishStatusPage(database.sql, { id: pageId, workspaceId }, { by: 'ada', nowMs: noonMs })
    await subscribe('email', 'ada@example.com')
    await announce(once(noonMs + HOUR_MS, noonMs + 2 * HOUR_MS), { monitorIds: [other.id] })
    await pump()
    expect(smtp.mails).toEqual([])
    await announce(once(noonMs + HOUR_MS, noonMs + 2 * HOUR_MS), { monitorIds: [member] })
    await pump()
    expect(partOf(smtp.mails[0]?.raw ?? '', 'text/plain')).toContain('Affects: Search')
  })

  test('that was told of is told to be cancelled when its window is deleted, once', async () => {
    const [monitorIds, window] = [[await watchSearch()], tonight()]
    await subscribe('email', 'ada@example.com')
    await subscribe('webhook', hooks.urlOf('hook'))
    const id = await announce(once(...window), { monitorIds })
    await pump()
    await clock.jump(HOUR_MS)
    await deleteWindow(database.sql, owned(id), { nowMs: clock.nowMs() })
    expect(await pass(8 * 60)).toEqual(['0 Maintenance cancelled: Database upgrade'])
    const text = partOf(smtp.mails[1]?.raw ?? '', 'text/plain')
    for (const words of ['When: 1 Jun 2026, 18:00 UTC – 1 Jun 2026, 19:00 UTC', 'Affects: Search'])
      expect(text).toContain(words)
    expect(told()).toEqual([`scheduled ${at(window[0])}`, `cancelled ${at(window[0])}`])
    expect(smtp.mails[1]?.headers.get('in-reply-to')).toBe(smtp.mails[0]?.headers.get('in-reply-to') ?? '')
  })

  test('that was told of is told to be cancelled when pages say nothing of it any more, and told anew when they do', async () => {
    const monitorIds = [await watchSearch()]
    await subscribe('email', 'ada@example.com')
    const id = await announce(once(...tonight()), { monitorIds })
    await pump()
    await clock.jump(MINUTE_MS)
    await change(id, { announcement: null })
    await pump()
    await clock.jump(MINUTE_MS)
    await change(id, { announcement: { title: 'Database upgrade', body: '' } })
    await pump()
    await clock.jump(MINUTE_MS)
    await deleteWindow(database.sql, owned(id), { nowMs: clock.nowMs() })
    await pump()
    expect(subjects()).toEqual([
      'Maintenance planned: Database upgrade',
      'Maintenance cancelled: Database upgrade',
      'Maintenance planned: Database upgrade',
      'Maintenance cancelled: Database upgrade',
    ])
  })

  test('that is put off until a later hour of the day is told to be moved, and of its new time by that', async () => {
    const [monitorIds, [fromMs, toMs]] = [[await watchSearch()], tonight()]
    await subscribe('email', 'ada@example.com')
    await subscribe('slack', hooks.urlOf('slack'))
    const id = await announce(once(fromMs, toMs), { monitorIds })
    await pump()
    await clock.jump(HOUR_MS)
    await change(id, { schedule: once(fromMs + 2 * HOUR_MS, toMs + 3 * HOUR_MS) })
    expect(await pass(12 * 60)).toEqual([
      '0 Maintenance moved: Database upgrade',
      '420 Maintenance began: Database upgrade',
      '540 Maintenance completed: Database upgrade',
    ])
    const text = partOf(smtp.mails[1]?.raw ?? '', 'text/plain')
    for (const words of [
      'When: 1 Jun 2026, 20:00 UTC – 1 Jun 2026, 22:00 UTC',
      'Before: 1 Jun 2026, 18:00 UTC – 1 Jun 2026, 19:00 UTC',
    ])
      expect(text).toContain(words)
    expect(hooks.received[1]?.body).toContain('Maintenance moved')
  })

  test('that is put off by days is told to be moved, is told of a day before, and is cancelled for all that', async () => {
    const [monitorIds, [fromMs, toMs]] = [[await watchSearch()], tonight()]
    await subscribe('email', 'ada@example.com')
    const id = await announce(once(fromMs, toMs), { monitorIds })
    await pump()
    await clock.jump(HOUR_MS)
    await change(id, { schedule: once(fromMs + 48 * HOUR_MS, toMs + 48 * HOUR_MS) })
    expect(await pass(30 * 60)).toEqual([
      '0 Maintenance moved: Database upgrade',
      '1740 Maintenance planned: Database upgrade',
    ])
    await deleteWindow(database.sql, owned(id), { nowMs: clock.nowMs() })
    expect(await pass(30 * 60)).toEqual(['0 Maintenance cancelled: Database upgrade'])
  })

  test('that takes longer than was told is told to be moved', async () => {
    const [monitorIds, [fromMs, toMs]] = [[await watchSearch()], tonight()]
    await subscribe('email', 'ada@example.com')
    const id = await announce(once(fromMs, toMs), { monitorIds })
    await pump()
    await clock.jump(HOUR_MS)
    await change(id, { schedule: once(fromMs, toMs + HOUR_MS) })
    expect(await pass(60)).toEqual(['0 Maintenance moved: Database upgrade'])
  })

  test('of every day is told to be cancelled that day where it comes at another hour from now on', async () => {
    const monitorIds = [await watchSearch()]
    await subscribe('email', 'ada@example.com')
    const daily = { kind: 'cron', durationMinutes: 30, timeZone: 'UTC' }
    const id = await announce({ ...daily, expression: '0 18 * * *' }, { monitorIds })
    await pump()
    await clock.jump(HOUR_MS)
    await change(id, { schedule: { ...daily, expression: '0 20 * * *' } })
    await pump()
    expect(subjects().toSorted()).toEqual([
      'Maintenance cancelled: Database upgrade',
      'Maintenance planned: Database upgrade',
      'Maintenance planned: Database upgrade',
    ])
  })

  test('that has begun, that nobody was told of, or that is only said otherwise is not told to be cancelled', async () => {
    const [monitorIds, [fromMs, toMs]] = [[await watchSearch()], tonight()]
    await subscribe('email', 'ada@example.com')
    const far = await announce(once(fromMs + 72 * HOUR_MS, toMs + 72 * HOUR_MS), { monitorIds })
    await pump()
    await clock.jump(HOUR_MS)
    await deleteWindow(database.sql, owned(far), { nowMs: clock.nowMs() })
    const id = await announce(once(fromMs, toMs), { monitorIds })
    await pump()
    await change(id, { announcement: { title: 'Upgrade', body: '' } })
    await pass(5 * 60)
    await deleteWindow(database.sql, owned(id), { nowMs: clock.nowMs() })
    await pass(60)
    expect(subjects()).toEqual([
      'Maintenance planned: Database upgrade',
      'Maintenance began: Upgrade',
      'Maintenance completed: Upgrade',
    ])
  })

  describe('whose window is changed while it lasts', () => {
    const planned = '0 Maintenance planned: Database upgrade'
    const began = '360 Maintenance began: Database upgrade'
    const daily = (hour: number) => ({
      ...{ kind: 'cron', expression: `0 ${hour} * * *`, durationMinutes: 60, timeZone: 'UTC' },
    })

    /** Told of until half an hour after it began; what was told after that, and when by the last message it was. */
    async function interrupted(schedule: { kind: string }, interrupt: (id: string) => Promise<unknown>) {
      const monitorIds = [await watchSearch()]
      await subscribe('email', 'ada@example.com')
      const id = await announce(schedule, { monitorIds })
      expect((await pass(6 * 60)).slice(0, 2)).toEqual([planned, began])
      await interrupt(id)
      return { told: await pass(90), last: partOf(smtp.mails.at(-1)?.raw ?? '', 'text/plain') }
    }

    test.each<[string, { kind: string }, (id: string) => Promise<unknown>]>([
      ['deleted', once(...tonight()), (id) => deleteWindow(database.sql, owned(id), { nowMs: clock.nowMs() })],
      ['put off until the next week', once(...tonight()), (id) => change(id, { schedule: nextWeek() })],
      ['said nothing of any more', once(...tonight()), (id) => change(id, { announcement: null })],
      ['given to another hour of each day', daily(18), (id) => change(id, { schedule: daily(3) })],
    ])('is told to be completed at that instant where it is %s', async (_what, schedule, interrupt) => {
      const { told, last } = await interrupted(schedule, interrupt)
      expect(told.filter((line) => line.includes('completed'))).toEqual(['0 Maintenance completed: Database upgrade'])
      if (schedule.kind === 'once') expect(last).toContain('When: 1 Jun 2026, 18:00 UTC – 1 Jun 2026, 18:30 UTC')
    })

    test('ended when it was to where it was deleted after that, while nobody could tell of it', async () => {
      const { told, last } = await interrupted(once(...tonight()), async (id) => {
        await clock.jump(HOUR_MS)
        await deleteWindow(database.sql, owned(id), { nowMs: clock.nowMs() })
      })
      expect(told).toEqual(['0 Maintenance completed: Database upgrade'])
      expect(last).toContain('When: 1 Jun 2026, 18:00 UTC – 1 Jun 2026, 19:00 UTC')
    })

    test.each<[string, (id: string) => Promise<unknown>, string]>([
      ['prolonged', (id) => change(id, { schedule: once(tonight()[0], tonight()[1] + HOUR_MS) }), '90'],
      ['called otherwise', (id) => change(id, { announcement: { title: 'Database upgrade', body: 'Soon.' } }), '30'],
      ['ended early', (id) => change(id, { schedule: once(tonight()[0], clock.nowMs()) }), '0'],
    ])('is told to be completed once, at its end, where it is %s', async (_what, interrupt, minute) => {
      const { told } = await interrupted(once(...tonight()), interrupt)
      expect(told).toEqual([`${minute} Maintenance completed: Database upgrade`])
    })
  })

  test('that was over for an hour when somebody could tell of it is not told of any more', async () => {
    const monitorId = await watchSearch()
    await subscribe('email', 'ada@example.com')
    await announce(once(noonMs + HOUR_MS, noonMs + 2 * HOUR_MS), { monitorIds: [monitorId] })
    await clock.jump(3 * HOUR_MS + 1)
    await pump()
    expect(smtp.mails).toEqual([])
  })
})
