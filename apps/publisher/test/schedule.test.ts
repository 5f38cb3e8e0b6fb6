import { describe, expect, test } from 'bun:test'
import { websiteSpec } from '@repo/contracts/specs/http'
import { gridOf, nextSlotMs } from '@repo/domain/grid'
import { parseMonitorId } from '@repo/domain/ids'
import { monitorLimits } from '@repo/domain/limits'
import { parseRegion } from '@repo/domain/region'
import { makeMonitorId, makeWorkspaceId, noonMs } from '@repo/domain/testing'
import { type PlannedMonitor, Schedule } from '../src/schedule.ts'

const id = parseMonitorId('019e8a5c-1f00-7000-8000-0000000000aa')
const workspaceId = makeWorkspaceId()
const old = noonMs - 86_400_000

/** Every minute from one region, for a day already. */
function makePlanned(changed: Partial<PlannedMonitor> = {}): PlannedMonitor {
  return {
    monitorKey: 1,
    id,
    workspaceId,
    spec: websiteSpec('https://example.com/'),
    intervalMs: 60_000,
    regions: [parseRegion('a')],
    scheduleFromMs: old,
    updatedAtMs: noonMs,
    ...changed,
  }
}

function scheduleOf(...monitors: PlannedMonitor[]): Schedule {
  const schedule = new Schedule(noonMs)
  for (const monitor of monitors) schedule.set(monitor, noonMs)
  return schedule
}

const slotsOf = (schedule: Schedule, nowMs: number, throughMs = nowMs) =>
  schedule.takeDue({ nowMs, throughMs }).map((check) => check.scheduledAtMs)
const grid = gridOf(id, 60_000)
const firstSlot = nextSlotMs(grid, noonMs)

describe('the schedule of a monitor', () => {
  test('that is new begins with a check at its own beginning, then follows the grid', () => {
    const schedule = scheduleOf(makePlanned({ scheduleFromMs: noonMs + 5 }))
    expect(slotsOf(schedule, noonMs, noonMs + 4)).toEqual([])
    expect(slotsOf(schedule, noonMs, noonMs + 1_000)).toEqual([noonMs + 5])
    expect(slotsOf(schedule, firstSlot - 1_000, firstSlot)).toEqual([firstSlot])
    expect(slotsOf(schedule, firstSlot + 59_000, firstSlot + 60_000)).toEqual([firstSlot + 60_000])
  })

  test('that is old goes on at the next slot of its grid', () => {
    expect(slotsOf(scheduleOf(makePlanned()), firstSlot - 1_000, firstSlot)).toEqual([firstSlot])
  })

  test('begins anew within half a minute of its beginning alone', () => {
    const justIn = scheduleOf(makePlanned({ scheduleFromMs: noonMs - 29_999 }))
    expect(slotsOf(justIn, noonMs)).toContain(noonMs - 29_999)
    expect(slotsOf(scheduleOf(makePlanned({ scheduleFromMs: noonMs - 30_000 })), noonMs)).toEqual([])
  })

  test('has one check in each region, all at the same instant', () => {
    const regions = ['a', 'b', 'c'].map(parseRegion)
    const checks = scheduleOf(makePlanned({ regions })).takeDue({ nowMs: firstSlot, throughMs: firstSlot })
    expect(checks.map((check) => check.region)).toEqual(regions)
    expect(new Set(checks.map((check) => check.scheduledAtMs))).toEqual(new Set([firstSlot]))
  })

  test('says of each check what it is, and until when it may start', () => {
    const monitor = makePlanned({ monitorKey: 7, intervalMs: 1_001 })
    const [check] = scheduleOf(monitor).takeDue({ nowMs: noonMs, throughMs: noonMs + 1_001 })
    const slot = nextSlotMs(gridOf(id, 1_001), noonMs)
    expect(check).toEqual({
      monitorId: id,
      monitorKey: 7,
      region: parseRegion('a'),
      scheduledAtMs: slot,
      expiresAtMs: slot + 500,
      workspaceId,
      spec: monitor.spec,
    })
  })

  test('lets the first check start half a minute late, however short the interval', () => {
    const schedule = scheduleOf(makePlanned({ scheduleFromMs: noonMs, intervalMs: 1_000 }))
    const [first, second] = schedule.takeDue({ nowMs: noonMs, throughMs: noonMs + 1_000 })
    expect((first?.expiresAtMs ?? 0) - (first?.scheduledAtMs ?? 0)).toBe(30_000)
    expect((second?.expiresAtMs ?? 0) - (second?.scheduledAtMs ?? 0)).toBe(500)
  })

  test('takes no slot twice, however often and far ahead it is asked', () => {
    const schedule = scheduleOf(makePlanned({ intervalMs: 1_000 }))
    const seen: number[] = []
    for (let nowMs = noonMs; nowMs < noonMs + 20_000; nowMs += 137)
      seen.push(...slotsOf(schedule, nowMs, nowMs + 1_000))
    expect(seen).toHaveLength(new Set(seen).size)
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => (seen[0] ?? 0) + index * 1_000))
  })
})

