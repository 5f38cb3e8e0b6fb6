import type { PublicMaintenance } from '@repo/contracts/public-page'
import type { PageLanguage } from '@repo/contracts/status-pages'
import type { ComponentState, Impact, Phase } from '@repo/domain/status-page'
import type { DayWords } from './day-text.ts'
import { keptFormat } from './formats.ts'
import { german } from './words/de.ts'
import { english } from './words/en.ts'
import { spanish } from './words/es.ts'
import { french } from './words/fr.ts'
import { japanese } from './words/ja.ts'

/** A text that counts: the forms that the language has of those of `Intl.PluralRules`. */
export type Counted = Readonly<{ one: string; other: string }>

/** What a state can be that is not well. */
export type Trouble = Exclude<ComponentState, 'operational'>

/** The page's own words; what people write on it is in whatever language they write. */
export interface Words {
  /** By which `Intl` writes dates and numbers. */
  readonly locale: string
  readonly states: Readonly<Record<ComponentState, string>>
  readonly phases: Readonly<Record<Phase, string>>
  readonly impacts: Readonly<Record<Impact, string>>
  /** Of every component together. */
  readonly all: Readonly<Record<ComponentState, string>>
  /** Of a few, by their `{names}`. */
  readonly some: Readonly<Record<Trouble, Counted>>
  /** Of so many that nobody would read their names. */
  readonly many: Readonly<Record<Trouble, Counted>>
  readonly restWorks: string
  /** What stands between two sentences. */
  readonly sentenceGap: string
  readonly nothingShown: string
  readonly since: string
  readonly sinceFor: string
  readonly days: DayWords
  readonly page: Readonly<Record<PageWord, string>>
  readonly parts: Counted
  /** Before a page that is not for everybody. */
  readonly door: Readonly<Record<'title' | 'password' | 'email' | 'open' | 'send' | 'wrong' | 'tooMany', string>>
  /** To whoever subscribes, or comes by a link that was sent to them; `{page}` is its title. */
  readonly subscribing: Readonly<Record<SubscribingWord, string>>
  readonly maintenance: Readonly<Record<PublicMaintenance['state'], string>>
}

const pageWords = [
  'getUpdates',
  'announcements',
  'incidents',
  'scheduled',
  'underWay',
  'past',
  'noIncidents',
  'noIncidentsOfMonth',
  'history',
  'historyOf',
  'newer',
  'older',
  'daysAgo',
  'today',
  'uptimeOf',
  'barsOf',
  'asTable',
  'dayColumn',
  'stateColumn',
  'uptimeColumn',
  'response',
  'responseNow',
  'affects',
  'began',
  'resolvedAfter',
  'ongoing',
  'updated',
  'stale',
  'live',
  'reconnecting',
  'zone',
  'formulaTitle',
  'formula',
  'formulaRest',
  'subscribe',
  'feeds',
  'calendar',
  'byEmail',
  'emailField',
  'emailOf',
  'allComponents',
  'subscribeButton',
  'back',
  'notFound',
  'notFoundHint',
  'homepage',
  'contact',
] as const
export type PageWord = (typeof pageWords)[number]

const subscribingWords = [
  'asked',
  'askedHint',
  'hookAsked',
  'hookAskedHint',
  'notAnAddress',
  'notAHook',
  'later',
  'laterHint',
  'confirm',
  'confirmButton',
  'confirmed',
  'confirmedHint',
  'over',
  'overHint',
  'end',
  'endButton',
  'ended',
  'choose',
  'chooseHint',
  'chooseButton',
  'chosen',
  'signInAsked',
  'signInAskedHint',
  'signIn',
  'byHook',
  'hookField',
  'hookKind',
  'webhook',
] as const
export type SubscribingWord = (typeof subscribingWords)[number]

const byLanguage: Readonly<Record<PageLanguage, Words>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  ja: japanese,
}

export function wordsOf(language: PageLanguage): Words {
  return byLanguage[language]
}

/** A text with `{names}` of values in it. */
export function say(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** The form that a number asks for. */
export function counted(forms: Counted, count: number, locale: string): string {
  const rules = keptFormat(`plural ${locale}`, () => new Intl.PluralRules(locale))
  return rules.select(count) === 'one' ? forms.one : forms.other
}
