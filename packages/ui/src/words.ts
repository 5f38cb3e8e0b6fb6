import { Children, type ReactNode } from 'react'
import { formatMessage, type Message, parseMessage } from './message.ts'

/**
 * What the screens say. An English text is its own key, an ICU message (UTS 35, part 9):
 * `t('Pause {count, plural, one {# monitor} other {# monitors}}', { count })`. A catalogue of another language
 * translates it, and what it does not have stays English.
 */

/** Two letters (ISO 639-1) of every language that there is a catalogue of, in its own word; English needs none. */
export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

/** From the English message to that of the language. */
export type Catalogue = Readonly<Record<string, string>>

/** How the dates and numbers of each are written. English is that of a 24-hour clock. */
const locales: Record<Language, string> = { en: 'en-GB', de: 'de-DE' }

let active: { readonly language: Language; readonly catalogue: Catalogue } = { language: 'en', catalogue: {} }
const messages = new Map<string, Message>()
const numberFormats = new Map<string, Intl.NumberFormat>()
const dateFormats = new Map<string, Intl.DateTimeFormat>()

/** From now on everything is said in this language; what was said before has to be rendered again. */
export function speak(language: Language, catalogue: Catalogue): void {
  active = { language, catalogue }
  messages.clear()
  numberFormats.clear()
  dateFormats.clear()
}

/** The locale (BCP 47) of dates and numbers. */
export function locale(): string {
  return locales[active.language]
}

/** A message that has placeholders asks for their values, another for none. */
type Values<Message extends string, Value> = Message extends `${string}{${string}`
  ? [values: Readonly<Record<string, Value>>]
  : []

/** Says an English message in the language that is spoken. Never called while a module is loaded: see {@link msg}. */
export function t<Message extends string>(message: Message, ...[values]: Values<Message, string | number>): string {
  if (!values) return inLanguage(message)
  return formatMessage(messageOf(message), locale(), values)
}

/** Between these stands the name of a part (private use characters, which no text has). */
const [PART, PART_END] = ['\uE000', '\uE001']

/** As {@link t}, with parts of a screen among the values. */
export function rich<Message extends string>(message: Message, ...[values]: Values<Message, ReactNode>): ReactNode {
  if (!values) return t<string>(message)
  const plain: Record<string, string | number> = {}
  for (const [name, value] of Object.entries<ReactNode>(values))
    plain[name] = typeof value === 'string' || typeof value === 'number' ? value : `${PART}${name}${PART_END}`
  const pieces = formatMessage(messageOf(message), locale(), plain).split(/\uE000(\w+)\uE001/)
  // An array of parts wants keys, which the values were not given. Every second piece is a name.
  return Children.toArray(pieces.map((piece, index) => (index % 2 === 0 ? piece : values[piece])))
}

/** Marks a message of a table that is made once, while its module is loaded; `t` says it where it is shown. */
export function msg<Message extends string>(message: Message): Message {
  return message
}

/** A table of messages ({@link msg}), each of which is said when it is read. */
export function spoken<Key extends string>(table: Readonly<Record<Key, string>>): Readonly<Record<Key, string>> {
  const said = {}
  for (const key of Object.keys(table) as Key[])
    Object.defineProperty(said, key, { enumerable: true, get: () => t<string>(table[key]) })
  return said as Record<Key, string>
}

/** `12,345` in English. */
export function numberText(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = JSON.stringify(options)
  const format = numberFormats.get(key) ?? new Intl.NumberFormat(locale(), options)
  numberFormats.set(key, format)
  return format.format(value)
}

/** A moment, in milliseconds since the epoch, as the options say; `3 Sept` of `{ day: 'numeric', month: 'short' }`. */
export function dateText(ms: number, options: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify(options)
  const format = dateFormats.get(key) ?? new Intl.DateTimeFormat(locale(), options)
  dateFormats.set(key, format)
  return format.format(ms)
}

/** Only what the catalogue itself has: every object has a `constructor`. */
function inLanguage(message: string): string {
  return (Object.hasOwn(active.catalogue, message) && active.catalogue[message]) || message
}

function messageOf(text: string): Message {
  const message = messages.get(text) ?? parseMessage(inLanguage(text))
  messages.set(text, message)
  return message
}
