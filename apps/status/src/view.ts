import type { PublicPage } from '@repo/contracts/public-page'
import type { Scene } from './answers.ts'
import type { SubscribeWays } from './subscribe-ways.ts'
import { type Words, wordsOf } from './words.ts'

/** All that is drawn of a page. */
export interface PageView {
  readonly page: PublicPage
  readonly words: Words
  /** When all of it was last found to be true. */
  readonly updatedAtMs: number
  /** Whether nobody could be asked for so long that it may not be true any more. */
  readonly isStale: boolean
  /** Of what it says: by it is told whether somebody who reads it has missed something. */
  readonly version: string
  /** What its own addresses begin with. */
  readonly base: string
  /** Whether it is shown to whoever writes it, and runs nothing. */
  readonly isPreview?: boolean
  /** By which ways whoever reads it can be told of what changes. */
  readonly ways: SubscribeWays
}

export function viewOf({ kept, base, updatedAtMs, isStale, ways }: Scene): PageView {
  const { page } = kept.snapshot
  return { page, version: kept.version, words: wordsOf(page.language), updatedAtMs, isStale, base, ways }
}
