import type { ChannelJson } from '@repo/contracts/alert-channels'
import type { Status } from '@repo/domain/status'

/** How often in a row a channel is in vain before people are told of it. */
export const failuresToTell = 3

/** How a channel fares, in a word; the status lends it its glyph. */
export function channelHealth({ paused, failures, lastAcceptedAt }: ChannelJson): { status: Status; word: string } {
  if (paused) return { status: 'paused', word: 'Paused' }
  if (failures > 0) return { status: 'down', word: 'Failing' }
  return lastAcceptedAt ? { status: 'up', word: 'Works' } : { status: 'unknown', word: 'Not used yet' }
}

export function attemptsText(count: number): string {
  return `${count} attempt${count === 1 ? '' : 's'}`
}

export function isInTrouble({ paused, failures }: ChannelJson): boolean {
  return !paused && failures >= failuresToTell
}

/** `Ann`, `Ann and Bob`, `Ann, Bob and Eve`. */
export function listText(words: readonly string[], joint = 'and'): string {
  if (words.length <= 1) return words[0] ?? ''
  return `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`
}
