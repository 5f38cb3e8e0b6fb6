import type { Window } from '@repo/contracts/maintenance'
import { msg, t } from '@repo/ui/words'
import { fieldText } from '../api/problem-words.ts'
import type { AppliesTo, Schedule, WindowBody } from './maintenance-queries.ts'
import { localInput, viewerZone } from './zone-time.ts'

type Weekday = Extract<Schedule, { kind: 'weekly' }>['days'][number]
type MonthDay = Extract<Schedule, { kind: 'monthly' }>['on']
type Nth = Extract<MonthDay, { nth: unknown }>['nth']

export const scheduleKinds = ['once', 'weekly', 'monthly', 'cron'] as const

/** What the editor holds: texts as typed, of every kind at once, so that going back and forth loses nothing. */
export interface WindowDraft {
  readonly name: string
  readonly kind: (typeof scheduleKinds)[number]
  readonly startsAt: string
  readonly endsAt: string
  readonly days: readonly Weekday[]
  readonly at: string
  readonly durationMinutes: string
  readonly monthBy: 'day' | 'weekday'
  readonly day: string
  readonly nth: string
  readonly weekday: Weekday
  readonly expression: string
  readonly timeZone: string
  readonly from: string
  readonly until: string
  readonly cover: 'all' | 'tags' | 'monitors'
  readonly tags: string
  readonly monitorIds: readonly string[]
  readonly isAnnounced: boolean
  readonly publicTitle: string
  readonly publicBody: string
}

const HOUR_MS = 3_600_000

export function newWindowDraft(nowMs = Date.now()): WindowDraft {
  const startMs = Math.ceil(nowMs / HOUR_MS) * HOUR_MS
  return {
    name: '',
    kind: 'once',
    startsAt: localInput(startMs),
    endsAt: localInput(startMs + HOUR_MS),
    days: ['sun'],
    at: '02:00',
    durationMinutes: '60',
    monthBy: 'day',
    day: '1',
    nth: '1',
    weekday: 'sun',
    expression: '30 2 * * SUN',
    timeZone: viewerZone(),
    from: '',
    until: '',
    cover: 'all',
    tags: '',
    monitorIds: [],
    isAnnounced: false,
    publicTitle: '',
    publicBody: '',
  }
}

/** Two windows as many teams have them, to begin with. */
export function exampleDrafts(): readonly { text: string; draft: WindowDraft }[] {
  const base = newWindowDraft()
  return [
    {
      text: t('A deployment, now and for 30 minutes'),
      draft: { ...base, name: 'Deployment', ...hereAndNow(30 * 60_000) },
    },
    {
      text: t('Updates, every week on Sun, 02:00–04:00'),
      draft: { ...base, name: 'Weekly updates', kind: 'weekly', days: ['sun'], at: '02:00', durationMinutes: '120' },
    },
  ]
}

function hereAndNow(lengthMs: number): Pick<WindowDraft, 'startsAt' | 'endsAt'> {
  const nowMs = Date.now()
  return { startsAt: localInput(nowMs), endsAt: localInput(nowMs + lengthMs) }
}

export function draftOfWindow({ name, schedule, appliesTo, announcement }: WindowBody | Window): WindowDraft {
  const said = announcement
    ? { isAnnounced: true, publicTitle: announcement.title, publicBody: announcement.body }
    : { isAnnounced: false }
  return { ...newWindowDraft(), name, ...scheduleFields(schedule), ...coverFields(appliesTo), ...said }
}

function scheduleFields(schedule: Schedule): Partial<WindowDraft> {
  if (schedule.kind === 'once') {
    const [startsAt, endsAt] = [schedule.startsAt, schedule.endsAt].map((iso) => localInput(Date.parse(iso)))
    return { kind: 'once', startsAt: startsAt ?? '', endsAt: endsAt ?? '' }
  }
  const { timeZone, durationMinutes, from, until } = schedule
  const shared = {
    timeZone,
    durationMinutes: String(durationMinutes),
    from: from ? localInput(Date.parse(from)) : '',
    until: until ? localInput(Date.parse(until)) : '',
  }
  if (schedule.kind === 'weekly') return { ...shared, kind: 'weekly', days: schedule.days, at: schedule.at }
  if (schedule.kind === 'cron') return { ...shared, kind: 'cron', expression: schedule.expression }
  const { on } = schedule
  const monthly = { ...shared, kind: 'monthly' as const, at: schedule.at }
  return 'day' in on
    ? { ...monthly, monthBy: 'day', day: String(on.day) }
    : { ...monthly, monthBy: 'weekday', nth: String(on.nth), weekday: on.weekday }
}

