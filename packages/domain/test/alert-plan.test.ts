import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type AlertStory, nextAlertMs, type PlannedAlert, planAlerts, type StoryEvent } from '../src/alert-plan.ts'
import { type AlertPolicy, type AlertStep, isAbout, type QuietHours, type Recipients } from '../src/alert-policy.ts'
import { weekdays } from '../src/maintenance.ts'
import { anyPolicy, anyRecipients, anyStory, makePolicy, type Named } from '../testing/alerts.ts'
import { noonMs } from '../testing/make.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const channels = [
  { id: 'ops', userId: null },
  { id: 'boss', userId: null },
  { id: 'mail of ada', userId: 'ada' },
  { id: 'sms of ada', userId: 'ada' },
  { id: 'mail of bo', userId: 'bo' },
]
const rota = {
  id: 'rota',
  overrides: [],
  layers: [
    { people: ['ada', 'bo'], startsOn: '2026-06-01', turnDays: 1, handover: '12:30', timeZone: 'UTC', only: null },
  ],
}
const recipients: Recipients = { channels, schedules: [rota] }
const monitor = { id: 'shop', tags: ['web'], groupIds: ['g1'] }

/** `down@0 up@12`: what happened, in minutes after noon. */
function storyOf(line: string, more: Partial<AlertStory> & { acknowledgedAt?: number } = {}): AlertStory {
  const { acknowledgedAt, ...rest } = more
  const events = line.split(' ').map((one, place): StoryEvent => {
    const [word = '', minute = ''] = one.split('@')
    const atMs = noonMs + Number(minute) * MINUTE_MS
    if (word === 'up') return { kind: 'resolved', atMs }
    if (word === 'advisory' || word === 'warning') return { kind: 'news', topic: word, atMs }
    if (word === 'anew') return { kind: 'reopened', atMs, severity: 'down' }
    return { kind: place === 0 ? 'opened' : 'changed', atMs, severity: word as 'down' | 'degraded' }
  })
  const acknowledgedAtMs = acknowledgedAt === undefined ? null : noonMs + acknowledgedAt * MINUTE_MS
  return { about: [monitor], isStorm: false, events, acknowledgedAtMs, ...rest }
}

const shown = ({ event, part, channelId, dueAtMs }: PlannedAlert) =>
  `${(dueAtMs - noonMs) / MINUTE_MS} ${part === 'again' ? 'again ' : ''}${event} ${channelId}`
const all = { fromMs: noonMs - 1, untilMs: noonMs + 2 * DAY_MS }

function plan(story: AlertStory, ...policies: Partial<AlertPolicy>[]): string[] {
  const whole = policies.map((policy, place) => makePolicy({ id: `policy ${place}`, ...policy }))
  return planAlerts(story, { policies: whole, recipients, ...all })
    .toSorted((a, b) => a.dueAtMs - b.dueAtMs)
    .map(shown)
}

const step = (minutes: number, ...channelIds: string[]): AlertStep => ({
  afterMs: minutes * MINUTE_MS,
  targets: channelIds.map((channelId) => ({ kind: 'channel', channelId })),
})
/** From 11:30 to 13:00 in June, by the clocks of London. */
const quiet: QuietHours = { timeZone: 'Europe/London', days: weekdays, from: '12:30', to: '14:00', breaksThrough: [] }
const escalating = { steps: [step(0, 'ops'), step(15, 'ops', 'boss')] }

