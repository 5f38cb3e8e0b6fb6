/** What can be seen and read, by the contrast of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio). */

/** What lines, marks and the edges of controls need (1.4.11). */
export const MARK_CONTRAST = 3
/** What text needs (1.4.3). */
export const TEXT_CONTRAST = 4.5

/** What pages are drawn on: the page itself, and what lies on it. The same as in the tokens of the screens. */
export const themeGrounds = { light: ['#fafaf7', '#ffffff'], dark: ['#0d0f14', '#14171e'] } as const

/** From 1, which is none, to 21. Both are written `#rrggbb`. */
export function contrastOf(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

/** Black or white: whichever is read better on a colour. One of them always has 4.5. */
export function inkOn(colour: string): '#000000' | '#ffffff' {
  return contrastOf(colour, '#000000') > contrastOf(colour, '#ffffff') ? '#000000' : '#ffffff'
}

/** The least contrast that a colour has with what it is drawn on. Rounded down: 2.999 is not said to be the 3 that it has to be. */
export function accentContrast(accent: string, theme: keyof typeof themeGrounds): number {
  const least = Math.min(...themeGrounds[theme].map((ground) => contrastOf(accent, ground)))
  return Math.floor(least * 100) / 100
}

/** Why a colour cannot be told from what it is drawn on, with the least of its ratios; undefined where it can. */
export function accentObjection(accent: string, theme: keyof typeof themeGrounds): string | undefined {
  const ratio = accentContrast(accent, theme)
  if (ratio >= MARK_CONTRAST) return undefined
  return `has a contrast of ${ratio}:1 on the ${theme} page; at least ${MARK_CONTRAST}:1 can be seen, and ${TEXT_CONTRAST}:1 read`
}

/** The relative luminance of sRGB, from 0 to 1. */
function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
