/** @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Scene } from '../answers.ts'
import { headlineOf } from '../headline.ts'
import { addressOf } from '../page-reading.ts'
import { wordsOf } from '../words.ts'
import { style } from './style.ts'

const own = `${style}body{background:none}a{display:flex;text-decoration:none;margin:0;border-radius:12px;padding:16px 20px;min-height:96px;align-items:center}`
const ownHash = new Bun.CryptoHasher('sha256').update(own).digest('base64')

/** Any page may hold it; it does nothing but be a link. */
export const widgetHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${ownHash}'; base-uri 'none'; form-action 'none'; frame-ancestors *`,
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
          <a class={`banner ${headline.tone}`} href={addressOf(scene)} target="_blank" rel="noopener">
            <strong>{headline.text}</strong>
          </a>
        </body>
      </html>
    )
  ).toString()}`
}
