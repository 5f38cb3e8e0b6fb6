import { describe, expect, test } from 'bun:test'
import {
  afterSilence,
  applyPing,
  type HeartbeatPlan,
  type HeartbeatStand,
  nextSilence,
  type PingKind,
  usualIntervalMs,
} from '../src/heartbeat.ts'
import { pingOutcome, silenceOutcome } from '../src/heartbeat-outcome.ts'
import { noonMs } from '../testing/make.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Every hour, five minutes of grace. */
const hourly: HeartbeatPlan = { schedule: { kind: 'period', seconds: 3_600 }, graceSeconds: 300, maxRunSeconds: null }
const nightly: HeartbeatPlan = {
  schedule: { kind: 'cron', expression: '0 3 * * *', timeZone: 'UTC' },
  graceSeconds: 600,
  maxRunSeconds: null,
}
const unheard: HeartbeatStand = { scheduleFromMs: noonMs, lastFinishedMs: null, missedMs: null, runs: [] }

function stood(...pings: [kind: PingKind, minutes: number, runId?: string][]): HeartbeatStand {
  return pings.reduce(
    (stand, [kind, minutes, runId = null]) =>
      applyPing(stand, { kind, atMs: noonMs + minutes * MINUTE_MS, runId }).stand,
    unheard,
  )
}

/** What comes next, in minutes after noon. */
function expected(plan: HeartbeatPlan, stand: HeartbeatStand): [string, number, number] | undefined {
  const silence = nextSilence(plan, stand)
  if (!silence) return undefined
  const minutes = (ms: number) => (ms - noonMs) / MINUTE_MS
  return [silence.code.replace('HEARTBEAT_', ''), minutes(silence.expectedMs), minutes(silence.dueMs)]
}

describe('a job', () => {
  const bounded = { ...hourly, maxRunSeconds: 1_800 }
  const cases: [string, HeartbeatPlan, HeartbeatStand, ReturnType<typeof expected>][] = [
    ['that never told of itself is not waited for', hourly, unheard, undefined],
    ['that only logged is not waited for', hourly, stood(['log', 1]), undefined],
    ['is waited for a period and its grace after a success', hourly, stood(['success', 10]), ['OVERDUE', 70, 75]],
    ['that failed is waited for as well', hourly, stood(['fail', 10]), ['OVERDUE', 70, 75]],
    ['is waited for since its last end', hourly, stood(['success', 10], ['success', 12]), ['OVERDUE', 72, 77]],
    ['by a cron expression is waited for at its next instant', nightly, stood(['success', 0]), ['OVERDUE', 900, 910]],
    ['that began counts from there where it never ended', hourly, stood(['start', 5]), ['OVERDUE', 65, 70]],
    ['that runs may take until it is too long', bounded, stood(['start', 5]), ['TOO_LONG', 5, 35]],
    [
      'that runs is told by that, and not by its schedule',
      bounded,
      stood(['success', 0], ['start', 60]),
      ['TOO_LONG', 60, 90],
    ],
    [
      'whose runs may take any time is told by its schedule alone',
      hourly,
      stood(['success', 0], ['start', 60]),
      ['OVERDUE', 60, 65],
    ],
    [
      'with several runs is told by the oldest',
      bounded,
      stood(['start', 5, 'a'], ['start', 10, 'b'], ['success', 12, 'a']),
      ['TOO_LONG', 10, 40],
    ],
    [
      'that begins a run again forgets how it began before',
      bounded,
      stood(['start', 5], ['start', 20]),
      ['TOO_LONG', 20, 50],
    ],
    [
      'whose plan changed is waited for from then on',
      hourly,
      { ...stood(['success', 10]), scheduleFromMs: noonMs + HOUR_MS },
      ['OVERDUE', 120, 125],
    ],
  ]
  test.each(cases)('%s', (_sentence, plan, stand, next) => expect(expected(plan, stand)).toEqual(next))

  test('whose silence was judged is waited for at the next time, and what else was missed is a gap', () => {
    const stand = stood(['success', 0])
    const silence = nextSilence(hourly, stand)
    if (!silence) throw new Error('it is waited for')
    const soon = afterSilence(hourly, stand, { silence, nowMs: silence.dueMs })
    expect(expected(hourly, soon)).toEqual(['OVERDUE', 120, 125])
    const late = afterSilence(hourly, stand, { silence, nowMs: silence.dueMs + 10 * HOUR_MS })
    expect(expected(hourly, late)).toEqual(['OVERDUE', 720, 725])
  })

  test('whose run was too long is waited for by its schedule again', () => {
    const stand = stood(['success', 0], ['start', 60])
    const silence = nextSilence(bounded, stand)
    if (!silence) throw new Error('it is waited for')
    const after = afterSilence(bounded, stand, { silence, nowMs: silence.dueMs + 1_000 })
    expect(after.runs).toEqual([])
    expect(expected(bounded, after)).toEqual(['OVERDUE', 150, 155])
  })

  test('knows of no more than 32 runs', () => {
    const many = stood(
      ...Array.from({ length: 40 }, (_, index): [PingKind, number, string] => ['start', index, `${index}`]),
    )
    expect(many.runs.map(({ runId }) => runId)).toEqual(Array.from({ length: 32 }, (_, index) => `${index + 8}`))
  })

  test('is measured from a start to the end of the same run', () => {
    const started = stood(['start', 0, 'a'], ['start', 1])
    const end = (runId: string | null) =>
      applyPing(started, { kind: 'success', atMs: noonMs + 3 * MINUTE_MS, runId }).durationMs
    expect([end('a'), end(null), end('b')]).toEqual([3 * MINUTE_MS, 2 * MINUTE_MS, null])
  })
})

