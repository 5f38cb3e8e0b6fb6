import { describe, expect, test } from 'bun:test'
import type { CheckResult } from '@repo/domain/check'
import { makeMonitorId, makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { Refused } from '@repo/streams/stream'
import { savingAllBut } from '../src/set-aside.ts'

const results = Array.from({ length: 100 }, (_, second) =>
  makeResult({ id: makeMonitorId(), monitorKey: 1 }, makeTick('a', noonMs + second * 1_000, 'up')),
)

/** A store that takes no batch with one of these in it. */
function storeRefusing(poison: readonly CheckResult[], code = '22P05') {
  const saved: CheckResult[] = []
  const save = savingAllBut(async (batch) => {
    if (batch.some((result) => poison.includes(result))) throw Object.assign(new Error('untranslatable'), { code })
    saved.push(...batch)
  })
  return { saved, save }
}

const refusal = (save: Promise<void>) =>
  save.then(
    () => undefined,
    (error: unknown) => error as Refused<CheckResult>,
  )

describe('a batch with results that the database will never take', () => {
  test('is saved all but those, and they are refused with the reason', async () => {
    const poison = [results[3], results[77]].filter((result) => result !== undefined)
    const { saved, save } = storeRefusing(poison)
    const refused = await refusal(save(results))
    expect(refused).toBeInstanceOf(Refused)
    expect(refused?.refused.map(({ message }) => message)).toEqual(poison)
    expect(refused?.refused[0]?.reason).toBe('the database refuses it: untranslatable')
    expect(saved).toEqual(results.filter((result) => !poison.includes(result)))
  })

  test('is refused whole where it is nothing else', async () => {
    const { saved, save } = storeRefusing(results)
    expect((await refusal(save(results)))?.refused).toHaveLength(100)
    expect(saved).toEqual([])
  })

  test('comes again where the failure says nothing of it', async () => {
    for (const code of ['57P01', '08006', '40P01', '53100', 'ECONNREFUSED']) {
      const { save } = storeRefusing(results.slice(0, 1), code)
      expect(await refusal(save(results))).not.toBeInstanceOf(Refused)
    }
  })

  test('that is none is saved at once', async () => {
    const { saved, save } = storeRefusing([])
    await save(results)
    expect(saved).toEqual(results)
  })
})
