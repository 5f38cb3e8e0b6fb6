import { describe, expect, test } from 'bun:test'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { makeMonitorId, makeOutcome, makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { createEvidenceFilter } from '../src/first-failures.ts'

const evidence = { request: 'GET /', responseHead: null, body: null, addresses: [], chain: [], curl: null }
const id = makeMonitorId()

function seen(verdicts: readonly (OutcomeVerdict | 'down differently')[], monitorKey = 1): boolean[] {
  const filter = createEvidenceFilter()
  return verdicts.map((verdict) => {
    const changed =
      verdict === 'down differently'
        ? makeOutcome('down', { code: 'TCP_TIMEOUT', evidence })
        : makeOutcome(verdict, { evidence })
    const result = { ...makeResult({ id, monitorKey }, makeTick('a', noonMs, 'up')), outcome: changed }
    return filter(result).outcome.evidence !== null
  })
}

describe('evidence', () => {
  test('rides along with the first failure, and with none after it', () => {
    expect(seen(['down', 'down', 'down'])).toEqual([true, false, false])
  })

  test('rides along again after a recovery', () => {
    expect(seen(['down', 'up', 'down'])).toEqual([true, true, true])
  })

  test('rides along again where the failure has become another', () => {
    expect(seen(['down', 'down differently', 'down differently'])).toEqual([true, true, false])
  })

  test('is not asked for again because we could not look', () => {
    expect(seen(['down', 'unknown', 'down'])).toEqual([true, true, false])
  })

  test('of one monitor is not that of another', () => {
    const filter = createEvidenceFilter()
    const failing = (monitorKey: number) => ({
      ...makeResult({ id, monitorKey }, makeTick('a', noonMs, 'up')),
      outcome: makeOutcome('down', { evidence }),
    })
    expect([filter(failing(1)), filter(failing(2))].map(({ outcome }) => outcome.evidence)).toEqual([
      evidence,
      evidence,
    ])
  })
})
