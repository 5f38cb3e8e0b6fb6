import { describe, expect, test } from 'bun:test'
import { actionItems, matching, monitorItem, placeItems, typedUrl } from '../src/palette/palette-items.ts'
import { makeMonitor } from './make.ts'

const labels = (items: readonly { label: string }[]) => items.map(({ label }) => label)

describe('what the palette finds', () => {
  const monitors = [
    makeMonitor({ id: 'a', name: 'the shop', tags: ['prod'] }),
    makeMonitor({ id: 'b', name: 'workshop' }),
    makeMonitor({
      id: 'c',
      name: 'shop of Ann',
      spec: { ...makeMonitor().spec, url: 'https://ann.example/' } as never,
    }),
  ].map(monitorItem)

  test('begins with what begins with the text, then a word of it, then what holds it', () => {
    expect(labels(matching(monitors, 'SHOP'))).toEqual(['shop of Ann', 'the shop', 'workshop'])
  })

  test('has every word that is typed, in its name, its address, its tags or its id', () => {
    expect(labels(matching(monitors, 'shop prod'))).toEqual(['the shop'])
    expect(labels(matching(monitors, 'ann.example'))).toEqual(['shop of Ann'])
    expect(labels(matching(monitors, 'shop nowhere'))).toEqual([])
  })

  test('is all of it, in its order, before anything is typed', () => {
    expect(labels(matching(monitors, ' '))).toEqual(['the shop', 'workshop', 'shop of Ann'])
  })
})

describe('what can be done', () => {
  test('is what the keys of the screen do, without those that only move', () => {
    const offered = new Set(['p', 't', 'j', 'g m', 'Enter'])
    expect(labels(actionItems(offered, 'here'))).toEqual(['Pause or resume the monitor'])
    expect(labels(actionItems(offered, 'everywhere'))).toEqual(['Change between light and dark'])
  })

  test('leads to no screen that a role may not read', () => {
    expect(labels(placeItems('viewer'))).not.toContain('Audit log')
    expect(labels(placeItems('admin'))).toContain('Audit log')
  })
})

test.each([
  ['shop.example', 'https://shop.example'],
  [' http://shop.example/a ', 'http://shop.example/a'],
  ['shop', undefined],
  ['my shop.example', undefined],
  ['javascript:alert(1)', undefined],
  ['.', undefined],
])('%p may be added as %p', (text, url) => expect(typedUrl(text)).toBe(url))
