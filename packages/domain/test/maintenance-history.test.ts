import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { mergePeriods, type Period } from '../src/maintenance.ts'
import { type History, keepMaintenance, type Piece } from '../src/maintenance-history.ts'
import { type Status, statuses } from '../src/status.ts'
import { durationsIn } from '../src/uptime.ts'

/** `up 0, down 60`: what was said, and from when. */
const pieces = (text: string): Piece[] =>
  text.split(', ').map((part) => {
    const [status, beganAtMs] = part.split(' ')
    return { status: status as Status, beganAtMs: Number(beganAtMs) }
  })
const shownAs = (all: readonly Piece[]) => all.map(({ status, beganAtMs }) => `${status} ${beganAtMs}`).join(', ')
const plain = (text: string): History => ({ shown: pieces(text), beneath: [], maintained: null })
const under = (shown: string, beneath: string, untilMs: number): History => ({
  shown: pieces(shown),
  beneath: pieces(beneath),
  maintained: { sinceMs: pieces(beneath)[0]?.beganAtMs ?? 0, untilMs },
})

describe('the history of a monitor', () => {
  const cases: [string, History, [number, number][], number, string, string | null][] = [
    ['goes on as it was before maintenance begins', plain('up 0'), [[60, 90]], 59, 'up 0', null],
    [
      'has maintenance from the instant at which it was to begin',
      plain('up 0'),
      [[60, 90]],
      60,
      'up 0, maintenance 60',
      'up 60',
    ],
    [
      'has it from that instant also where this is found late',
      plain('up 0, down 70'),
      [[60, 90]],
      80,
      'up 0, maintenance 60',
      'up 60, down 70',
    ],
    [
      'has it from the first of it where that is later',
      plain('unknown 70, up 75'),
      [[60, 90]],
      80,
      'maintenance 70',
      'unknown 70, up 75',
    ],
    [
      'goes on with what was said beneath',
      under('up 0, maintenance 60', 'up 60, down 70', 90),
      [],
      90,
      'up 0, maintenance 60, down 90',
      null,
    ],
    [
      'goes on from the instant of the end also where this is found late',
      under('up 0, maintenance 60', 'up 60, down 95', 90),
      [],
      100,
      'up 0, maintenance 60, up 90, down 95',
      null,
    ],
    [
      'has the whole of a maintenance that was slept through',
      plain('up 0, down 70, up 95'),
      [[60, 90]],
      200,
      'up 0, maintenance 60, down 90, up 95',
      null,
    ],
    [
      'has both of two that were slept through',
      plain('up 0'),
      [
        [10, 20],
        [30, 40],
      ],
      50,
      'up 0, maintenance 10, up 20, maintenance 30, up 40',
      null,
    ],
    [
      'stays under maintenance for as long as any of several lasts',
      under('maintenance 60', 'up 60', 90),
      [[80, 120]],
      100,
      'maintenance 60',
      'up 60',
    ],
    [
      'stays under maintenance where one begins as another ends',
      under('maintenance 60', 'up 60', 90),
      [[90, 120]],
      100,
      'maintenance 60',
      'up 60',
    ],
    [
      'ends maintenance now where it is not planned any more',
      under('maintenance 60', 'up 60', 90),
      [],
      70,
      'maintenance 60, up 70',
      null,
    ],
    ['stays paused through maintenance', plain('up 0, paused 50'), [[60, 90]], 100, 'up 0, paused 50', null],
    [
      'is paused from within maintenance',
      plain('up 0, paused 70, unknown 80'),
      [[60, 90]],
      95,
      'up 0, maintenance 60, paused 70, maintenance 80, unknown 90',
      null,
    ],
    [
      'has one maintenance where it was resumed before that',
      plain('paused 0, unknown 50, up 65'),
      [[60, 90]],
      70,
      'paused 0, unknown 50, maintenance 60',
      'unknown 60, up 65',
    ],
  ]
  test.each(cases)('%s', (_sentence, history, planned, nowMs, shown, beneath) => {
    const periods = planned.map(([fromMs, toMs]) => ({ fromMs, toMs }))
    const kept = keepMaintenance(history, periods, nowMs)
    expect(shownAs(kept.shown)).toBe(shown)
    expect(kept.maintained ? shownAs(kept.beneath) : null).toBe(beneath)
  })

  test('says until when maintenance lasts', () => {
    expect(
      keepMaintenance(
        plain('up 0'),
        [
          { fromMs: 10, toMs: 50 },
          { fromMs: 40, toMs: 90 },
        ],
        20,
      ).maintained,
    ).toEqual({
      sinceMs: 10,
      untilMs: 90,
    })
  })
})

