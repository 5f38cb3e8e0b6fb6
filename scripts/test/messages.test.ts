import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { wrongMessages } from '../messages.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'betteruptime-messages-'))
  mkdirSync(join(root, 'packages/ui/src'), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const screen = 'apps/web/src/alerts/screen.tsx'
const german = 'apps/web/public/messages/de.json'

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** What is said of a screen, where a language has these messages. */
function wrongIn(source: string, catalogue: Record<string, string> = {}): readonly string[] {
  write(screen, source)
  write(german, JSON.stringify(catalogue))
  return wrongMessages(root)
}

describe('a text that no catalogue can translate is found', () => {
  test.each([
    ['between tags', 'const Panel = () => <p>Nothing here</p>', 'Nothing here'],
    ['one small word between tags', 'const Panel = () => <p>again</p>', 'again'],
    ['beside a value', 'const Panel = () => <p>{count} in all</p>', 'in all'],
    ['in an attribute', 'const Panel = () => <Button label="Pause" />', 'Pause'],
    ['as a small word of a label', 'const Panel = () => <Panel note="newest first" />', 'newest first'],
    ['in a choice', "const word = (on) => (on ? 'Switched on' : '')", 'Switched on'],
    ['in a template', 'const text = (name) => `$' + '{name} is told again`', '… is told again'],
    ['in a table', "const words = { up: 'Works', down: '' }", 'Works'],
    ['at the edge of another', "const and = () => <p>{first}{' and '}{second}</p>", ' and '],
    ['among the values of a message', "const text = () => t('For {whom}', { whom: 'Whoever comes' })", 'Whoever comes'],
  ])('%s', (_where, source, text) => {
    const wrong = wrongIn(source, { 'For {whom}': 'Für {whom}' })
    expect(wrong.filter((line) => !line.includes('nobody says'))).toEqual([
      `${screen}:1: no catalogue can translate ${JSON.stringify(text)}`,
    ])
  })

  test('with the line on which it stands', () =>
    expect(wrongIn('\n\nconst Panel = () => (\n  <p>Nothing here</p>\n)')).toEqual([
      `${screen}:4: no catalogue can translate "Nothing here"`,
    ]))
})

describe('what is no text for people is left alone', () => {
  test.each([
    ['names of classes', 'const Panel = () => <p className="flex items-center gap-2" />'],
    ['addresses', `const Panel = () => <a href="/alerts/log">{'→'}</a>`],
    ['imports and types', "import { a } from 'Some Module'\ntype Kind = 'Some kind'"],
    ['what is compared', "const isEnter = (key) => key === 'Enter' || 'Notification' in window"],
    ['what is thrown', "const fail = () => { throw new TypeError('This is a bug') }"],
    ['names of products, as names', "const kinds = { slack: { name: 'Microsoft Teams' } }"],
    [
      'a name and a header that stand in the list',
      "const Panel = () => <p title='Authorization: Bearer …'>BetterUptime</p>",
    ],
    [
      'paths of fields, and keys',
      'const path = (at) => [`layers.$' + '{at}.only`, `rule.steps.$' + '{at}`, `person:$' + '{at}`]',
    ],
    ['signs and numbers', 'const Panel = () => <p>· 12 % →</p>'],
  ])('%s', (_what, source) => expect(wrongIn(source)).toEqual([]))
})

describe('a message', () => {
  const source = `
    const table = { save: msg('Save') }
    const Panel = () => <p title={t('Pause')}>{rich('{count} of {total}', { count: <b>{count}</b>, total })}</p>
  `
  const catalogue = { Pause: 'Anhalten', Save: 'Sichern', '{count} of {total}': '{count} von {total}' }

  test('that every language has is right', () => expect(wrongIn(source, catalogue)).toEqual([]))

  test('that a language lacks is found', () => {
    const { Pause: _lost, ...rest } = catalogue
    expect(wrongIn(source, rest)).toEqual([`${german} lacks "Pause"`])
  })

  test('called as every object has something is lacking all the same', () =>
    expect(wrongIn("const text = () => t('constructor')")).toEqual([`${german} lacks "constructor"`]))

  test('that nobody says any more is found', () =>
    expect(wrongIn('', { Pause: 'Anhalten' })).toEqual([`${german}: nobody says "Pause"`]))

  test.each([
    ['loses a value', '{count} von allen'],
    ['has another value', '{count} von {all}'],
  ])('that %s in a language is found', (_how, translation) =>
    expect(wrongIn(source, { ...catalogue, '{count} of {total}': translation })).toEqual([
      `${german}: other placeholders in "{count} of {total}"`,
    ]),
  )

  test('may have its values in another order', () =>
    expect(wrongIn(source, { ...catalogue, '{count} of {total}': 'Von {total}: {count}' })).toEqual([]))

  test('of a plural has the values of all its forms', () => {
    const plural = '{count, plural, one {# monitor of {name}} other {# monitors}}'
    const text = `const text = () => t(${JSON.stringify(plural)}, { count, name })`
    const own = '{count, plural, one {# Monitor von {name}} other {# Monitore}}'
    expect(wrongIn(text, { [plural]: own })).toEqual([])
    expect(wrongIn(text, { [plural]: own.replace(' von {name}', '') })).toHaveLength(1)
  })

  test('out of order is found', () => {
    const { Pause, ...rest } = catalogue
    expect(wrongIn(source, { ...rest, Pause })).toEqual([`${german} is not sorted`])
  })

  test.each([
    ['t', "const title = t('Pause')"],
    ['rich', "const title = rich('Pause')"],
  ])('that %s says while the module is loaded is found: it would stay English', (speaker, text) =>
    expect(wrongIn(text, { Pause: 'Anhalten' })).toEqual([
      `${screen}:1: ${speaker}() while the module is loaded: use msg()`,
    ]),
  )

  test('that is put together is found: its key would be another each time', () =>
    expect(wrongIn('const text = (name) => t(`Pause $' + '{name}`)')).toEqual([
      `${screen}:1: a message is a plain string: no template`,
    ]))
})
