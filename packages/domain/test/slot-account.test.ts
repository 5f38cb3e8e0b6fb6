import { describe, expect, test } from 'bun:test'
import { gridOf, nextSlotMs } from '../src/grid.ts'
import { countGridSlots, givenUpAfterMs, lookThroughEveryMs, type SlotPlan, slotsOf } from '../src/slot-account.ts'
import { makeMonitorId, noonMs } from '../testing/make.ts'

const minute = 60_000
const plan: SlotPlan = {
  id: makeMonitorId(),
  intervalMs: minute,
  scheduleFromMs: noonMs - 86_400_000,
  pausedAtMs: null,
}
const first = nextSlotMs(gridOf(plan.id, minute), noonMs)
const hour = { afterMs: noonMs, throughMs: noonMs + 60 * minute }

describe('the slots of a monitor in a stretch of time', () => {
  test('are those of its grid', () => {
    expect(slotsOf(plan, hour)).toEqual(Array.from({ length: 60 }, (_, index) => first + index * minute))
  })

  test('belong to one of two stretches that meet, never to both', () => {
    const [before, after] = [
      { afterMs: noonMs, throughMs: first },
      { afterMs: first, throughMs: first + minute },
    ]
    expect([slotsOf(plan, before), slotsOf(plan, after)]).toEqual([[first], [first + minute]])
  })

  test('begin with its first look, which is off the grid', () => {
    const fresh = { ...plan, scheduleFromMs: first + 30_000 }
    const slots = slotsOf(fresh, { afterMs: noonMs, throughMs: first + 2 * minute })
    expect(slots).toEqual([first + 30_000, first + minute, first + 2 * minute])
  })

  test('end where it is paused', () => {
    expect(slotsOf({ ...plan, pausedAtMs: first + minute }, hour)).toEqual([first])
    expect(slotsOf({ ...plan, pausedAtMs: noonMs }, hour)).toEqual([])
  })

  test.each([
    ['without a beginning or an end in it', {}],
    ['with its beginning in it', { scheduleFromMs: noonMs + 90_000 }],
    ['with its end in it', { pausedAtMs: noonMs + 90_000 }],
    ['with its beginning after it', { scheduleFromMs: noonMs + 9_000_000 }],
    ['with its end before it', { pausedAtMs: noonMs - 90_000 }],
  ])('are as many on the grid as are counted: %s', (_which, changed) => {
    const changedPlan = { ...plan, ...changed }
    const listed = slotsOf(changedPlan, hour).filter((atMs) => atMs !== changedPlan.scheduleFromMs)
    expect(countGridSlots(changedPlan, hour)).toBe(listed.length)
  })
})

describe('a slot without a result', () => {
  const cases: [string, number, number, number][] = [
    ['of a minute and ten seconds of patience', 60_000, 10_000, 45_000],
    ['of a minute and half a minute of patience', 60_000, 30_000, 65_000],
    ['of five minutes', 300_000, 10_000, 45_000],
    ['of a second', 1_000, 10_000, 15_500],
  ]
  test.each(cases)('%s is given up when its check must have ended', (_which, intervalMs, timeoutMs, expected) => {
    expect(givenUpAfterMs(intervalMs, timeoutMs)).toBe(expected)
  })

  test.each([30_000, 60_000, 300_000, 86_400_000])(
    'is noticed within two intervals of %i ms, whatever the timeout up to a third of it',
    (intervalMs) => {
      for (const timeoutMs of [100, 5_000, Math.min(30_000, intervalMs / 3)]) {
        const noticedAfterMs = givenUpAfterMs(intervalMs, timeoutMs) + lookThroughEveryMs(intervalMs, timeoutMs)
        expect(noticedAfterMs).toBeLessThanOrEqual(2 * intervalMs)
      }
    },
  )
})