describe('people are told', () => {
  const cases: [string, string[], string[]][] = [
    ['that it is down and that it is up again', plan(storyOf('down@0 up@12'), {}), ['0 down ops', '12 recovered ops']],
    ['only of what they want to hear', plan(storyOf('degraded@0 up@12'), {}), []],
    [
      'of what became what they want to hear',
      plan(storyOf('degraded@0 down@5 up@12'), {}),
      ['5 down ops', '12 recovered ops'],
    ],
    [
      'that it became worse or better, where they want to hear of both',
      plan(storyOf('degraded@0 down@5 up@12'), { topics: ['down', 'degraded', 'recovered'] }),
      ['0 degraded ops', '5 down ops', '12 recovered ops'],
    ],
    ['not of its end, where they do not want to', plan(storyOf('down@0 up@12'), { topics: ['down'] }), ['0 down ops']],
    [
      'again where it begins anew',
      plan(storyOf('down@0 up@12 anew@20'), {}),
      ['0 down ops', '12 recovered ops', '20 reopened ops'],
    ],
    ['once where two policies say the same', plan(storyOf('down@0 up@12'), {}, {}), ['0 down ops', '12 recovered ops']],
    [
      'at once that it was down, where it is over when it can be told',
      plan(storyOf('down@0 up@0'), {}),
      ['0 was_down ops'],
    ],
    [
      'of a storm as one thing',
      plan(storyOf('down@0 up@12', { isStorm: true }), {}),
      ['0 storm ops', '12 recovered ops'],
    ],
    [
      'of one more channel after a while',
      plan(storyOf('down@0 up@20'), escalating),
      ['0 down ops', '15 again down ops', '15 down boss', '20 recovered ops', '20 recovered boss'],
    ],
    [
      'no further once somebody looks after it',
      plan(storyOf('down@0 up@20', { acknowledgedAt: 10 }), escalating),
      ['0 down ops', '20 recovered ops'],
    ],
    ['no further once it is over', plan(storyOf('down@0 up@10'), escalating), ['0 down ops', '10 recovered ops']],
    [
      'again and again by the last step',
      plan(storyOf('down@0 up@50'), { ...escalating, repeatEveryMs: 15 * MINUTE_MS }),
      [
        '0 down ops',
        '15 again down ops',
        '15 down boss',
        '30 again down ops',
        '30 again down boss',
        '45 again down ops',
        '45 again down boss',
        '50 recovered ops',
        '50 recovered boss',
      ],
    ],
    [
      'again and again until somebody looks after it',
      plan(storyOf('down@0', { acknowledgedAt: 40 }), { repeatEveryMs: 15 * MINUTE_MS }),
      ['0 down ops', '15 again down ops', '30 again down ops'],
    ],
    ['of an advisory once', plan(storyOf('advisory@3'), { topics: ['advisory'], ...escalating }), ['3 advisory ops']],
    ['of a warning only where they want to', plan(storyOf('warning@3'), {}), []],
  ]
  test.each(cases)('%s', (_sentence, found, expected) => {
    expect(found).toEqual(expected)
  })

  const person = (userId: string) => [{ afterMs: 0, targets: [{ kind: 'person', userId }] }] as const
  const byRota = [0, 60].map((minutes) => ({
    ...step(minutes),
    targets: [{ kind: 'schedule', scheduleId: 'rota' }] as const,
  }))
  test.each([
    [
      'a person by all of their channels',
      plan(storyOf('down@0'), { steps: person('ada') }),
      ['0 down mail of ada', '0 down sms of ada'],
    ],
    [
      'whoever is on call at that very instant',
      plan(storyOf('down@29'), { steps: byRota }),
      ['89 down mail of ada', '89 down sms of ada'],
    ],
    [
      'the next one on call after a handover',
      plan(storyOf('down@1000'), { steps: byRota }),
      ['1000 down mail of ada', '1000 down sms of ada', '1060 again down mail of ada', '1060 again down sms of ada'],
    ],
    [
      'everyone by the channels of everyone',
      plan(storyOf('down@0'), { steps: [{ afterMs: 0, targets: [{ kind: 'everyone' }] }] }),
      ['0 down mail of ada', '0 down sms of ada', '0 down mail of bo'],
    ],
    ['nobody by a channel that is gone', plan(storyOf('down@0'), { steps: [step(0, 'gone')] }), []],
  ])('%s', (_sentence, found, expected) => {
    expect(found).toEqual(expected)
  })
})

describe('in quiet hours people', () => {
  const cases: [string, string[], string[]][] = [
    ['are told when they are over', plan(storyOf('down@0'), { quiet }), ['60 down ops']],
    ['are told when they are over that it was down', plan(storyOf('down@0 up@12'), { quiet }), ['60 was_down ops']],
    [
      'are told at once of what breaks through, and of its end',
      plan(storyOf('down@0 up@12'), { quiet: { ...quiet, breaksThrough: ['down'] } }),
      ['0 down ops', '12 recovered ops'],
    ],
    [
      'are told when they are over of what ended within',
      plan(storyOf('down@-40 up@12'), { quiet }),
      ['60 recovered ops'],
    ],
    [
      'are not reminded',
      plan(storyOf('down@-40 up@80'), { quiet, repeatEveryMs: 30 * MINUTE_MS }),
      ['80 recovered ops'],
    ],
    ['are told later of a warning', plan(storyOf('warning@3'), { quiet, topics: ['warning'] }), ['60 warning ops']],
    [
      'are not asked for help once somebody looks after it',
      plan(storyOf('down@0', { acknowledgedAt: 30 }), { ...escalating, quiet }),
      ['60 down ops'],
    ],
  ]
  test.each(cases)('%s', (_sentence, found, expected) => {
    expect(found).toEqual(expected)
  })
})

