/** @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Scene } from '../answers.ts'
import { headlineOf } from '../headline.ts'
import { addressOf } from '../page-reading.ts'
import { wordsOf } from '../words.ts'
import { Definitions, Glyph } from './glyph.tsx'
import { style } from './style.ts'

/** As high as sites are told that it is (`routes/embedding.ts`): three lines of a headline, and the name of the page. */
const rules = [
  // In the scheme of whatever page holds it: beneath another one browsers lay a ground that is not seen through.
  'html[data-theme]{color-scheme:normal}',
  'body{background:none}',
  '.banner{text-decoration:none;border-radius:12px;padding:8px 16px;gap:12px;height:96px}',
  '.banner .glyph{width:20px;height:20px;align-self:center;margin:0}',
  'a>span{min-width:0}',
  'strong{font-size:.875rem;line-height:1.35;overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3}',
  'small{font-size:.75rem;line-height:1.4;display:block;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}',
]
const own = style + rules.join('')
const ownHash = new Bun.CryptoHasher('sha256').update(own).digest('base64')

/** Any page may hold it; it does nothing but be a link. */
export const widgetHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; font-src 'self'; style-src 'sha256-${ownHash}'; base-uri 'none'; form-action 'none'; frame-ancestors *`,
} as const

/** What the page says in one line, as a link to it. */
export function renderWidget(scene: Scene): string {
  const { page } = scene.kept.snapshot
  const headline = headlineOf(page, wordsOf(page.language))
  return `<!doctype html>${(
    (
      <html lang={page.language} data-theme={page.theme.mode}>
        <head>
          <meta charset="utf-8" />
          <meta name="robots" content="noindex" />
          <title>{page.title}</title>
          <style>{raw(own)}</style>
        </head>
        <body>
          <Definitions />
          <a class={`banner ${headline.tone}`} href={addressOf(scene)} target="_blank" rel="noopener">
            <Glyph tone={headline.tone} />
            <span>
              <strong>{headline.text}</strong>
              <small>{page.title}</small>
            </span>
          </a>
        </body>
      </html>
    )
  ).toString()}`
}
