import { describe, expect, test } from 'bun:test'
import { type DayTick, packDay, unpackDay } from '../src/packed-day.ts'
import { seedDay } from '../src/seed-day.ts'

const intervalMs = 60_000
const [plain] = seedDay(1, intervalMs)
const made = (changed: Partial<DayTick>): DayTick => ({ ...(plain as DayTick), ...changed })

describe('a packed day', () => {
  const days: [string, DayTick[]][] = [
    ['without any tick', []],
    ['of one tick', [made({})]],
    ['of a whole day', seedDay(7, intervalMs)],
    ['with a tick off the grid', [made({ instant: 5 }), made({ instant: 60_006 }), made({ instant: 60_005 + 60_000 })]],
    ['without slots in the middle', [made({ instant: 0 }), made({ instant: 600_000 }), made({ instant: 660_000 })]],
    ['of a monitor without TLS', [made({ instant: 0, tlsUs: null }), made({ instant: 60_000, tlsUs: null })]],
    [
      'with more addresses than are kept',
      Array.from({ length: 40 }, (_, n) => made({ instant: n * 60_000, address: `192.0.2.${n}` })),
    ],
    [
      'with numbers as great as their columns hold',
      [made({ instant: 0, dnsUs: 0 }), made({ instant: 60_000, dnsUs: 2 ** 31 - 1, totalUs: 2 ** 32 - 1 })],
    ],
    [
      'of failures alone',
      [made({ verdict: 2, code: 14, message: 'refused', status: null, firstByteUs: null, transferUs: null })],
    ],
  ]
  test.each(days)('%s is unpacked as it was', (_what, ticks) => {
    const unpacked = unpackDay(packDay(ticks, intervalMs))
    expect(unpacked).toEqual(ticks.toSorted((a, b) => a.instant - b.instant))
  })
})
