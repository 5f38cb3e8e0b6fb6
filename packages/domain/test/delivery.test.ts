import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  type AttemptOutcome,
  afterAttempt,
  deliveryLimits,
  type NextState,
  needsFallback,
  type Standing,
  whatToSay,
} from '../src/delivery.ts'

const HOUR_MS = 3_600_000
const retry: AttemptOutcome = { kind: 'retry' }
const after = (
  attempts: number,
  changed: Partial<Parameters<typeof afterAttempt>[1]> = {},
  outcome: AttemptOutcome = retry,
) => afterAttempt(outcome, { attempts, firstDueAtMs: 0, nowMs: 0, random: 1, ...changed })

describe('an attempt', () => {
  const cases: [string, NextState, NextState][] = [
    ['that was accepted is the last one', after(1, {}, { kind: 'accepted' }), { state: 'accepted' }],
    ['that was refused is the last one', after(1, {}, { kind: 'refused' }), { state: 'dead' }],
    ['in vain is followed by another soon', after(1), { state: 'waiting', nextAtMs: 5_000 }],
    ['in vain is followed by another later each time', after(4), { state: 'waiting', nextAtMs: 40_000 }],
    ['is at most half an hour away', after(40), { state: 'waiting', nextAtMs: 1_800_000 }],
    [
      'comes when chance has it, in the second half of the pause',
      after(4, { random: 0 }),
      { state: 'waiting', nextAtMs: 20_000 },
    ],
    [
      'is not made before the provider wants it',
      after(1, {}, { kind: 'retry', afterMs: HOUR_MS }),
      { state: 'waiting', nextAtMs: HOUR_MS },
    ],
    [
      'is made once more at the end of the day',
      after(40, { nowMs: 24 * HOUR_MS - 5 }),
      { state: 'waiting', nextAtMs: 24 * HOUR_MS },
    ],
    ['is not made after a day', after(40, { nowMs: 24 * HOUR_MS }), { state: 'dead' }],
    [
      'is not made where the provider wants to be left alone for a day',
      after(1, { nowMs: 1 }, { kind: 'retry', afterMs: 24 * HOUR_MS }),
      { state: 'dead' },
    ],
  ]
  test.each(cases)('%s', (_sentence, found, expected) => {
    expect(found).toEqual(expected)
  })

  test('in vain follows on attempt in vain for a day and no longer, however a provider puts them off', () => {
    const asks = fc.array(fc.option(fc.nat(3 * HOUR_MS), { nil: undefined }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(asks, fc.double({ min: 0, max: 1, noNaN: true }), (askedMs, random) => {
        let [nowMs, attempts] = [0, 0]
        for (;;) {
          attempts += 1
          const afterMs = askedMs[attempts % askedMs.length]
          const next = after(attempts, { nowMs, random }, { kind: 'retry', afterMs })
          if (next.state !== 'waiting') break
          expect(next.nextAtMs).toBeGreaterThanOrEqual(nowMs + (afterMs ?? 1))
          expect(next.nextAtMs).toBeLessThanOrEqual(deliveryLimits.triedForMs)
          nowMs = next.nextAtMs
        }
        expect(attempts).toBeLessThan(200)
      }),
    )
  })

  test.each([
    ['where it was refused', { state: 'dead' }, 1, true],
    ['not where it may do better soon', { state: 'waiting', nextAtMs: 1_000 }, 2, false],
    ['where the third was in vain', { state: 'waiting', nextAtMs: 1_000 }, 3, true],
    ['where the provider wants to be left alone for long', { state: 'waiting', nextAtMs: 300_000 }, 1, true],
    ['not where it was accepted', { state: 'accepted' }, 3, false],
  ] as const)('has another channel told %s', (_sentence, next, attempts, expected) => {
    expect(needsFallback(next, { attempts, nowMs: 0 })).toBe(expected)
  })
})

describe('what was planned', () => {
  const open: Standing = {
    isOver: false,
    isAcknowledged: false,
    wasDown: true,
    opening: 'accepted',
    isOpeningWhole: false,
  }
  const over = { ...open, isOver: true }
  const down = { part: 'opening', event: 'down' } as const
  const again = { part: 'again', event: 'down' } as const
  const worse = { part: 'change', event: 'down' } as const
  const up = { part: 'closing', event: 'recovered' } as const
  const cases: [string, Parameters<typeof whatToSay>, string][] = [
    ['is said of what is down', [down, open], 'down'],
    ['is said of what is down though somebody looks after it', [down, { ...open, isAcknowledged: true }], 'down'],
    ['is never that something is down which is up again', [down, over], 'was_down'],
    ['is not said of what was slow for a while', [down, { ...over, wasDown: false }], 'superseded'],
    ['comes again while it lasts', [again, open], 'down'],
    ['does not come again once somebody looks after it', [again, { ...open, isAcknowledged: true }], 'superseded'],
    ['does not come again once it is over', [again, over], 'superseded'],
    ['does not come again where it was not told once', [again, { ...open, opening: 'waiting' }], 'superseded'],
    ['comes again where somebody else was told first', [again, { ...open, opening: null }], 'down'],
    ['says that it became worse', [worse, open], 'down'],
    [
      'says that it became worse by its first message, where that is to come',
      [worse, { ...open, opening: 'waiting' }],
      'superseded',
    ],
    ['says that it is over', [up, over], 'recovered'],
    ['says so to nobody who did not hear of it', [up, { ...over, opening: 'dead' }], 'superseded'],
    ['says so once: with its beginning, where that was late', [up, { ...over, isOpeningWhole: true }], 'superseded'],
    ['does not say so of what is down anew', [up, open], 'superseded'],
  ]
  test.each(cases)('%s', (_sentence, [planned, standing], expected) => {
    const saying = whatToSay(planned, standing)
    expect(saying.kind === 'say' ? saying.event : 'superseded').toBe(expected as never)
  })
})
