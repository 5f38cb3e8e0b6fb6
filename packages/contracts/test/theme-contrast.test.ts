import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pageThemeSchema } from '../src/status-pages.ts'
import { accentObjection, contrastOf, inkOn, themeGrounds } from '../src/theme-contrast.ts'

describe('a contrast', () => {
  test.each([
    ['black on white is all there is', '#000000', '#ffffff', 21],
    ['of a colour with itself there is none', '#8e2f76', '#8e2f76', 1],
    ['the order does not matter', '#ffffff', '#000000', 21],
    ['grey that just can be read', '#767676', '#ffffff', 4.54],
    ['capital letters are the same', '#FAFAF7', '#8E2F76', 7.13],
  ])('%s', (_what, one, other, ratio) => {
    expect(Math.round(contrastOf(one, other) * 100) / 100).toBe(ratio)
  })

  test('of black or white is enough to be read on any colour', () => {
    const steps = ['00', '33', '66', '99', 'cc', 'ff']
    const colours = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => `#${red}${green}${blue}`)))
    for (const colour of colours) expect(contrastOf(inkOn(colour), colour)).toBeGreaterThanOrEqual(4.5)
  })
})

describe('an accent', () => {
  const themed = (light: string, dark: string) => pageThemeSchema.safeParse({ accent: { light, dark } })

  test('that can be seen in both themes is taken', () => {
    expect(themed('#8e2f76', '#e893cf').success).toBeTrue()
  })

  test.each([
    [
      'light',
      '#ffd84d',
      '#e893cf',
      'has a contrast of 1.32:1 on the light page; at least 3:1 can be seen, and 4.5:1 read',
    ],
    [
      'dark',
      '#8e2f76',
      '#22304d',
      'has a contrast of 1.36:1 on the dark page; at least 3:1 can be seen, and 4.5:1 read',
    ],
  ])('that cannot be seen in the %s one is refused with its contrast', (theme, light, dark, message) => {
    const refused = themed(light, dark)
    expect(refused.error?.issues).toMatchObject([{ path: ['accent', theme], message }])
  })

  test('that is no colour is refused as such, without a contrast', () => {
    expect(themed('red', '#e893cf').error?.issues.map(({ message }) => message)).toEqual([
      'is not a colour, such as #8e2f76',
    ])
  })

  test('of just 3:1 is taken, and a little less is not', () => {
    expect(accentObjection('#919191', 'light')).toBeUndefined()
    expect(accentObjection('#929292', 'light')).toContain('a contrast of 2.97:1')
  })
})

test('pages are judged by what they are drawn on', () => {
  const css = readFileSync(fileURLToPath(new URL('../../ui/src/tokens.css', import.meta.url)), 'utf8')
  const grounds = Array.from(css.matchAll(/--(?:bg|surface): (#[0-9a-f]{6});/g), ([, colour]) => colour)
  expect(grounds).toEqual([...themeGrounds.light, ...themeGrounds.dark])
})