function coverFields(appliesTo: AppliesTo): Partial<WindowDraft> {
  if (appliesTo.kind === 'tags') return { cover: 'tags', tags: appliesTo.tags.join(', ') }
  if (appliesTo.kind === 'monitors') return { cover: 'monitors', monitorIds: appliesTo.monitorIds }
  return { cover: 'all' }
}

/** As the API takes it; whether it makes sense, its own schema says. */
export function windowBody(draft: WindowDraft): WindowBody {
  const { name, isAnnounced, publicTitle, publicBody } = draft
  const announcement = isAnnounced ? { title: publicTitle, body: publicBody } : null
  return { name, schedule: scheduleOf(draft), appliesTo: appliesToOf(draft), announcement }
}

export function scheduleOf(draft: WindowDraft): Schedule {
  if (draft.kind === 'once')
    return { kind: 'once', startsAt: instantOf(draft.startsAt), endsAt: instantOf(draft.endsAt) }
  const shared = {
    timeZone: draft.timeZone.trim(),
    durationMinutes: Number(draft.durationMinutes),
    ...(draft.from ? { from: instantOf(draft.from) } : {}),
    ...(draft.until ? { until: instantOf(draft.until) } : {}),
  }
  if (draft.kind === 'weekly') return { kind: 'weekly', days: [...draft.days], at: draft.at, ...shared }
  if (draft.kind === 'cron') return { kind: 'cron', expression: draft.expression.trim(), ...shared }
  return { kind: 'monthly', on: monthDayOf(draft), at: draft.at, ...shared }
}

function monthDayOf({ monthBy, day, nth, weekday }: WindowDraft): MonthDay {
  if (monthBy === 'day') return { day: day === 'last' ? 'last' : Number(day) }
  return { weekday, nth: nth === 'last' ? 'last' : (Number(nth) as Nth) }
}

function appliesToOf({ cover, tags, monitorIds }: WindowDraft): AppliesTo {
  if (cover === 'tags') return { kind: 'tags', tags: splitTags(tags) }
  if (cover === 'monitors') return { kind: 'monitors', monitorIds: [...monitorIds] }
  return { kind: 'all' }
}

export function splitTags(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter(Boolean)
}

/** What is typed is of the viewer's own clock. */
function instantOf(local: string): string {
  const ms = Date.parse(local)
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString()
}

export type WindowErrors = Partial<Record<keyof WindowDraft | 'form', string>>

const fieldOfPath: readonly (readonly [RegExp, keyof WindowDraft])[] = [
  [/^name/, 'name'],
  [/^announcement\.title/, 'publicTitle'],
  [/^announcement\.body/, 'publicBody'],
  [/startsAt/, 'startsAt'],
  [/endsAt/, 'endsAt'],
  [/days/, 'days'],
  [/durationMinutes/, 'durationMinutes'],
  [/expression/, 'expression'],
  [/timeZone/, 'timeZone'],
  [/\.at$/, 'at'],
  [/from$/, 'from'],
  [/until$/, 'until'],
  [/tags/, 'tags'],
  [/monitorIds/, 'monitorIds'],
]

const ownWords: Partial<Record<keyof WindowDraft, string>> = {
  startsAt: msg('When does it begin?'),
  publicTitle: msg('What is the public to call it?'),
  days: msg('Choose at least one day.'),
  durationMinutes: msg('Between 1 minute and 10,080, which is a week.'),
  tags: msg('Name at least one tag.'),
  monitorIds: msg('Choose at least one monitor.'),
  timeZone: msg('Not a time zone, such as Europe/Berlin.'),
}

/** Puts what the API, or its schema, found wrong at the fields; a schedule that makes no sense is told for the whole form. */
export function windowErrors(problems: readonly { field: string; message: string }[]): WindowErrors {
  const errors: WindowErrors = {}
  for (const { field, message } of problems) {
    const at = fieldOfPath.find(([path]) => path.test(field))?.[1] ?? 'form'
    const own = at === 'form' ? undefined : ownWords[at]
    const text = own ? t(own) : fieldText(message)
    errors[at] ??= text.charAt(0).toUpperCase() + text.slice(1)
  }
  return errors
}
