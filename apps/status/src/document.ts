import type { PageTheme } from '@repo/contracts/status-pages'
import type { Made, Scene } from './answers.ts'
import { renderPage } from './render/page.tsx'
import { style, themeStyle } from './render/style.ts'
import { type PageView, viewOf } from './view.ts'

/** Nothing but our own styles, our own script and font, the page's own images, and an icon that stands in the document. */
function headersWith(styles: readonly string[]) {
  const hashes = styles.map((text) => `'sha256-${new Bun.CryptoHasher('sha256').update(text).digest('base64')}'`)
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; img-src 'self' data:; font-src 'self'; connect-src 'self'; script-src 'self'; style-src ${hashes.join(' ')}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  } as const
}

/** Of a document without colours of its own. */
export const documentHeaders = headersWith([style])

export function headersOf(theme: PageTheme): typeof documentHeaders {
  const accent = themeStyle(theme)
  return accent === '' ? documentHeaders : headersWith([style, accent])
}

export function makeDocument(scene: Scene): Made {
  return documentOf(scene, renderPage)
}

/** A document of a page, with what it may load. */
export function documentOf(scene: Scene, render: (view: PageView) => string): Made {
  const view = viewOf(scene)
  return { body: render(view), headers: headersOf(view.page.theme) }
}
