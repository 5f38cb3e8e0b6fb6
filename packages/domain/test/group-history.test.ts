import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { groupHistory, type MemberHistory, partsHistory } from '../src/group-history.ts'
import { type GroupRule, judgeGroup } from '../src/monitor-group.ts'
import { statuses } from '../src/status.ts'
import { stateOfGroup, stateOfMonitor, stateOfParts, statusOfState } from '../src/status-page.ts'
import { durationsIn } from '../src/uptime.ts'

const window = { fromMs: 10, toMs: 60 }

/** A history without gaps from some instant on, of which the last stretch may have no end. */
const anyHistory: fc.Arbitrary<MemberHistory> = fc
  .record({
    weight: fc.integer({ min: 1, max: 3 }),
    startMs: fc.nat(40),
    parts: fc.array(fc.tuple(fc.constantFrom(...statuses), fc.integer({ min: 1, max: 15 })), { maxLength: 6 }),
    isOpen: fc.boolean(),
  })
  .map(({ weight, startMs, parts, isOpen }) => {
    let atMs = startMs
    const intervals = parts.map(([status, ms], place) => {
      const beganAtMs = atMs
      atMs += ms
      return { status, beganAtMs, endedAtMs: isOpen && place === parts.length - 1 ? null : atMs }
    })
    return { weight, intervals }
  })

const anyRule: fc.Arbitrary<GroupRule> = fc.oneof(
  fc.constant({ kind: 'all' as const }),
  fc.constant({ kind: 'any' as const }),
  fc.record({ kind: fc.constant('atLeast' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('weight' as const), threshold: fc.integer({ min: 1, max: 6 }) }),
)

function standingAt(members: readonly MemberHistory[], atMs: number) {
  return members.flatMap(({ weight, intervals }) => {
    const found = intervals.find(({ beganAtMs, endedAtMs }) => beganAtMs <= atMs && (endedAtMs ?? 1_000) > atMs)
    return found ? [{ weight, status: found.status }] : []
  })
}

/** What it was at one instant, looked up member by member. */
function readSlowly(rule: GroupRule, members: readonly MemberHistory[], atMs: number) {
  const standing = standingAt(members, atMs)
  if (standing.length === 0) return undefined
  return { status: judgeGroup(rule, standing), state: stateOfGroup(rule, standing) }
}

describe('the history of a group', () => {
  test('says of every instant what its members were then', () => {
    fc.assert(
      fc.property(anyRule, fc.array(anyHistory, { maxLength: 4 }), (rule, members) => {
        const stretches = groupHistory(rule, members, window)
        for (let atMs = window.fromMs; atMs < window.toMs; atMs += 1) {
          const found = stretches.filter(({ beganAtMs, endedAtMs }) => beganAtMs <= atMs && (endedAtMs ?? 1_000) > atMs)
          const { status, state } = found[0] ?? {}
          expect(found.length).toBeLessThan(2)
          expect(found.length === 0 ? undefined : { status, state }).toEqual(readSlowly(rule, members, atMs) as never)
        }
      }),
    )
  })

  test('has no two stretches that say the same one after the other', () => {
    fc.assert(
      fc.property(anyRule, fc.array(anyHistory, { maxLength: 4 }), (rule, members) => {
        const stretches = groupHistory(rule, members, window)
        for (const [place, { beganAtMs, status, state }] of stretches.entries()) {
          const before = stretches[place - 1]
          if (before?.endedAtMs === beganAtMs) expect([before.status, before.state]).not.toEqual([status, state])
        }
      }),
    )
  })

  test('adds up to the time in which anything was said', () => {
    const intervals = [{ status: 'up' as const, beganAtMs: 0, endedAtMs: null }]
    const stretches = groupHistory({ kind: 'all' }, [{ weight: 1, intervals }], window)
    expect(durationsIn(stretches, window).up).toBe(50)
    expect(stretches).toEqual([{ status: 'up', state: 'operational', beganAtMs: 10, endedAtMs: null }])
  })
})

test('the history of what consists of parts says of every instant what its parts make it', () => {
  fc.assert(
    fc.property(fc.array(anyHistory, { maxLength: 4 }), (members) => {
      const stretches = partsHistory(
        members.map(({ intervals }) => intervals),
        window,
      )
      for (let atMs = window.fromMs; atMs < window.toMs; atMs += 1) {
        const standing = standingAt(members, atMs)
        const state = stateOfParts(standing.map(({ status }) => stateOfMonitor(status)))
        const found = stretches.find(({ beganAtMs, endedAtMs }) => beganAtMs <= atMs && (endedAtMs ?? 1_000) > atMs)
        expect(found?.state).toBe(standing.length === 0 ? undefined : state)
        expect(found?.status).toBe(standing.length === 0 ? undefined : statusOfState(state))
      }
    }),
  )
})
