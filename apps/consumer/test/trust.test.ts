import { describe, expect, test } from 'bun:test'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { makeOutcome, noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock } from '@repo/service/testing'
import { eventually, run } from '@repo/streams/testing/eventually'
import { openOwnTargets } from '../src/own-targets.ts'
import { createTrust } from '../src/trust.ts'

const log = createLog('consumer', 'silent')
const { signal } = new AbortController()

describe('the targets that a consumer serves to itself', () => {
  test('are each judged rightly by the probe of all checks', async () => {
    const targets = openOwnTargets()
    expect(await targets.misjudged(signal)).toEqual([])
    expect(await targets.probe(targets.good, signal)).toMatchObject({ verdict: 'up', status: 200 })
    targets.stop()
  })

  const cases: [string, OutcomeVerdict, string[]][] = [
    ['that finds everything up', 'up', ['unwell', 'refusing', 'truncated']],
    ['that finds everything down', 'down', ['good']],
    ['that cannot look at anything', 'unknown', []],
  ]
  test.each(cases)('show a probe %s for what it is', async (_what, verdict, expected) => {
    const targets = openOwnTargets(() => async () => makeOutcome(verdict))
    expect(await targets.misjudged(signal)).toEqual(expected)
    targets.stop()
  })

  test('are found down by nobody who is told to stop', async () => {
    const targets = openOwnTargets()
    const ended = AbortSignal.abort(new Error('stopping'))
    await expect(targets.misjudged(ended)).rejects.toThrow('stopping')
    targets.stop()
  })
})

describe('a consumer', () => {
  /** What it misjudges is set from outside. */
  function start() {
    const clock = createManualClock(noonMs)
    const looks = { wrong: [] as string[], count: 0, fails: false }
    const targets = {
      async misjudged() {
        looks.count += 1
        if (looks.fails) throw new Error('no descriptor is left')
        return looks.wrong
      },
      stop() {},
    }
    const trust = createTrust({ targets, clock, log })
    return { clock, looks, trust }
  }

  test('is not believed before it was looked at', async () => {
    const { looks, trust } = start()
    looks.wrong = ['good']
    expect(await trust.holds()).toBe(false)
  })

  test('is looked at every five seconds, and believed again as soon as it is right', async () => {
    const { clock, looks, trust } = start()
    const running = run(trust.service)
    await eventually('the first look is over', () => clock.sleepers === 1)
    expect(trust.holds()).toBe(true)
    looks.wrong = ['refusing']
    await clock.advance(5_000)
    await eventually('the second look is over', () => clock.sleepers === 1)
    expect([trust.holds(), trust.misjudged]).toEqual([false, ['refusing']])
    looks.wrong = []
    await clock.advance(5_000)
    await eventually('the third look is over', () => clock.sleepers === 1)
    expect(trust.holds()).toBe(true)
    await running.stop()
  })

  test('is looked at once more before anything follows: a machine may be busy for a moment', async () => {
    const { looks, trust } = start()
    looks.wrong = ['good']
    const answer = trust.holds()
    looks.wrong = []
    expect(await answer).toBe(true)
    expect(looks.count).toBe(2)
  })

  test('stays what it was where nothing could be looked at', async () => {
    const { clock, looks, trust } = start()
    looks.wrong = ['good']
    const running = run(trust.service)
    await eventually('the first look is over', () => clock.sleepers === 1)
    looks.fails = true
    await clock.advance(5_000)
    await eventually('the second look is over', () => clock.sleepers === 1)
    expect(trust.holds()).toBe(false)
    await running.stop()
  })
})