describe('what is told', () => {
  const told = { kind: 'fail', exitCode: null, durationMs: null, words: '' } as const

  test.each([
    [{ ...told, kind: 'success' }, 'up', 'OK', 'the job told of itself'],
    [{ ...told, kind: 'success', durationMs: 90_000 }, 'up', 'OK', 'the job was done in 1 min 30 s'],
    [told, 'down', 'HEARTBEAT_FAILED', 'the job says that it failed'],
    [
      { ...told, exitCode: 3, words: 'disk full' },
      'down',
      'HEARTBEAT_FAILED',
      'the job ended with exit code 3: disk full',
    ],
  ] as const)('by %j is %s', (ping, verdict, code, message) => {
    expect(pingOutcome(ping)).toMatchObject({ verdict, code, message })
  })

  test.each(['start', 'log'] as const)('by a %s is nothing of an end', (kind) => {
    expect(pingOutcome({ ...told, kind })).toBeUndefined()
  })

  test('of a run that took longer than a column holds is as much as it holds', () => {
    expect(pingOutcome({ ...told, kind: 'success', durationMs: 30 * 86_400_000 })?.phases.total).toBe(2_147_483_647)
  })

  test('of a silence names when it was waited for', () => {
    const silence = nextSilence(hourly, stood(['success', 0]))
    if (!silence) throw new Error('it is waited for')
    const heard = { isHeard: true, lastFinishedMs: noonMs }
    expect(silenceOutcome(silence, heard)).toMatchObject({
      verdict: 'down',
      code: 'HEARTBEAT_OVERDUE',
      message:
        'no ping came: it was expected at 2026-06-01 13:00:00 UTC and waited for until 2026-06-01 13:05:00 UTC; the last run ended at 2026-06-01 12:00:00 UTC',
    })
    expect(silenceOutcome({ ...silence, code: 'HEARTBEAT_TOO_LONG' }, heard)).toMatchObject({
      verdict: 'down',
      message: 'the run that began at 2026-06-01 13:00:00 UTC had not ended after 5 min',
    })
    expect(silenceOutcome(silence, { ...heard, isHeard: false })).toMatchObject({
      verdict: 'unknown',
      code: 'HEARTBEAT_UNWATCHED',
    })
  })
})

test.each([
  [{ kind: 'period', seconds: 60 }, MINUTE_MS],
  [{ kind: 'period', seconds: 30 * 86_400 }, 24 * HOUR_MS],
  [{ kind: 'cron', expression: '*/10 * * * *', timeZone: 'UTC' }, 10 * MINUTE_MS],
  [{ kind: 'cron', expression: '0 0 1 1 *', timeZone: 'UTC' }, 24 * HOUR_MS],
] as const)('%j is counted as every %i ms', (schedule, ms) => expect(usualIntervalMs(schedule)).toBe(ms))