const endMs = 400
const verdicts: readonly Status[] = ['up', 'degraded', 'down', 'unknown', 'paused']
const said = fc
  .array(fc.tuple(fc.constantFrom(...verdicts), fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 12 })
  .map((parts) => {
    let at = 0
    const all = parts.map(([status, lengthMs]) => {
      const piece = { status, beganAtMs: at }
      at += lengthMs
      return piece
    })
    return all.filter(({ status }, place) => status !== all[place - 1]?.status)
  })
const windows = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 80 }))
    .map(([fromMs, lengthMs]): Period => ({ fromMs, toMs: fromMs + lengthMs })),
  { maxLength: 5 },
)
/** When somebody looks: often, seldom, or only at the end. */
const looks = fc
  .array(fc.integer({ min: 1, max: endMs }), { maxLength: 8 })
  .map((all) => [...all.toSorted((a, b) => a - b), endMs])

describe('time is conserved', () => {
  test('whatever was said, whatever was planned, and however late anybody looks', () => {
    fc.assert(
      fc.property(said, windows, looks, (all, planned, instants) => {
        const kept = live(all, planned, instants)
        for (const [place, { beganAtMs }] of kept.entries())
          expect(beganAtMs).toBeGreaterThan(kept[place - 1]?.beganAtMs ?? -1)
        const durations = durationsOf(kept)
        expect(statuses.reduce((sum, status) => sum + durations[status], 0)).toBe(endMs)
        // Paused before maintenance, maintenance before what the regions say: said anew, millisecond by millisecond.
        const expected = { up: 0, degraded: 0, down: 0, unknown: 0, maintenance: 0, paused: 0 }
        const merged = mergePeriods(planned)
        for (let ms = 0; ms < endMs; ms += 1) {
          const status = all.findLast(({ beganAtMs }) => beganAtMs <= ms)?.status ?? 'unknown'
          const isPlanned = merged.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)
          expected[status !== 'paused' && isPlanned ? 'maintenance' : status] += 1
        }
        expect(durations).toEqual(expected)
      }),
      { numRuns: 1_000 },
    )
  })
})

/** Goes through time as the services do: what is said comes as it happens, and maintenance is kept at some instants. */
function live(all: readonly Piece[], planned: readonly Period[], instants: readonly number[]): readonly Piece[] {
  let history: History = { shown: all.slice(0, 1), beneath: [], maintained: null }
  const waiting = all.slice(1)
  let throughMs = 0
  for (const nowMs of instants) {
    while (waiting[0] && waiting[0].beganAtMs <= nowMs) history = say(history, waiting.shift() as Piece)
    history = keepMaintenance(
      history,
      planned.filter(({ toMs }) => toMs > throughMs),
      nowMs,
    )
    throughMs = nowMs
  }
  return history.shown
}

function say(history: History, piece: Piece): History {
  const { shown, beneath, maintained } = history
  if (!maintained) return { ...history, shown: [...shown, piece] }
  const status = piece.status === 'paused' ? 'paused' : 'maintenance'
  const isSame = shown.at(-1)?.status === status
  return { ...history, beneath: [...beneath, piece], shown: isSame ? shown : [...shown, { ...piece, status }] }
}

function durationsOf(all: readonly Piece[]) {
  const intervals = all.map((piece, place) => ({ ...piece, endedAtMs: all[place + 1]?.beganAtMs ?? null }))
  return durationsIn(intervals, { fromMs: 0, toMs: endMs })
}
