import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PageTheme } from '@repo/contracts/status-pages'
import { contrastOf, inkOn, TEXT_CONTRAST, themeGrounds } from '@repo/contracts/theme-contrast'
import { font } from '../page-assets.ts'

/** The colours of the dashboard: measured there, and the same here. */
const tokens = readFileSync(fileURLToPath(import.meta.resolve('@repo/ui/tokens.css')), 'utf8')

/** Charts of the dashboard have colours of their own, which no page uses. */
const unused = /^\s*--(?:series|heat|scrim)-?.*$/gm

const [light = '', dark = ''] = [...tokens.matchAll(/\{([^}]*)\}/g)].map(([, body = '']) => body.replaceAll(unused, ''))

/** The whole style of a page, which stands in it: a page is one request, its script and its font. */
export const style = compact(`
@font-face{font-family:'Hanken Grotesk';src:url(${font.path}) format('woff2');font-weight:100 900;font-display:optional}
:root{${light}}
[data-theme='dark']{${dark}}
@media (prefers-color-scheme:dark){[data-theme='auto']{${dark}}}
:root{--link:var(--accent);--ink:var(--surface)}
${readFileSync(new URL('./page.css', import.meta.url), 'utf8')}
`)

/** The accent of a page, in the place of ours; empty where it has none. Where it is too pale to be read, only its lines have it. */
export function themeStyle({ accent }: PageTheme): string {
  if (!accent) return ''
  const light = accentRules(accent.light, themeGrounds.light)
  const dark = accentRules(accent.dark, themeGrounds.dark)
  return `:root{${light}}[data-theme='dark']{${dark}}@media (prefers-color-scheme:dark){[data-theme='auto']{${dark}}}`
}

function accentRules(accent: string, grounds: readonly string[]): string {
  const isReadable = grounds.every((ground) => contrastOf(accent, ground) >= TEXT_CONTRAST)
  return `--accent:${accent};--link:${isReadable ? 'var(--accent)' : 'var(--fg)'};--ink:${inkOn(accent)}`
}

function compact(css: string): string {
  return css
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s*\n\s*/g, '')
    .replaceAll(/\s*([{};,])\s*/g, '$1')
    .replaceAll(/:\s+/g, ':')
    .replaceAll(';}', '}')
}
