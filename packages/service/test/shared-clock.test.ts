import { describe, expect, test } from 'bun:test'
import { createLog } from '../src/log.ts'
import { createSharedClock } from '../src/shared-clock.ts'
import { createManualClock } from '../testing/manual-clock.ts'

const startMs = Date.UTC(2026, 5, 1, 12)

/** A machine whose clock is so far ahead of the one that all share, over a way that takes so long. */
function open({ aheadMs = 0, wayMs = 0 } = {}) {
  const own = createManualClock(startMs + aheadMs)
  let ahead = aheadMs
  const askMs = async () => {
    await own.jump(wayMs / 2)
    const theirMs = own.nowMs() - ahead
    await own.jump(wayMs / 2)
    return theirMs
  }
  const clock = createSharedClock({ own, askMs, log: createLog('test', 'silent') })
  const step = async (ms: number) => {
    ahead += ms
    await own.jump(ms)
  }
  return { own, clock, step }
}

describe('the clock that all processes share', () => {
  test.each([90_000, -90_000, 600_000, -2_000])('is right on a machine that is %i ms ahead', async (aheadMs) => {
    const { own, clock } = open({ aheadMs })
    await clock.ask()
    expect(clock.nowMs()).toBe(own.nowMs() - aheadMs)
    expect(clock.offsetMs).toBe(-aheadMs)
  })

  test.each([0, 100, -200])(
    'is that of the machine where this is %i ms ahead: so much the way there may take',
    async (aheadMs) => {
      const { own, clock } = open({ aheadMs })
      await clock.ask()
      expect(clock.nowMs()).toBe(own.nowMs())
    },
  )

  test('takes half of the way there and back into account', async () => {
    const { clock } = open({ aheadMs: 10_000, wayMs: 1_000 })
    await clock.ask()
    expect(clock.offsetMs).toBe(-10_000)
  })

  test('is not led astray by an answer that was held up on one way only', async () => {
    const own = createManualClock(startMs)
    const askMs = async () => {
      await own.jump(1_800)
      return own.nowMs()
    }
    const clock = createSharedClock({ own, askMs, log: createLog('test', 'silent') })
    await clock.ask()
    expect(clock.offsetMs).toBe(0)
  })

  test('does not believe an answer that took long', async () => {
    const { clock } = open({ aheadMs: 10_000, wayMs: 3_000 })
    await clock.ask()
    expect(clock.offsetMs).toBe(0)
  })

  test('follows a machine whose clock is set while it runs', async () => {
    const { own, clock, step } = open()
    await clock.ask()
    await step(2_000)
    await clock.ask()
    expect(clock.nowMs()).toBe(own.nowMs() - 2_000)
    await step(-2_000)
    await clock.ask()
    expect(clock.offsetMs).toBe(0)
  })
})
