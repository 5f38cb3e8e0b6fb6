import { afterEach, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Catalogue, languages, speak, t } from '@repo/ui/words'
import { LANGUAGE_KEY, languageScript } from '../src/shell/language-script.ts'

const folder = join(import.meta.dir, '..', 'public', 'messages')
const others = Object.keys(languages).filter((language) => language !== 'en')
const catalogueOf = (language: string): Catalogue =>
  JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8')) as Catalogue

/** Without the types that look into a message. */
const say = t as (message: string, values: Readonly<Record<string, number>>) => string

/** What the script leaves on `<html>`, for a browser that asks for these and a choice that was kept. */
function pageFor(asked: readonly string[], kept?: string): { lang: string; dataset: Record<string, string> } {
  const page = { lang: 'en', dataset: {} }
  const storage = { getItem: (key: string) => (key === LANGUAGE_KEY ? (kept ?? null) : null) }
  new Function('localStorage', 'navigator', 'document', languageScript)(
    storage,
    { languages: asked },
    { documentElement: page },
  )
  return page
}

describe('before the first paint', () => {
  test('the same languages are known as everywhere', () => {
    const [, known = ''] = /known=\[([^\]]*)\]/.exec(languageScript) ?? []
    expect(known.split(',').map((word) => word.replaceAll("'", ''))).toEqual(Object.keys(languages))
  })

  test.each([
    [['de-AT', 'en'], undefined, 'de'],
    [['fr', 'de', 'en'], undefined, 'de'],
    [['en-US', 'de'], undefined, 'en'],
    [['fr'], undefined, 'en'],
    [[], undefined, 'en'],
    [['en'], 'de', 'de'],
    [['de'], 'en', 'en'],
    [['de'], 'klingon', 'de'],
  ] as const)('%p, and %p chosen, is %s', (asked, kept, lang) => {
    expect(pageFor(asked, kept)).toEqual({ lang, dataset: lang === 'en' ? {} : { words: 'awaited' } })
  })

  test('it is English where the browser lets nothing be kept', () => {
    const page = { lang: '', dataset: {} }
    const storage = {
      getItem() {
        throw new Error('denied')
      },
    }
    new Function('localStorage', 'navigator', 'document', languageScript)(storage, {}, { documentElement: page })
    expect(page).toEqual({ lang: 'en', dataset: {} })
  })
})

describe('a language', () => {
  afterEach(() => speak('en', {}))

  test('is a file of messages, and nothing else is one', () =>
    expect(readdirSync(folder).sort()).toEqual(others.map((language) => `${language}.json`).sort()))

  test.each(others)('has messages that can be said, with each of their values: %s', (language) => {
    const catalogue = catalogueOf(language)
    speak(language as keyof typeof languages, catalogue)
    const unsaid = Object.keys(catalogue).filter((message) => {
      const names = Array.from(message.matchAll(/\{(\w+)\s*[,}]/g), ([, name = '']) => name)
      if (names.length === 0) return false
      const said = say(message, Object.fromEntries(names.map((name) => [name, 7_353])))
      return /[{}]/.test(said) || !/7.?353/.test(said)
    })
    expect(unsaid).toEqual([])
  })
})
