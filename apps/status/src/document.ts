import type { Made, Scene } from './answers.ts'
import { renderPage } from './render/page.tsx'
import { style } from './render/style.ts'
import { english } from './words.ts'

const styleHash = new Bun.CryptoHasher('sha256').update(style).digest('base64')

/** Nothing but our own style, our own script and the page's own images. */
export const documentHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; img-src 'self'; font-src 'self'; connect-src 'self'; script-src 'self'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
} as const

export function makeDocument({ kept, updatedAtMs, isStale }: Scene): Made {
  const body = renderPage({ page: kept.snapshot.page, words: english, updatedAtMs, isStale })
  return { body, headers: documentHeaders }
}
