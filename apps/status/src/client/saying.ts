/// <reference lib="dom" />
import type { Saying } from '../day-text.ts'

/** The words of the page that the server has put into it. */
export const saying: Saying = {
  locale: document.body.dataset.locale ?? 'en-GB',
  words: JSON.parse(document.body.dataset.words ?? '{}'),
}
