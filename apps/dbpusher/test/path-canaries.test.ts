import { describe, expect, test } from 'bun:test'
import type { CheckResult } from '@repo/domain/check'
import { pathCanary } from '@repo/domain/path-canary'
import { parseRegion } from '@repo/domain/region'
import { makeMonitorId, makeOutcome, noonMs } from '@repo/domain/testing'
import { notingCanaries } from '../src/path-canaries.ts'

const result = (changed: Partial<CheckResult> = {}): CheckResult => ({
  ...{ monitorId: makeMonitorId(), monitorKey: 1, region: parseRegion('a') },
  ...{ scheduledAtMs: noonMs, startedAtMs: noonMs, outcome: makeOutcome('up') },
  ...changed,
})
const canary = result({ monitorId: pathCanary.monitorId, monitorKey: pathCanary.monitorKey })

/** What is saved and noted, in the order in which it is done. */
function recorder(fails = false) {
  const done: [string, readonly CheckResult[]][] = []
  const save = async (results: readonly CheckResult[]) => {
    if (fails) throw new Error('the database is away')
    done.push(['saved', results])
  }
  return { done, saveAll: notingCanaries(save, async (canaries) => void done.push(['noted', canaries])) }
}

describe('canary checks', () => {
  test('are noted after all that came with them is stored, and are not stored themselves', async () => {
    const { done, saveAll } = recorder()
    const [first, second] = [result(), result()]
    await saveAll([first, canary, second])
    expect(done).toEqual([
      ['saved', [first, second]],
      ['noted', [canary]],
    ])
  })

  test('that come alone are noted', async () => {
    const { done, saveAll } = recorder()
    await saveAll([canary])
    expect(done).toEqual([['noted', [canary]]])
  })

  test('are not noted where what came with them could not be stored', async () => {
    const { done, saveAll } = recorder(true)
    await expect(saveAll([result(), canary])).rejects.toThrow('away')
    expect(done).toEqual([])
  })
})
