import { parse, type Token } from '@messageformat/parser'
import format from 'icu-minify/format'

/**
 * ICU messages (UTS 35, part 9), parsed in the browser: a message of a catalogue is a text. The parser is the small one of
 * messageformat and the formatter that of next-intl, which take half of the bytes that `intl-messageformat` takes.
 */
export type Message = Parameters<typeof format>[0]
type Node = Exclude<Message, string>[number]

/** Marks of the formatter, by which it knows what an argument is. */
const marks = { select: 1, plural: 2, selectordinal: 3, number: 4 } as const
const POUND = 0

/** @throws Error that names the place, where the text is no message. */
export function parseMessage(text: string): Message {
  return parse(text).map(toNode)
}

export function formatMessage(message: Message, locale: string, values: Readonly<Record<string, string | number>>) {
  return String(format(message, locale, values, { formatters }))
}

function toNode(token: Token): Node {
  switch (token.type) {
    case 'content':
      return token.value
    case 'argument':
      return [token.arg]
    case 'octothorpe':
      return POUND
    case 'function':
      if (token.key !== 'number') throw new Error(`a message has no ${token.key}`)
      return [token.arg, marks.number]
    default: {
      const cases = token.cases.map(({ key, tokens }) => [key, tokens.map(toNode)])
      return [token.arg, marks[token.type], Object.fromEntries(cases)] as Node
    }
  }
}

/** Made once each: they are slow to make. */
const numbers = new Map<string, Intl.NumberFormat>()
const plurals = new Map<string, Intl.PluralRules>()
const formatters = {
  getNumberFormat: (locale: string) => kept(numbers, locale, () => new Intl.NumberFormat(locale)),
  getPluralRules: (locale: string, options: Intl.PluralRulesOptions) =>
    kept(plurals, `${locale} ${options.type}`, () => new Intl.PluralRules(locale, options)),
  getDateTimeFormat: () => {
    throw new Error('a message has no dates: say them by dateText')
  },
} as unknown as Parameters<typeof format>[3]['formatters']

function kept<Value>(cache: Map<string, Value>, key: string, make: () => Value): Value {
  const value = cache.get(key) ?? make()
  cache.set(key, value)
  return value
}