test.each([
  [true, { kind: 'all' }],
  [true, { kind: 'tags', tags: ['db', 'web'] }],
  [false, { kind: 'tags', tags: ['db'] }],
  [true, { kind: 'groups', groupIds: ['g1'] }],
  [false, { kind: 'groups', groupIds: ['g2'] }],
  [true, { kind: 'monitors', monitorIds: ['shop'] }],
  [false, { kind: 'monitors', monitorIds: ['blog'] }],
] as const)('it is %p that a policy of %j is about the shop', (expected, monitors) => {
  expect(isAbout({ monitors }, monitor)).toBe(expected)
})

describe('whatever the policies and whatever happens', () => {
  const named: Named = {
    channelIds: ['c1', 'c2', 'c3', 'c4'],
    userIds: ['u1', 'u2'],
    scheduleIds: ['s1'],
    startsOn: '2026-05-30',
  }
  const policies = fc.tuple(anyPolicy('a', named), anyPolicy('b', named)).map((two) => [...two])
  const world = fc.record({ policies, recipients: anyRecipients(named), story: anyStory(noonMs) })
  const whole = { fromMs: Number.NEGATIVE_INFINITY, untilMs: noonMs + 2 * DAY_MS }
  const run = (
    numRuns: number,
    check: (one: { policies: AlertPolicy[]; recipients: Recipients; story: AlertStory }) => void,
  ) => fc.assert(fc.property(world, check), { numRuns })

  test('a channel is told once that it began and once that it is over, and of the end only where it was told of the beginning', () => {
    run(300, ({ story, ...means }) => {
      const planned = planAlerts(story, { ...means, ...whole })
      const keys = planned.map(({ channelId, key }) => `${channelId} ${key}`)
      expect(keys.length).toBe(new Set(keys).size)
      for (const { channelId, spell, dueAtMs } of planned.filter(({ part }) => part === 'closing')) {
        const before = planned.filter(
          (one) => one.channelId === channelId && one.spell === spell && one.dueAtMs < dueAtMs,
        )
        expect(before.some(({ part }) => part === 'opening' || part === 'again')).toBe(true)
      }
    })
  }, 60_000)

  test('nobody is told that something is down at an instant at which it is up', () => {
    run(300, ({ story, ...means }) => {
      for (const { event, dueAtMs } of planAlerts(story, { ...means, ...whole })) {
        const last = story.events.findLast(({ atMs }) => atMs <= dueAtMs)
        if (['down', 'degraded', 'reopened'].includes(event)) expect(last?.kind).not.toBe('resolved')
      }
    })
  }, 60_000)

  test('who looks only when there may be something sees the same as who sees all at once', () => {
    run(40, ({ story, ...means }) => {
      const asIfWhole = planAlerts(story, { ...means, ...whole })
      const seen: PlannedAlert[] = []
      let fromMs = noonMs - 1
      const known = (nowMs: number): AlertStory => ({
        ...story,
        events: story.events.filter(({ atMs }) => atMs <= nowMs),
        acknowledgedAtMs:
          story.acknowledgedAtMs !== null && story.acknowledgedAtMs <= nowMs ? story.acknowledgedAtMs : null,
      })
      while (fromMs < whole.untilMs) {
        const happens = story.events.find(({ atMs }) => atMs > fromMs)?.atMs ?? whole.untilMs
        const nowMs = Math.min(
          happens,
          nextAlertMs(known(fromMs), means.policies, fromMs) ?? whole.untilMs,
          whole.untilMs,
        )
        seen.push(...planAlerts(known(nowMs), { ...means, fromMs, untilMs: nowMs }))
        fromMs = nowMs
      }
      const sorted = (list: readonly PlannedAlert[]) => list.map((one) => JSON.stringify(one)).toSorted()
      expect(sorted(seen)).toEqual(sorted(asIfWhole))
    })
  }, 60_000)
})
