import type { PublicIncident, PublicUpdate, ToldMaintenance } from '@repo/contracts/public-page'
import { plainParagraphs, readMarkdown, type Said } from '@repo/contracts/safe-markdown'
import type { PageLanguage } from '@repo/contracts/status-pages'
import type { Impact, Phase } from '@repo/domain/status-page'
import { type Message, oneLine, shortened, type Tone } from './message.ts'
import { type PageWords, pageWordsOf } from './page-words.ts'

/** What a status page tells somebody. */
export type PageNotice =
  /** To an address that somebody asked for: nothing is told before it is confirmed. */
  | { readonly kind: 'confirm'; readonly confirmUrl: string }
  /** To an address that has confirmed already, when somebody asks for it once more. */
  | { readonly kind: 'known' }
  /** To somebody who wants to come in to a page that is not for everybody. */
  | { readonly kind: 'sign_in'; readonly signInUrl: string }
  /** The first of its updates is the news. */
  | { readonly kind: 'update'; readonly incident: PublicIncident }
  | { readonly kind: 'maintenance'; readonly maintenance: ToldMaintenance }

/** Where it is told of, and the ways of this one subscriber; null where it goes to none. */
export interface NoticePlace {
  readonly title: string
  readonly language: PageLanguage
  /** By whose clocks times are written. */
  readonly timeZone: string
  readonly url: string
  /** By the ids of components. */
  readonly names: ReadonlyMap<string, string>
  readonly ways: { readonly unsubscribe: string; readonly subscription: string } | null
}

/** A notice in words, for the HTML and for the text of a mail: nothing in it is markup but what `said` allows. */
export interface NoticeText {
  readonly subject: string
  readonly tone: Tone
  readonly heading: string
  readonly said: readonly Said[]
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  /** What was said before, the newest first. */
  readonly earlier: readonly { readonly heading: string; readonly said: readonly Said[] }[]
  readonly links: readonly { readonly label: string; readonly url: string }[]
}

const [subjectLength, factLength] = [150, 300]

export function noticeText(notice: PageNotice, place: NoticePlace): NoticeText {
  const words = pageWordsOf(place.language)
  switch (notice.kind) {
    case 'update':
      return updateText(notice.incident, place, words)
    case 'maintenance':
      return maintenanceText(notice.maintenance, place, words)
    case 'confirm':
      return askingText('confirm', place, { label: words.confirm.label, url: notice.confirmUrl })
    case 'sign_in':
      return askingText('signIn', place, { label: words.signIn.label, url: notice.signInUrl })
    case 'known':
      return askingText('known', place, { label: words.known.label, url: place.url })
  }
}

/** The same as channels lay it out: lines alone. */
export function noticeMessage({ subject, tone, said, facts, links }: NoticeText): Message {
  return { subject, tone, lines: plainParagraphs(said).map(oneLine), facts, links }
}

/** The same as the text of a mail; links stand on lines of their own. */
export function plainNotice({ heading, said, facts, earlier, links }: NoticeText): string {
  const parts = [
    heading,
    ...plainParagraphs(said),
    ...(facts.length > 0 ? [facts.map(({ name, value }) => `${name}: ${value}`).join('\n')] : []),
    ...earlier.map((one) => [one.heading, ...plainParagraphs(one.said)].join('\n')),
    ...links.map(({ label, url }) => `${label}:\n${url}`),
  ]
  return `${parts.join('\n\n')}\n`
}

const toneOf: Record<Impact, Tone> = { none: 'neutral', minor: 'warning', major: 'bad', critical: 'bad' }

function toneOfUpdate(phase: Phase, impact: Impact): Tone {
  return phase === 'resolved' || phase === 'postmortem' ? 'good' : toneOf[impact]
}