describe('after a pause of ours', () => {
  test('only the newest slot that has begun is taken, and the grid goes on', () => {
    const schedule = scheduleOf(makePlanned())
    const later = firstSlot + 10 * 60_000 + 30_000
    expect(slotsOf(schedule, later, later + 1_000)).toEqual([firstSlot + 10 * 60_000])
    expect(slotsOf(schedule, later + 30_000)).toEqual([firstSlot + 11 * 60_000])
  })

  test('a new monitor has its first check, and of the slots since then the newest alone', () => {
    const schedule = scheduleOf(makePlanned({ scheduleFromMs: noonMs, intervalMs: 1_000 }))
    const slots = slotsOf(schedule, noonMs + 20_000)
    expect(slots).toHaveLength(2)
    expect(slots[0]).toBe(noonMs)
    expect(slots[1]).toBeWithin(noonMs + 19_000, noonMs + 20_001)
  })

  test('the slots that lie ahead are all taken', () => {
    const schedule = scheduleOf(makePlanned({ intervalMs: 1_000 }))
    expect(slotsOf(schedule, noonMs + 60_000, noonMs + 62_000)).toHaveLength(3)
  })
})

describe('whoever does not publish', () => {
  test('moves past what somebody else publishes, and takes what follows', () => {
    const schedule = scheduleOf(makePlanned())
    schedule.skipTo(firstSlot + 5 * 60_000)
    expect(slotsOf(schedule, firstSlot + 5 * 60_000)).toEqual([])
    expect(slotsOf(schedule, firstSlot + 6 * 60_000)).toEqual([firstSlot + 6 * 60_000])
  })
})

describe('a change', () => {
  test('of what a check does is taken over without moving the schedule', () => {
    const schedule = scheduleOf(makePlanned())
    const spec = websiteSpec('https://other.example/')
    schedule.set(makePlanned({ spec }), firstSlot - 1)
    const checks = schedule.takeDue({ nowMs: firstSlot, throughMs: firstSlot })
    expect(checks.map((check) => [check.scheduledAtMs, check.spec])).toEqual([[firstSlot, spec]])
  })

  test('of the interval begins a new schedule at once, on the new grid', () => {
    const schedule = scheduleOf(makePlanned())
    schedule.set(makePlanned({ intervalMs: 7_000, scheduleFromMs: noonMs + 100 }), noonMs + 150)
    const second = nextSlotMs(gridOf(id, 7_000), noonMs + 100)
    expect(slotsOf(schedule, noonMs + 200, second)).toEqual([noonMs + 100, second])
    expect(slotsOf(schedule, second + 7_000)).toEqual([second + 7_000])
  })

  test('of what is watched never puts one slot to both, though checks are published ahead', () => {
    const schedule = scheduleOf(makePlanned({ intervalMs: 1_000 }))
    const before = slotsOf(schedule, noonMs, noonMs + monitorLimits.publishAheadMs)
    const changed = { intervalMs: 1_000, scheduleFromMs: noonMs + monitorLimits.changeAfterMs }
    schedule.set(makePlanned(changed), noonMs + 100)
    const after = slotsOf(schedule, noonMs + 3_000)
    expect(before.filter((slot) => after.includes(slot) || slot >= changed.scheduleFromMs)).toEqual([])
  })

  test('that comes twice has one first check', () => {
    const changed = makePlanned({ scheduleFromMs: noonMs })
    const schedule = scheduleOf(changed)
    expect(slotsOf(schedule, noonMs)).toEqual([noonMs])
    schedule.set(changed, noonMs + 50)
    expect(slotsOf(schedule, noonMs + 100)).toEqual([])
  })
})

describe('a monitor that is taken out', () => {
  test('has no more checks, and begins as a new one when it comes back', () => {
    const schedule = scheduleOf(makePlanned())
    schedule.delete(id)
    expect([schedule.size, schedule.ids()]).toEqual([0, []])
    expect(slotsOf(schedule, firstSlot + 60_000)).toEqual([])
    schedule.set(makePlanned({ scheduleFromMs: firstSlot + 90_000 }), firstSlot + 90_000)
    expect(slotsOf(schedule, firstSlot + 90_000)).toEqual([firstSlot + 90_000])
  })

  test('may be one that was never in', () => {
    expect(() => scheduleOf().delete(makeMonitorId())).not.toThrow()
  })
})

test('a thousand monitors of one interval come due evenly, not all at once', () => {
  const monitors = Array.from({ length: 1_000 }, () => makePlanned({ id: makeMonitorId() }))
  const schedule = scheduleOf(...monitors)
  const perSecond: number[] = []
  for (let second = 1; second <= 60; second += 1) perSecond.push(slotsOf(schedule, noonMs + second * 1_000).length)
  expect(perSecond.reduce((sum, count) => sum + count, 0)).toBe(1_000)
  expect(Math.max(...perSecond)).toBeLessThan(60)
})
