import { describe, expect, test } from 'bun:test'
import { parseRegion } from '../src/region.ts'
import {
  type CoverageFacts,
  coverageRatio,
  isWhole,
  type ProblemRecord,
  problemsOf,
  type SystemFacts,
  type SystemProblem,
  stateOf,
  stepHealth,
} from '../src/system-health.ts'
import { noonMs } from '../testing/make.ts'

const [eu, us] = [parseRegion('eu'), parseRegion('us')]
const minuteMs = 60_000
const consumer = { name: 'one', region: eu, online: true, trusted: true, clockOffsetMs: 0, seenAtMs: noonMs - 4_000 }
const path = { region: eu, committedAtMs: noonMs - 9_000, verdict: 'up' } as const
const minute = (ago: number, missing: number, due = 100): CoverageFacts => ({
  region: eu,
  minuteMs: noonMs - ago * minuteMs,
  due,
  missing,
})
const whole: SystemFacts = {
  nowMs: noonMs,
  watchedRegions: [eu],
  consumers: [consumer],
  paths: [path],
  coverage: [],
  quarantined: [],
  publishedThroughMs: noonMs + 900,
  resultsWaitMs: 200,
}

describe('what is wrong', () => {
  const cases: [string, Partial<SystemFacts>, string[]][] = [
    ['is nothing where every part works', {}, []],
    ['is nothing of an instance without monitors whose canaries come back', { watchedRegions: [] }, []],
    [
      'is nothing of a region that was left: nobody is there, and nothing is checked from it',
      { watchedRegions: [], consumers: [], paths: [] },
      [],
    ],
    ['is a region of monitors without any consumer', { consumers: [] }, ['no_consumer eu']],
    [
      'is a region whose consumers have been silent',
      { consumers: [{ ...consumer, seenAtMs: noonMs - 20_000 }] },
      ['no_consumer eu'],
    ],
    ['is a region that is offline', { consumers: [{ ...consumer, online: false }] }, ['region_offline eu']],
    [
      'is not one offline consumer beside another',
      { consumers: [consumer, { ...consumer, name: 'two', online: false }] },
      [],
    ],
    [
      'is one consumer that judges known targets wrongly',
      { consumers: [consumer, { ...consumer, name: 'two', trusted: false }] },
      ['canary_failed eu'],
    ],
    ['is a clock that is ahead', { consumers: [{ ...consumer, clockOffsetMs: -5_001 }] }, ['clock_skew eu']],
    ['is no clock that is off by less', { consumers: [{ ...consumer, clockOffsetMs: 5_000 }] }, []],
    ['is a region from which no canary check ever came back', { paths: [] }, ['path_silent eu']],
    [
      'is a region from which none came back for long',
      { paths: [{ ...path, committedAtMs: noonMs - 45_000 }] },
      ['path_silent eu'],
    ],
    ['is a canary check that saw something else', { paths: [{ ...path, verdict: 'unknown' }] }, ['path_silent eu']],
    ['is a region in use that has no vote', { quarantined: [eu, us] }, ['region_quarantined eu']],
    ['is every region on its own', { watchedRegions: [eu, us] }, ['no_consumer us']],
    [
      'is that nobody publishes, which is reason enough for silence',
      { publishedThroughMs: noonMs - 15_000, paths: [] },
      ['no_publisher'],
    ],
    ['is that nobody ever published', { publishedThroughMs: null }, ['no_publisher']],
    ['is that results wait', { resultsWaitMs: 30_001 }, ['results_waiting']],
    ['is not that nobody knows whether they do', { resultsWaitMs: null }, []],
    ['is not one minute of low coverage', { coverage: [minute(0, 50), minute(1, 0)] }, []],
    ['is two minutes of low coverage', { coverage: [minute(2, 0), minute(1, 2), minute(0, 2)] }, ['coverage eu']],
    ['is not coverage at its bound', { coverage: [minute(1, 1), minute(0, 1)] }, []],
    ['is not low coverage of long ago', { coverage: [minute(11, 50), minute(10, 50)] }, []],
    [
      'passes over minutes in which nothing came due',
      { coverage: [minute(4, 9), minute(3, 0, 0), minute(2, 9), minute(1, 0, 0)] },
      ['coverage eu'],
    ],
  ]
  test.each(cases)('%s', (_sentence, changed, expected) => {
    const found = problemsOf({ ...whole, ...changed }).map(({ kind, region }) => (region ? `${kind} ${region}` : kind))
    expect(found).toEqual(expected)
  })
})

