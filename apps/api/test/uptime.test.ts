import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { outagePageSchema } from '@repo/contracts/outages'
import { uptimeSchema } from '@repo/contracts/uptime'
import { addMonitor, addTicks } from '@repo/db/testing/populate'
import type { WorkspaceId } from '@repo/domain/ids'
import { makeTick, noonMs } from '@repo/domain/testing'
import { type ApiInstance, openApi, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const HOUR_MS = 3_600_000
const at = (hours: number) => new Date(noonMs + hours * HOUR_MS).toISOString()

/** A monitor and what was said of it, in hours from noon; the last one goes on. */
async function monitorWith(
  workspaceId: WorkspaceId,
  said: readonly (readonly [status: string, fromHours: number])[],
  name = 'shop',
) {
  const { id, monitorKey } = await addMonitor(api.deps.sql, workspaceId, { name })
  await api.deps.sql.execute(`delete from state_interval where monitor_key = ${monitorKey}`)
  for (const [index, [status, from]] of said.entries()) {
    const end = said[index + 1]?.[1]
    await api.deps.sql.execute(
      `insert into state_interval (monitor_key, status, began_at, ended_at) values (${monitorKey}, '${status}', '${at(from)}', ${end === undefined ? 'null' : `'${at(end)}'`})`,
    )
  }
  return id
}

const read = async (path: string, token: string) => {
  const answer = await api.ask(`/api/v1${path}`, { token })
  expect(answer.status).toBe(200)
  return answer.json()
}

describe('the uptime of a monitor', () => {
  test('is the share of the time in which it was watched, day by day and all together', async () => {
    const { token, workspaceId } = await api.addPerson()
    const id = await monitorWith(workspaceId, [
      ['up', -36],
      ['down', -13],
      ['up', -12],
      ['unknown', -2],
      ['up', -1],
    ])
    const { summary, days, from, to } = uptimeSchema.parse(await read(`/monitors/${id}/uptime?range=7d`, token))
    expect([from, to]).toEqual([at(-168), at(0)])
    // 35 h known, 1 h of it down: 97.142857 per cent, rounded down.
    expect(summary).toMatchObject({
      uptimePercent: 97.142,
      outages: 1,
      seconds: { down: 3_600, unknown: 3_600, up: 34 * 3_600 },
    })
    expect(days.map(({ date, uptimePercent, outages }) => [date, uptimePercent, outages])).toEqual([
      ['2026-05-31', 95.833, 1],
      ['2026-06-01', 100, 0],
    ])
  })

  test('of which nothing is known is not said', async () => {
    const { token, workspaceId } = await api.addPerson()
    const id = await monitorWith(workspaceId, [['unknown', -1]])
    const { summary } = uptimeSchema.parse(await read(`/monitors/${id}/uptime`, token))
    expect(summary.uptimePercent).toBeNull()
  })

  test.each(['24h', '90d'])('over %s stands beside the share of single checks that passed', async (range) => {
    const { token, workspaceId } = await api.addPerson()
    const monitor = await addMonitor(api.deps.sql, workspaceId)
    const verdicts = ['up', 'degraded', 'down', 'unknown'] as const
    const ticks = verdicts.map((verdict, hour) => makeTick('a', noonMs - (hour + 1) * HOUR_MS, verdict))
    await addTicks(api.deps.sql, monitor, [...ticks, makeTick('b', noonMs - 91 * 24 * HOUR_MS, 'down')])
    const { summary } = uptimeSchema.parse(await read(`/monitors/${monitor.id}/uptime?range=${range}`, token))
    expect(summary.reachability).toEqual({ percent: 66.666, passed: 2, checks: 3 })
  })

  test('of which no check was carried out has no such share', async () => {
    const { token, workspaceId } = await api.addPerson()
    const id = await monitorWith(workspaceId, [['up', -1]])
    const { summary } = uptimeSchema.parse(await read(`/monitors/${id}/uptime`, token))
    expect(summary.reachability).toEqual({ percent: null, passed: 0, checks: 0 })
  })

  test('is cut into the days of a time zone', async () => {
    const { token, workspaceId } = await api.addPerson()
    const id = await monitorWith(workspaceId, [
      ['down', -13],
      ['up', -12.5],
    ])
    const outages = async (zone: string) =>
      uptimeSchema
        .parse(await read(`/monitors/${id}/uptime?range=7d&timeZone=${zone}`, token))
        .days.map(({ outages }) => outages)
    expect(await outages('UTC')).toEqual([1, 0])
    expect(await outages('Europe/Berlin')).toEqual([1])
  })

  test.each(['range=1y', 'timeZone=Mars/Olympus', 'timeZone=%2B02:00', "timeZone=UTC'--", 'timeZone='])(
    'is refused for ?%s',
    async (query) => {
      const { token, workspaceId } = await api.addPerson()
      const id = await monitorWith(workspaceId, [['up', -1]])
      expect(await refusalOf(await api.ask(`/api/v1/monitors/${id}/uptime?${query}`, { token }))).toBe(
        '400 invalid_parameter',
      )
    },
  )
})

describe('the outages of a monitor', () => {
  const page = async (path: string, token: string) => outagePageSchema.parse(await read(path, token))

  test('come newest first, in pages that show each once', async () => {
    const { token, workspaceId } = await api.addPerson()
    const shop = await monitorWith(workspaceId, [
      ['down', -5],
      ['up', -4],
      ['down', -3],
      ['up', -2],
      ['down', -1],
    ])
    await monitorWith(workspaceId, [['down', -6]], 'till')
    const path = `/monitors/${shop}/outages`
    const first = await page(`${path}?limit=2`, token)
    const second = await page(`${path}?limit=2&cursor=${first.nextCursor}`, token)
    const seen = [...first.items, ...second.items].map(({ monitor, beganAt, endedAt, durationSeconds }) => [
      monitor.name,
      beganAt,
      endedAt,
      durationSeconds,
    ])
    expect(seen).toEqual([
      ['shop', at(-1), null, 3_600],
      ['shop', at(-3), at(-2), 3_600],
      ['shop', at(-5), at(-4), 3_600],
    ])
    expect(second.nextCursor).toBeNull()
    expect((await page(`${path}?open=true`, token)).items.map(({ beganAt }) => beganAt)).toEqual([at(-1)])
    expect((await page(`${path}?open=false`, token)).items).toHaveLength(2)
  })

  test('say why, while they last', async () => {
    const { token, workspaceId } = await api.addPerson()
    const id = await monitorWith(workspaceId, [['down', -1]])
    await api.deps.sql.execute(
      `update monitor_state set status = 'down', cause_code = 'TCP_REFUSED', cause_message = 'refused', cause_region = 'a' where id = '${id}'`,
    )
    expect((await page(`/monitors/${id}/outages`, token)).items[0]?.cause).toEqual({
      code: 'TCP_REFUSED',
      message: 'refused',
      region: 'a',
    })
  })

  test('of another workspace are none', async () => {
    const [mine, theirs] = [await api.addPerson(), await api.addPerson()]
    const id = await monitorWith(theirs.workspaceId, [['down', -1]])
    expect(await refusalOf(await api.ask(`/api/v1/monitors/${id}/outages`, { token: mine.token }))).toBe(
      '404 not_found',
    )
  })
})