function updateText(incident: PublicIncident, place: NoticePlace, words: PageWords): NoticeText {
  const [news, ...before] = incident.updates
  const phase = news?.phase ?? incident.phase
  const title = `${words.phases[phase]}: ${oneLine(incident.title)}`
  return {
    subject: subjectOf(place, title),
    tone: toneOfUpdate(phase, incident.impact),
    heading: title,
    said: readMarkdown(news?.body ?? ''),
    facts: factsOf([
      [words.affects, namesOf(incident.componentIds, place)],
      [words.began, timeText(incident.beganAt, place, words)],
    ]),
    earlier: before.map((update) => ({
      heading: `${words.phases[update.phase]}, ${timeText(update.at, place, words)}`,
      said: readMarkdown(update.body),
    })),
    links: [{ label: words.open, url: `${place.url}/incidents/${incident.id}` }, ...waysOf(place, words)],
  }
}

function maintenanceText(maintenance: ToldMaintenance, place: NoticePlace, words: PageWords): NoticeText {
  const { movedFrom, state } = maintenance
  const title = `${movedFrom ? words.moved : words.maintenance[state]}: ${oneLine(maintenance.title)}`
  const spanOf = ({ startsAt, endsAt }: Pick<ToldMaintenance, 'startsAt' | 'endsAt'>) =>
    `${timeText(startsAt, place, words)} – ${timeText(endsAt, place, words)}`
  return {
    subject: subjectOf(place, title),
    tone: state === 'completed' ? 'good' : 'neutral',
    heading: title,
    said: readMarkdown(maintenance.body),
    facts: factsOf([
      [words.when, spanOf(maintenance)],
      ...(movedFrom ? [[words.before, spanOf(movedFrom)] as const] : []),
      [words.affects, namesOf(maintenance.componentIds, place)],
    ]),
    earlier: [],
    links: [{ label: words.open, url: place.url }, ...waysOf(place, words)],
  }
}

function askingText(kind: 'confirm' | 'known' | 'signIn', place: NoticePlace, link: NoticeText['links'][number]) {
  const words = pageWordsOf(place.language)
  const page = shortened(oneLine(place.title), subjectLength / 2)
  const [title = '', lead = ''] = [words[kind].title, words[kind].lead].map((text) => text.replaceAll('{page}', page))
  return {
    subject: subjectOf(place, title),
    tone: 'neutral',
    heading: title,
    said: [{ kind: 'paragraph', children: [{ kind: 'text', text: lead }] }],
    facts: [],
    earlier: [],
    links: [link, ...(kind === 'known' ? waysOf(place, words) : [])],
  } as const satisfies NoticeText
}

function subjectOf({ title }: NoticePlace, text: string): string {
  return shortened(`[${shortened(oneLine(title), subjectLength / 2)}] ${text}`, subjectLength)
}

function waysOf({ ways }: NoticePlace, words: PageWords): NoticeText['links'] {
  if (!ways) return []
  return [
    { label: words.choose, url: ways.subscription },
    { label: words.unsubscribe, url: ways.unsubscribe },
  ]
}

function namesOf(ids: readonly string[], { names }: NoticePlace): string {
  return ids.flatMap((id) => names.get(id) ?? []).join(', ')
}

function factsOf(facts: readonly (readonly [name: string, value: string])[]): NoticeText['facts'] {
  return facts
    .map(([name, value]) => ({ name, value: shortened(oneLine(value), factLength) }))
    .filter(({ value }) => value !== '')
}

function timeText(at: string, { timeZone }: NoticePlace, { locale }: PageWords): string {
  const shown = { dateStyle: 'medium', timeStyle: 'short' } as const
  const zone = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short', hour: 'numeric' })
  const name = zone.formatToParts(Date.parse(at)).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
  return `${new Intl.DateTimeFormat(locale, { timeZone, ...shown }).format(Date.parse(at))} ${name}`
}

/** What a webhook gets; `version` changes where a receiver would have to. */
export function noticeJson(notice: PageNotice, { title, url, ways }: NoticePlace): Record<string, unknown> {
  const told = { version: 1, event: notice.kind, page: { title, url }, links: ways }
  switch (notice.kind) {
    case 'update': {
      const update: PublicUpdate | null = notice.incident.updates[0] ?? null
      return { ...told, incident: notice.incident, update }
    }
    case 'maintenance':
      return { ...told, maintenance: notice.maintenance }
    case 'confirm':
      return { ...told, confirmUrl: notice.confirmUrl }
    default:
      return told
  }
}
