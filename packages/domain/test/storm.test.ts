import { describe, expect, test } from 'bun:test'
import { parseRegion } from '../src/region.ts'
import { gatherStorms, type StormCandidate, stormKeys } from '../src/storm.ts'

const regions = ['b', 'a'].map(parseRegion)
const traits = { code: 'TCP_TIMEOUT', address: '192.0.2.1', host: 'shop.example', certificate: 'ab', regions } as const

describe('what an incident may have in common with others', () => {
  const cases: [string, Partial<Parameters<typeof stormKeys>[0]>, string[]][] = [
    ['its address, then its code from its regions', {}, ['address:192.0.2.1', 'code:TCP_TIMEOUT@a+b']],
    [
      'its certificate, where that failed',
      { code: 'TLS_EXPIRED' },
      ['certificate:ab', 'address:192.0.2.1', 'code:TLS_EXPIRED@a+b'],
    ],
    [
      'who answers for its name, where that failed',
      { code: 'DNS_SERVFAIL', address: null, host: 'a.B.Example.' },
      ['zone:b.example', 'code:DNS_SERVFAIL@a+b'],
    ],
    ['its code alone', { address: null, host: null }, ['code:TCP_TIMEOUT@a+b']],
  ]
  test.each(cases)('is %s', (_sentence, changed, keys) => expect(stormKeys({ ...traits, ...changed })).toEqual(keys))
})

const candidate = (id: string, keys: string, stormId: string | null = null): StormCandidate => ({
  id,
  keys: keys.split(' '),
  stormId,
})

describe('of incidents that were confirmed together', () => {
  const cases: [string, StormCandidate[], ReturnType<typeof gatherStorms>][] = [
    ['two with one address are none', ['1', '2'].map((id) => candidate(id, 'address:x code:y')), []],
    [
      'three with one address are a storm',
      ['1', '2', '3'].map((id) => candidate(id, 'address:x code:y')),
      [{ stormId: null, key: 'address:x', members: ['1', '2', '3'] }],
    ],
    ['four with one code are none', ['1', '2', '3', '4'].map((id) => candidate(id, `address:${id} code:y`)), []],
    [
      'five with one code are a storm',
      ['1', '2', '3', '4', '5'].map((id) => candidate(id, `address:${id} code:y`)),
      [{ stormId: null, key: 'code:y', members: ['1', '2', '3', '4', '5'] }],
    ],
    [
      'one joins the storm that there is',
      [
        candidate('1', 'address:x', 's'),
        candidate('2', 'address:x', 's'),
        candidate('3', 'address:x', 's'),
        candidate('4', 'address:x'),
      ],
      [{ stormId: 's', key: 'address:x', members: ['4'] }],
    ],
    [
      'each joins one storm, by what tells most',
      [
        ...['1', '2', '3'].map((id) => candidate(id, 'address:x code:y')),
        ...['4', '5', '6'].map((id) => candidate(id, 'address:z code:y')),
      ],
      [
        { stormId: null, key: 'address:x', members: ['1', '2', '3'] },
        { stormId: null, key: 'address:z', members: ['4', '5', '6'] },
      ],
    ],
    [
      'those with nothing in common are none',
      ['1', '2', '3', '4', '5'].map((id) => candidate(id, `address:${id} code:${id}`)),
      [],
    ],
  ]
  test.each(cases)('%s', (_sentence, candidates, storms) => expect(gatherStorms(candidates)).toEqual(storms))
})