describe('the state', () => {
  const both: Partial<SystemFacts> = { watchedRegions: [eu, us], consumers: [consumer, { ...consumer, region: us }] }
  const cases: [string, Partial<SystemFacts>, SystemProblem['kind'][], string, boolean][] = [
    ['is working where all works', {}, [], 'working', true],
    [
      'is degraded, and alerts go out, while no more is open than a clock that is off',
      {},
      ['clock_skew'],
      'degraded',
      true,
    ],
    ['is degraded as long as an incident is open that could hide an outage', {}, ['coverage'], 'degraded', false],
    [
      'is degraded from the first look on, before there is an incident',
      { consumers: [{ ...consumer, trusted: false }] },
      [],
      'degraded',
      false,
    ],
    ['is degraded while one of two regions is silent', both, ['path_silent'], 'degraded', false],
    ['is stopped where no canary check comes back from anywhere', { paths: [] }, [], 'stopped', false],
    [
      'is stopped where nobody works anywhere, for then nothing shows that anything works',
      { watchedRegions: [], consumers: [], paths: [] },
      [],
      'stopped',
      false,
    ],
  ]
  test.each(cases)('%s', (_sentence, changed, open, state, goesOn) => {
    const facts = { ...whole, ...changed }
    expect([stateOf(facts, open), isWhole(facts, open)]).toEqual([state, goesOn] as never)
  })
})

describe('a problem', () => {
  const problem = (kind: SystemProblem['kind']): SystemProblem => ({ kind, region: eu, message: kind, details: {} })

  /** What a problem that is there in some of the looks (`x`), each of which is five seconds after the one before, leads to. */
  function course(kind: SystemProblem['kind'], looks: string): string[] {
    let records: readonly ProblemRecord[] = []
    return [...looks].flatMap((look, index) => {
      const step = stepHealth(records, look === 'x' ? [problem(kind)] : [], noonMs + index * 5_000)
      records = step.records
      return [
        ...step.opened.map(({ sinceMs }) => `opened at ${index} since ${(sinceMs - noonMs) / 5_000}`),
        ...step.ended.map(({ endedAtMs }) => `ended at ${index} since ${(endedAtMs - noonMs) / 5_000}`),
      ]
    })
  }

  const cases: [string, SystemProblem['kind'], string, string[]][] = [
    ['of canaries is an incident at once', 'canary_failed', 'x', ['opened at 0 since 0']],
    ['of a region without consumers is one when it lasts', 'no_consumer', '.xxxx', ['opened at 4 since 1']],
    ['that passes is none', 'no_consumer', 'xxx.xxx.', []],
    [
      'ends when it has been gone for a while, and ended when it went',
      'no_consumer',
      'xxxx...',
      ['opened at 3 since 0', 'ended at 6 since 4'],
    ],
    [
      'that comes again too soon has not ended, and is not opened twice',
      'no_consumer',
      'xxxx..xx..x',
      ['opened at 3 since 0'],
    ],
    [
      'that comes again later is another incident',
      'canary_failed',
      'x....x',
      ['opened at 0 since 0', 'ended at 4 since 1', 'opened at 5 since 5'],
    ],
  ]
  test.each(cases)('%s', (_sentence, kind, looks, expected) => {
    expect(course(kind, looks)).toEqual(expected)
  })

  test('of two regions is two', () => {
    const { opened } = stepHealth([], [problem('canary_failed'), { ...problem('canary_failed'), region: us }], noonMs)
    expect(opened.map(({ problem: { region } }) => region)).toEqual([eu, us])
  })
})

test('coverage is the share of the slots that have a result, and whole where none came due', () => {
  expect(coverageRatio([minute(0, 3), minute(1, 0)])).toBe(0.985)
  expect(coverageRatio([])).toBe(1)
})
