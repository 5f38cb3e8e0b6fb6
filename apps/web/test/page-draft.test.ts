import { describe, expect, test } from 'bun:test'
import {
  addComponent,
  changeComponent,
  componentOf,
  firstContent,
  mergeContents,
  moveComponent,
  moveSection,
  newSection,
  placeOf,
  removeComponent,
  stepFrom,
} from '../src/status-pages/page-draft.ts'

const named = (name: string) => componentOf(name, { kind: 'manual' })
const [a, b, c] = [named('a'), named('b'), named('c')]
const base = { ...firstContent('Shop', []), sections: [newSection('One', [a, b]), newSection('Two', [c])] }
const order = ({ sections }: typeof base) =>
  sections.map(({ components }) => components.map(({ name }) => name).join(''))

describe('the draft of a page', () => {
  test('begins with the monitors that there are, by their names', () => {
    const content = firstContent('Shop', [{ id: a.id, name: 'Storefront' }])
    expect(content.sections[0]?.components).toMatchObject([
      { name: 'Storefront', source: { kind: 'monitor', monitorId: a.id } },
    ])
  })

  test('moves a component within its section, and over its edge into the next', () => {
    expect(order(moveComponent(base, a.id, { section: 0, index: 1 }))).toEqual(['ba', 'c'])
    expect(order(moveComponent(base, b.id, { section: 1, index: 0 }))).toEqual(['a', 'bc'])
    expect(stepFrom(base, { section: 0, index: 1 }, 1)).toEqual({ section: 1, index: 0 })
    expect(stepFrom(base, { section: 1, index: 0 }, -1)).toEqual({ section: 0, index: 2 })
    expect(stepFrom(base, { section: 0, index: 0 }, -1)).toBeUndefined()
    expect(stepFrom(base, { section: 1, index: 0 }, 1)).toBeUndefined()
  })

  test('moves a section, and not beyond the ends', () => {
    const [one, two] = base.sections
    expect(order(moveSection(base, one?.id ?? '', 1))).toEqual(['c', 'ab'])
    expect(moveSection(base, two?.id ?? '', 1)).toBe(base)
  })

  test('changes and removes a component, and a part of one', () => {
    const part = { ...named('part'), parts: undefined }
    const whole = { ...named('whole'), source: { kind: 'parts' as const }, parts: [part] }
    const content = addComponent(base, base.sections[1]?.id ?? '', whole as never)
    expect(order(content)).toEqual(['ab', 'cwhole'])
    const renamed = changeComponent(content, part.id, { name: 'other' })
    expect(renamed.sections[1]?.components[1]?.parts[0]?.name).toBe('other')
    expect(order(removeComponent(content, part.id))).toEqual(['ab', 'c'])
    expect(order(removeComponent(content, a.id))).toEqual(['b', 'cwhole'])
    expect(placeOf(content, whole.id)).toEqual({ section: 1, index: 1 })
  })
})

describe('what two wrote at once', () => {
  test('is put together where they changed different parts', () => {
    const mine = { ...base, title: 'Mine' }
    const theirs = moveComponent({ ...base, language: 'de' as const }, a.id, { section: 0, index: 1 })
    expect(mergeContents(base, mine, theirs)).toEqual({ ...theirs, title: 'Mine' })
  })

  test('is not put together where they changed the same part differently', () => {
    expect(mergeContents(base, { ...base, title: 'Mine' }, { ...base, title: 'Theirs' })).toBeUndefined()
    expect(mergeContents(base, { ...base, title: 'Same' }, { ...base, title: 'Same' })?.title).toBe('Same')
  })
})
