import type { PublicPage } from '@repo/contracts/public-page'
import { renderParts } from '../src/render/page.tsx'
import { wordsOf } from '../src/words.ts'
import { shownAtMs } from './pages.ts'

/** What those who listen to a page are sent of it. */
export function partsOf(page: PublicPage): Record<string, string> {
  const base = `/status/${page.slug}`
  return renderParts({
    ...{ page, words: wordsOf(page.language), base, updatedAtMs: shownAtMs, isStale: false },
    ...{ version: 'next', ways: { mail: false, hooks: false } },
  })
}
