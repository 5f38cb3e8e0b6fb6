import { describe, expect, test } from 'bun:test'
import { noonMs } from '@repo/domain/testing'
import { createManualClock } from '@repo/service/testing'
import { createPace } from '../src/pace.ts'

describe('a keeper', () => {
  test('looks as often as it is told to, and takes a twentieth of the time at most', async () => {
    const clock = createManualClock(noonMs)
    const pace = createPace(1_000, clock.nowMs)
    const lookFor = (ms: number) => pace.time(() => clock.advance(ms))
    expect(pace.waitMs()).toBe(1_000)
    await lookFor(40)
    expect(pace.waitMs()).toBe(1_000)
    await lookFor(600)
    expect(pace.waitMs()).toBe(12_000)
    await lookFor(10)
    expect(pace.waitMs()).toBe(1_000)
  })

  test('waits longer also where a long look failed', async () => {
    const clock = createManualClock(noonMs)
    const pace = createPace(1_000, clock.nowMs)
    const look = pace.time(async () => {
      await clock.advance(500)
      throw new Error('the database is away')
    })
    await expect(look).rejects.toThrow('the database is away')
    expect(pace.waitMs()).toBe(10_000)
  })
})
