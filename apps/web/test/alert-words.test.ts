import { describe, expect, test } from 'bun:test'
import type { ChannelJson } from '@repo/contracts/alert-channels'
import type { AlertRule } from '@repo/contracts/alerts'
import { channelSettingsSchema } from '@repo/contracts/channels'
import { channelFields, settingsFrom } from '../src/alerts/channel-fields.ts'
import { channelHealth, isInTrouble, listText } from '../src/alerts/channel-words.ts'
import { daysText, ruleText } from '../src/alerts/policy-words.ts'
import { layerText, turnText } from '../src/alerts/schedule-words.ts'

const known: Record<string, string> = { c1: '#ops', c2: 'Pager', p1: 'Ann', s1: 'Nights', g1: 'Shop' }
const nameOf = (id: string) => known[id]
const names = { channel: nameOf, person: nameOf, schedule: nameOf, group: nameOf }

const rule: AlertRule = {
  monitors: { kind: 'all' },
  topics: ['down', 'recovered'],
  steps: [{ afterSeconds: 0, targets: [{ kind: 'everyone' }] }],
  repeatEverySeconds: null,
  quiet: null,
  fallbackChannelIds: [],
}

describe('a rule in words', () => {
  const person = { kind: 'person', userId: 'p1' } as const
  const cases: [string, Partial<AlertRule>][] = [
    ['Down and recovered of all monitors, to everyone at once.', {}],
    [
      'Down and recovered of all monitors, to Ann and #ops at once, to whoever is on call by Nights after 10 min; again every 30 min.',
      {
        steps: [
          { afterSeconds: 0, targets: [person, { kind: 'channel', channelId: 'c1' }] },
          { afterSeconds: 600, targets: [{ kind: 'schedule', scheduleId: 's1' }] },
        ],
        repeatEverySeconds: 1_800,
      },
    ],
    [
      'Down and recovered of those in Shop or a group that is gone, to everyone at once.',
      { monitors: { kind: 'groups', groupIds: ['g1', 'g2'] } },
    ],
    [
      'Down and recovered of 2 monitors, to a channel that is gone at once; where one fails, Pager.',
      {
        monitors: { kind: 'monitors', monitorIds: ['a', 'b'] },
        steps: [{ afterSeconds: 0, targets: [{ kind: 'channel', channelId: 'c9' }] }],
        fallbackChannelIds: ['c2'],
      },
    ],
    [
      'Down and recovered of those tagged prod, to everyone at once; quiet from 22:00 to 07:00 (every day, UTC), but for down.',
      {
        monitors: { kind: 'tags', tags: ['prod'] },
        quiet: {
          ...{ timeZone: 'UTC', from: '22:00', to: '07:00', breaksThrough: ['down'] },
          days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
        },
      },
    ],
  ]
  test.each(cases)('%s', (text, part) => expect(ruleText({ ...rule, ...part }, names)).toBe(text))
})

describe('days', () => {
  test.each([
    [['mon', 'tue', 'wed', 'thu', 'fri'] as const, 'Mon to Fri'],
    [['sat', 'sun'] as const, 'Sat and Sun'],
    [['sun', 'mon', 'wed'] as const, 'Mon, Wed and Sun'],
  ])('%p are %s', (days, text) => expect(daysText(days)).toBe(text))
})

test.each([
  [1, 'daily'],
  [7, 'weekly'],
  [14, 'every 2 weeks'],
  [10, 'every 10 days'],
])('a turn of %d days is %s', (days, text) => expect(turnText(days)).toBe(text))

test('a layer says who, how long and when', () => {
  const layer = { people: ['p1', 'p9'], startsOn: '2026-06-01', turnDays: 7, handover: '09:00', timeZone: 'UTC' }
  const only = { days: ['sat', 'sun'] as ('sat' | 'sun')[], from: '08:00', to: '20:00' }
  expect(layerText({ ...layer, only }, (id) => nameOf(id) ?? 'somebody who left')).toBe(
    'Ann, then somebody who left: weekly from 2026-06-01, handed over at 09:00 (UTC); only Sat and Sun, 08:00 to 20:00',
  )
})

describe('how a channel fares', () => {
  const channel = { paused: false, failures: 0, lastAcceptedAt: null } as ChannelJson
  test.each([
    ['Not used yet', {}],
    ['Works', { lastAcceptedAt: '2026-06-01T00:00:00.000Z' }],
    ['Failing', { failures: 1, lastAcceptedAt: '2026-06-01T00:00:00.000Z' }],
    ['Paused', { failures: 3, paused: true }],
  ])('is in a word: %s', (word, part) => expect(channelHealth({ ...channel, ...part }).word).toBe(word))

  test('is told on the first screen from the third time in vain on, unless it is paused', () => {
    expect(isInTrouble({ ...channel, failures: 2 })).toBe(false)
    expect(isInTrouble({ ...channel, failures: 3 })).toBe(true)
    expect(isInTrouble({ ...channel, failures: 3, paused: true })).toBe(false)
  })
})

describe('what a kind of channel asks for', () => {
  const kinds = channelSettingsSchema.options.map(({ shape }) => shape.kind.value)

  test.each(kinds)('has its fields in words, what is needed first: %s', (kind) => {
    const fields = channelFields(kind)
    if (kind === 'web_push') return
    expect(fields.filter(({ name, label }) => label === name)).toEqual([])
    const needed = fields.map(({ isNeeded }) => isNeeded)
    expect(needed).toEqual(needed.toSorted((a, b) => Number(b) - Number(a)))
    expect(needed[0]).toBe(true)
  })

  test('hides what is secret, and nothing else', () => {
    const secretsOf = (kind: 'telegram' | 'webhook') =>
      channelFields(kind).flatMap(({ name, isSecret }) => (isSecret ? [name] : []))
    expect(secretsOf('telegram')).toEqual(['botToken'])
    expect(secretsOf('webhook')).toEqual(['url', 'signingSecret', 'headers', 'body'])
  })

  test('is sent without what is empty, and with a mark for each secret that stays', () => {
    const fields = channelFields('webhook')
    const values = { 'settings.headers': 'X-A: b\nAuthorization: Bearer c:d\n', 'settings.body': ' ' }
    expect(settingsFrom({ fields, values, kept: new Set(['url']) })).toEqual({
      url: { set: true },
      headers: [
        { name: 'X-A', value: 'b' },
        { name: 'Authorization', value: 'Bearer c:d' },
      ],
    })
    expect(() => settingsFrom({ fields, values: { 'settings.headers': 'no colon' }, kept: new Set() })).toThrow(
      'a colon',
    )
  })
})

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%p reads as %p', (words, text) => expect(listText(words)).toBe(text))
