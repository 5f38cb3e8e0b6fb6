import { describe, expect, test } from 'bun:test'
import type { Entry, Incident } from '@repo/contracts/incidents'
import { impactsOf } from '../src/incident/region-impact.ts'
import { gatherRows, heldRows } from '../src/incidents/held-rows.ts'
import { stateLook, traitText } from '../src/incidents/incident-words.ts'
import { beginningOf, stateParams } from '../src/incidents/use-filter.ts'

const at = '2026-11-24T00:00:00.000Z'

function makeIncident(id: string, changes: Partial<Incident> = {}): Incident {
  return {
    ...{ id, monitor: { id: `monitor of ${id}`, name: id }, severity: 'down', beganAt: at, openedAt: at },
    ...{ endedAt: null, resolution: null, durationSeconds: 0, acknowledged: null, assignee: null, stormId: null },
    cause: { code: 'TCP_REFUSED', message: 'refused', region: 'eu' },
    ...{ parentId: null, silentBecause: null, mergedInto: null, version: 1 },
    ...changes,
  }
}

const [a, b, c] = ['a', 'b', 'c'].map((id) => makeIncident(id)) as [Incident, Incident, Incident]
const idsOf = (incidents: readonly Incident[]) => incidents.map(({ id }) => id)

describe('rows that are held', () => {
  test('stay in their places with what is new in them', () => {
    const resolved = { ...a, endedAt: at }
    const held = heldRows({ open: [a, b], ended: [] }, { open: [c, b], ended: [resolved] })
    expect(held.open).toEqual([resolved, b])
    expect(held.ended).toEqual([])
    // One would move, one would come.
    expect(held.waiting).toBe(2)
  })

  test('stay as they were where they are of the list no more', () => {
    const held = heldRows({ open: [a], ended: [b] }, { open: [a], ended: [] })
    expect([idsOf(held.open), idsOf(held.ended), held.waiting]).toEqual([['a'], ['b'], 1])
  })

  test('wait for nothing where nothing but what is in them changed', () => {
    const acknowledged = { ...a, acknowledged: { at, by: { id: 'u', name: 'ada' } } }
    expect(heldRows({ open: [a], ended: [] }, { open: [acknowledged], ended: [] })).toEqual({
      ...{ open: [acknowledged], ended: [], waiting: 0 },
    })
  })
})

test('the incidents of a storm are one row in the place of the first, and one alone is itself', () => {
  const [x, y, lonely] = ['x', 'y', 'lonely'].map((id) =>
    makeIncident(id, { stormId: id === 'lonely' ? 'past' : 'storm' }),
  ) as [Incident, Incident, Incident]
  expect(gatherRows([a, x, b, y, lonely])).toEqual([
    { kind: 'one', incident: a },
    { kind: 'storm', stormId: 'storm', members: [x, y] },
    { kind: 'one', incident: b },
    { kind: 'one', incident: lonely },
  ])
})

describe('the words of an incident', () => {
  const by = { at, by: { id: 'u', name: 'ada' } }
  test.each([
    [{}, 'down', 'Open'],
    [{ severity: 'degraded' }, 'degraded', 'Open'],
    [{ acknowledged: by }, 'down', 'Acknowledged'],
    [{ acknowledged: by, endedAt: at }, 'up', 'Resolved'],
  ] as const)('%p looks like %s and is called %s', (changes, status, word) => {
    expect(stateLook(makeIncident('a', changes as Partial<Incident>))).toEqual({ status, word })
  })

  test.each([
    ['address:192.0.2.1', 'the same address 192.0.2.1'],
    ['certificate:AB:CD', 'the same certificate'],
    ['zone:shop.example', 'names of one zone shop.example'],
    ['code:TCP_REFUSED@eu+us', 'the same cause TCP_REFUSED from eu+us'],
    ['weather:rain', 'the same cause'],
  ])('what members of %s have in common is %s', (trait, text) => {
    expect(traitText(trait)).toBe(text)
  })
})

describe('the filter of the list', () => {
  test('begins on a whole five minutes, so that the same question is asked twice', () => {
    const nowMs = Date.UTC(2026, 10, 24, 12, 3, 7)
    expect(beginningOf('24h', nowMs)).toBe('2026-11-23T12:00:00.000Z')
    expect(beginningOf('all', nowMs)).toBe('')
  })

  test('means by a state what the API does', () => {
    expect([stateParams(''), stateParams('open'), stateParams('acknowledged'), stateParams('resolved')]).toEqual([
      {},
      { open: 'true' },
      { open: 'true', acknowledged: 'true' },
      { open: 'false' },
    ])
  })
})

test('the impact on a region lasts from its first failing look to its first passing one, and begins anew', () => {
  const entry = (kind: string, second: number, body: object): Entry => ({
    ...{ id: second, at: `2026-11-24T00:00:0${second}.000Z`, kind, body: { ...body }, actor: null },
  })
  const said = { verdict: 'down', code: 'TCP_REFUSED', message: 'refused' }
  const entries = [
    entry('first_failure', 1, { region: 'eu', ...said }),
    entry('region_failing', 2, { region: 'us', ...said }),
    entry('region_passing', 3, { region: 'us', verdict: 'up', code: 'OK', message: '' }),
    entry('region_passing', 4, { region: 'ap', verdict: 'up', code: 'OK', message: '' }),
    entry('comment', 5, { text: 'a word' }),
  ]
  const [eu, us, ...others] = impactsOf(entries)
  expect([eu?.passedAt, us?.passedAt, others]).toEqual([null, '2026-11-24T00:00:03.000Z', []])
  const again = impactsOf([...entries, entry('region_failing', 6, { region: 'us', ...said })])
  expect(again[1]).toEqual({ region: 'us', ...said, beganAt: '2026-11-24T00:00:02.000Z', passedAt: null })
})
