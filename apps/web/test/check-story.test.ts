import { describe, expect, test } from 'bun:test'
import type { Tick } from '@repo/contracts/ticks'
import { readCheckAddress, writeCheckAddress } from '../src/check/check-address.ts'
import { factsOf, lagText, storyOf } from '../src/check/check-story.ts'
import { curlOf } from '../src/check/curl.ts'
import { makeMonitor, makeTick } from './make.ts'

const at = (second: number, region: string, changes: Partial<Tick> = {}): Tick => ({
  ...makeTick(second),
  region,
  ...changes,
})

describe('a check', () => {
  const ticks = [
    at(9, 'eu', { verdict: 'down', status: 503 }),
    at(9, 'us'),
    at(6, 'us'),
    at(6, 'eu', { verdict: 'unknown' }),
    at(3, 'eu', { status: 200 }),
    at(0, 'eu'),
  ]
  const story = storyOf(ticks, { scheduledAt: at(9, 'eu').scheduledAt, region: 'eu' })

  test('is beside what others saw in its slot, and the last that passed in its own region', () => {
    expect(story.tick?.status).toBe(503)
    expect(story.others.map(({ region }) => region)).toEqual(['us'])
    expect(story.lastGood?.scheduledAt).toBe(at(3, 'eu').scheduledAt)
  })

  test('says what is another than it was, and never that a time is', () => {
    const [tick, lastGood] = [at(9, 'eu', { status: 503, address: '192.0.2.7' }), at(3, 'eu', { status: 200 })]
    const changed = factsOf(tick, { ...lastGood, address: '192.0.2.7' }).filter(({ isChanged }) => isChanged)
    expect(changed).toEqual([{ name: 'Status', value: '503', before: '200', isChanged: true }])
  })

  test('tells how many of its region were looked through for one that passed', () => {
    const looked = (second: number) => storyOf(ticks, { scheduledAt: at(second, 'eu').scheduledAt, region: 'eu' })
    expect([looked(9), looked(3), looked(0)].map(({ lookedThrough }) => lookedThrough)).toEqual([3, 1, 0])
  })

  test('has nothing to be compared with where none before it passed', () => {
    expect(factsOf(at(9, 'eu'), undefined).every(({ before, isChanged }) => before === undefined && !isChanged)).toBe(
      true,
    )
  })

  test('that is not there any more is none', () => {
    expect(storyOf(ticks, { scheduledAt: at(7, 'eu').scheduledAt, region: 'eu' }).tick).toBeUndefined()
  })

  test('says how late it began', () => {
    expect(lagText(at(0, 'eu'))).toBe('on time')
    expect(lagText(at(0, 'eu', { startedAt: '2026-11-24T00:00:00.012Z' }))).toBe('12 ms after its slot')
  })
})

test('the address of a check is read as it was written, and nothing else is', () => {
  const address = { scheduledAt: '2026-11-24T12:00:00.000Z', region: 'eu' }
  expect(readCheckAddress(writeCheckAddress(address))).toEqual(address)
  for (const text of ['', 'eu', '2026-11-24T12:00:00.000Z~', '2026-13-24T12:00:00.000Z~eu', '~eu'])
    expect(readCheckAddress(text)).toBeUndefined()
})

describe('the request for a shell', () => {
  const spec = makeMonitor().spec as Parameters<typeof curlOf>[0]

  test('is the one that is checked', () => {
    expect(curlOf(spec)).toBe('curl --include --max-time 10 --location --max-redirs 10 https://www.example/')
  })

  test('has three stars where a secret is, and quotes what a shell would read', () => {
    const secret = { set: true } as const
    const given = {
      ...spec,
      ...{ url: 'https://www.example/?a=1&b=$(id)', method: 'POST' as const, maxRedirects: 0, body: "it's" },
      headers: [{ name: 'X-Key', value: secret }],
      auth: { kind: 'bearer' as const, token: secret },
    }
    expect(curlOf(given as never)).toBe(
      `curl --include --max-time 10 --request POST --header 'X-Key: ***' --header 'Authorization: Bearer ***' --data-binary 'it'\\''s' 'https://www.example/?a=1&b=$(id)'`,
    )
  })
})
