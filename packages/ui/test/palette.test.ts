import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { contrast, distance, parseHex, type Rgb, seenBy, type Vision } from './colour.ts'

const css = readFileSync(new URL('../src/tokens.css', import.meta.url), 'utf8')
const themes = { light: tokensOf(':root'), dark: tokensOf("[data-theme='dark']") }

const states = ['up', 'degraded', 'down', 'maintenance', 'unknown']
const visions: Vision[] = ['full', 'protan', 'deutan', 'tritan']

describe.each(Object.entries(themes))('the %s palette', (_theme, tokens) => {
  const colour = (name: string): Rgb => parseHex(tokens.get(name) ?? `no token --${name}`)

  test.each(states)('draws %s at 3:1 on the page and on a surface', (state) => {
    for (const ground of ['bg', 'surface']) expect(contrast(colour(state), colour(ground))).toBeGreaterThanOrEqual(3)
  })

  test.each(states)(
    'writes %s at 4.5:1 on its tint, on the page, on a surface and on a row that is pointed at',
    (state) => {
      for (const ground of [`${state}-tint`, 'bg', 'surface', 'hover']) {
        expect(contrast(colour(`${state}-fg`), colour(ground))).toBeGreaterThanOrEqual(4.5)
      }
    },
  )

  test.each(['fg', 'muted', 'accent'])('writes %s at 4.5:1 everywhere', (name) => {
    for (const ground of ['bg', 'surface', 'hover']) {
      expect(contrast(colour(name), colour(ground))).toBeGreaterThanOrEqual(4.5)
    }
  })

  test('draws each step of heat at 3:1 on a surface, and apart from the next', () => {
    const steps = [1, 2, 3, 4, 5].map((step) => colour(`heat-${step}`))
    for (const step of steps) expect(contrast(step, colour('surface'))).toBeGreaterThanOrEqual(3)
    for (const [index, step] of steps.slice(1).entries()) {
      expect(contrast(step, steps[index] ?? step)).toBeGreaterThanOrEqual(1.3)
    }
  })

  test('outlines controls at 3:1', () => {
    expect(contrast(colour('control'), colour('surface'))).toBeGreaterThanOrEqual(3)
  })

  test.each(visions)('keeps all states apart for %s vision', (vision) => {
    for (const [a, b] of pairs(states)) {
      const apart = distance(seenBy(vision, colour(a)), seenBy(vision, colour(b)))
      expect(apart, `${a} and ${b}`).toBeGreaterThanOrEqual(9)
    }
  })

  test.each(visions)('keeps all series apart for %s vision', (vision) => {
    for (const [a, b] of pairs([1, 2, 3, 4, 5, 6].map((index) => `series-${index}`))) {
      const apart = distance(seenBy(vision, colour(a)), seenBy(vision, colour(b)))
      expect(apart, `${a} and ${b}`).toBeGreaterThanOrEqual(9)
    }
  })
})

test('both themes have the same tokens', () => {
  expect([...themes.dark.keys()].sort()).toEqual([...themes.light.keys()].sort())
})

function tokensOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('}', start))
  return new Map(Array.from(block.matchAll(/--([a-z0-9-]+): ([^;]+);/g), ([, name = '', value = '']) => [name, value]))
}

function pairs(names: readonly string[]): [string, string][] {
  return names.flatMap((a, index) => names.slice(index + 1).map((b): [string, string] => [a, b]))
}
