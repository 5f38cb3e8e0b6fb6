import { describe, expect, test } from 'bun:test'
import { changeStatusPage, publishStatusPage } from '@repo/db/queries/status-pages'
import { addGroup, addWindow } from '@repo/db/testing/maintenance'
import { addMonitor } from '@repo/db/testing/populate'
import type { MonitorId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { partOf } from '@repo/notifiers/testing'
import {
  clock,
  database,
  HOUR_MS,
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
  const id = await addWindow(database.sql, { workspaceId, schedule: schedule as never, appliesTo })
  const announcement = isSilent
    ? 'null'
    : `'${JSON.stringify({ title: 'Database upgrade', body: 'It may be *slow*.' })}'`
  await database.sql.execute(
    `update maintenance_window set announcement = ${announcement}, effective_from = to_timestamp(${noonMs}::float8 / 1000) where workspace_id = '${workspaceId}'`,
  )
  return String(id)
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

  test('that was over for an hour when somebody could tell of it is not told of any more', async () => {
    const monitorId = await watchSearch()
    await subscribe('email', 'ada@example.com')
    await announce(once(noonMs + HOUR_MS, noonMs + 2 * HOUR_MS), { monitorIds: [monitorId] })
    await clock.jump(3 * HOUR_MS + 1)
    await pump()
    expect(smtp.mails).toEqual([])
  })
})
