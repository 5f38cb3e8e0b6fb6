import { describe, expect, test } from 'bun:test'
import type { Monitor } from '@repo/contracts/monitors'
import { expectationsOf, nothingExpected, unshownExpectations } from '../src/monitors/expectation-draft.ts'
import { changedMonitorBody, draftOf } from '../src/monitors/monitor-draft.ts'
import { makeMonitor } from './make.ts'

const monitor = makeMonitor()
const spec = {
  ...monitor.spec,
  expectedStatus: [
    { from: 200, to: 299 },
    { from: 401, to: 401 },
  ],
  assertions: [
    { kind: 'body', is: 'not-contains', value: 'error' },
    { kind: 'body', is: 'contains', value: 'one', severity: 'degraded' },
    { kind: 'body', is: 'contains', value: 'two' },
    { kind: 'json', at: '$.status', is: 'equals', value: 'ok' },
  ],
  slowMs: { tls: 300, total: 900 },
} as Monitor['spec']

describe('what is expected of a monitor that is there', () => {
  test('is shown as it is typed, the first of those that are alike', () => {
    expect(expectationsOf(spec)).toEqual({
      ...nothingExpected,
      ...{ expectedStatus: '200-299,401', keyword: 'one', slowMs: '900' },
    })
    expect(unshownExpectations(spec)).toBe(3)
  })

  test('stays as it is where nothing of it is typed anew', () => {
    const there = { ...monitor, spec }
    expect(changedMonitorBody(draftOf(there), there).spec).toEqual({ ...spec, expectedStatus: '200-299,401' } as never)
  })

  test('is changed, taken away and added to where it stands, each with its weight', () => {
    const there = { ...monitor, spec }
    const draft = { ...draftOf(there), keyword: 'three', pattern: 'v\\d', slowMs: '', quorum: 'all' as const }
    const changed = changedMonitorBody(draft, there)
    expect(changed.spec).toMatchObject({
      assertions: [
        { is: 'not-contains', value: 'error' },
        { is: 'contains', value: 'three', severity: 'degraded' },
        { value: 'two' },
        { kind: 'json', value: 'ok' },
        { kind: 'pattern', is: 'matches', value: 'v\\d' },
      ],
    })
    expect(changed.spec).toHaveProperty('slowMs', { tls: 300 })
    expect(changed.policy).toEqual({ quorum: { kind: 'all' } })
    const gone = changedMonitorBody({ ...draftOf(there), keyword: '' }, there).spec
    expect(gone).toHaveProperty('assertions', (spec as { assertions: object[] }).assertions.toSpliced(1, 1))
  })

  test('is no question for another kind of check', () => {
    expect(expectationsOf({ kind: 'tcp', host: 'a.example', port: 1, timeoutMs: 1_000 } as Monitor['spec'])).toEqual(
      nothingExpected,
    )
  })
})
