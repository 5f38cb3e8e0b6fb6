import { afterEach, describe, expect, test } from 'bun:test'
import { Children, createElement, isValidElement, type ReactNode } from 'react'
import { dateText, locale, msg, numberText, rich, speak, t } from '../src/words.ts'

const german = {
  Save: 'Speichern',
  '{name} is saved.': '{name} ist gespeichert.',
  '{count, plural, one {# monitor} other {# monitors}}': '{count, plural, one {# Monitor} other {# Monitore}}',
  '{person} invites you as {role}.': 'Als {role} lädt {person} Sie ein.',
}
const speakGerman = () => speak('de', german)
afterEach(() => speak('en', {}))

describe('a message', () => {
  test('is its own English', () => {
    expect(t('Save')).toBe('Save')
    expect(t('{name} is saved.', { name: '#ops' })).toBe('#ops is saved.')
  })

  test.each([
    [0, '0 monitors'],
    [1, '1 monitor'],
    [1_200, '1,200 monitors'],
  ])('counts: %d', (count, text) =>
    expect(t('{count, plural, one {# monitor} other {# monitors}}', { count })).toBe(text),
  )

  test('is said in the language that is spoken, also where it was said in another before', () => {
    const said = () => [
      t('Save'),
      t('{name} is saved.', { name: '#ops' }),
      t('{count, plural, one {# monitor} other {# monitors}}', { count: 1_200 }),
    ]
    expect(said()).toEqual(['Save', '#ops is saved.', '1,200 monitors'])
    speakGerman()
    expect(said()).toEqual(['Speichern', '#ops ist gespeichert.', '1.200 Monitore'])
    speak('en', {})
    expect(said()).toEqual(['Save', '#ops is saved.', '1,200 monitors'])
  })

  test('stays English where the language does not have it', () => {
    speakGerman()
    expect(t('Delete')).toBe('Delete')
    expect(t('{name} is deleted.', { name: '#ops' })).toBe('#ops is deleted.')
  })

  test.each(['constructor', 'toString', '__proto__'])('may be called as every object has something: %s', (message) => {
    speakGerman()
    expect(t<string>(message)).toBe(message)
    expect(t('{name} is saved.', { name: message })).toBe(`${message} ist gespeichert.`)
  })

  test.each(['{name}', "it's {0}", '{count, plural, other {#}}', '<b>bold</b>', '$& \\ # |'])(
    'takes what people write as it is: %s',
    (name) => {
      expect(t('{name} is saved.', { name })).toBe(`${name} is saved.`)
      expect(textOf(rich('{name} is saved.', { name }))).toBe(`${name} is saved.`)
    },
  )

  test('without values is text as it stands', () => {
    expect(t<string>('It gets {"to", "text"} as JSON: it’s #1.')).toBe('It gets {"to", "text"} as JSON: it’s #1.')
  })

  test('has no tags: what looks like one is text', () => {
    expect(t('Save <main> for {name}', { name: 'Ada' })).toBe('Save <main> for Ada')
  })

  test('of a table is marked where it is made, and said where it is shown', () => {
    const table = { save: msg('Save') }
    speakGerman()
    expect(table.save).toBe('Save')
    expect(t(table.save)).toBe('Speichern')
  })
})

describe('a message with parts of a screen', () => {
  const invitation = () =>
    rich('{person} invites you as {role}.', { person: 'Ada', role: createElement('strong', {}, 'admin') })

  test('keeps them as they are, each with a key', () => {
    const [before, role] = invitation() as readonly ReactNode[]
    expect(before).toBe('Ada invites you as ')
    expect(isValidElement(role) && role.type).toBe('strong')
    expect(isValidElement(role) && role.key).toBeTruthy()
    expect(textOf(invitation())).toBe('Ada invites you as admin.')
  })

  test('has them where the language wants them', () => {
    speakGerman()
    expect(textOf(invitation())).toBe('Als admin lädt Ada Sie ein.')
  })

  test('says nothing of a part that is nothing', () =>
    expect(textOf(rich('{person} invites you as {role}.', { person: null, role: undefined }))).toBe(
      ' invites you as .',
    ))
})

describe('dates and numbers', () => {
  const moment = Date.UTC(2026, 11, 3, 14, 3, 22)
  const day = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const
  const hour = { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' } as const

  test('are written as the language has them, also where they were written in another before', () => {
    const written = () => [
      locale(),
      numberText(12_345.6),
      numberText(0.5, { style: 'percent' }),
      dateText(moment, day),
      dateText(moment, hour),
    ]
    expect(written()).toEqual(['en-GB', '12,345.6', '50%', '3 Dec 2026', '14:03'])
    speakGerman()
    expect(written()).toEqual(['de-DE', '12.345,6', '50\u00a0%', '3. Dez. 2026', '14:03'])
  })
})

/** What a reader reads of it. */
function textOf(node: ReactNode): string {
  return Children.toArray(node)
    .map((part) => (isValidElement<{ children?: ReactNode }>(part) ? textOf(part.props.children) : String(part)))
    .join('')
}
