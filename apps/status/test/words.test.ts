import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pageLanguages } from '@repo/contracts/status-pages'
import { counted, say, wordsOf } from '../src/words.ts'

const english = leavesOf(wordsOf('en'))

describe.each(pageLanguages)('the words of a page in %s', (language) => {
  const words = wordsOf(language)
  const leaves = leavesOf(words)

  test('are as many as the English ones', () => {
    expect([...leaves.keys()].sort()).toEqual([...english.keys()].sort())
  })

  test('have the same placeholders', () => {
    for (const [key, text] of leaves)
      expect(`${key} ${placeholders(text)}`).toBe(`${key} ${placeholders(english.get(key))}`)
  })

  test('are none of them missing, but for what stands between sentences', () => {
    const missing = [...leaves].filter(([key, text]) => text.trim() === '' && key !== 'sentenceGap')
    expect(missing).toEqual([])
  })

  test('are written by a locale that dates and numbers are known in', () => {
    expect(Intl.DateTimeFormat.supportedLocalesOf(words.locale)).toEqual([words.locale])
    expect(words.locale.split('-')[0]).toBe(language)
  })
})

describe.each(pageLanguages.filter((language) => language !== 'en'))('the words of a page in %s', (language) => {
  test('are not English', () => {
    const leaves = leavesOf(wordsOf(language))
    // Units, and words that are the same in both.
    const same = [...leaves].filter(
      ([key, text]) => text === english.get(key) && /[a-z]{5,}/i.test(text.replace(/\{\w+\}/g, '')),
    )
    expect(
      same
        .map(([, text]) => text)
        .filter((text) => !/^(?:Maintenance|Incidents|Contact|Website|Webhook \(JSON\))$/.test(text)),
    ).toEqual([])
  })
})

test('every word of the page is said somewhere', () => {
  const folder = join(import.meta.dir, '..', 'src')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
  const text = sources.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
  expect(Object.keys(wordsOf('en').page).filter((word) => !new RegExp(`page\\.${word}\\b`).test(text))).toEqual([])
})

test('a number asks for its form of a text', () => {
  const { parts, locale } = wordsOf('en')
  expect([1, 2].map((count) => say(counted(parts, count, locale), { count }))).toEqual(['1 part', '2 parts'])
  const french = wordsOf('fr')
  expect(counted(french.parts, 0, french.locale)).toBe(french.parts.one)
})

function leavesOf(words: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'string' ? [[`${prefix}${key}`, value]] : [...leavesOf(value as object, `${prefix}${key}.`)],
    ),
  )
}

function placeholders(text = ''): string {
  return [...new Set(Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name))].sort().join()
}

test('nothing of a French text is torn from the sign that belongs to it at the end of a line', () => {
  const torn = [...leavesOf(wordsOf('fr'))].filter(([, text]) => / [?!:;»%]|« /.test(text))
  expect(torn).toEqual([])
})
