import type { ChannelJson } from '@repo/contracts/alert-channels'
import type { Status } from '@repo/domain/status'
import { locale, t } from '@repo/ui/words'

/** How often in a row a channel is in vain before people are told of it. */
export const failuresToTell = 3

/** How a channel fares, in a word; the status lends it its glyph. */
export function channelHealth({ paused, failures, lastAcceptedAt }: ChannelJson): { status: Status; word: string } {
  if (paused) return { status: 'paused', word: t('Paused') }
  if (failures > 0) return { status: 'down', word: t('Failing') }
  return lastAcceptedAt ? { status: 'up', word: t('Works') } : { status: 'unknown', word: t('Not used yet') }
}

export function attemptsText(count: number): string {
  return t('{count, plural, one {# attempt} other {# attempts}}', { count })
}

export function isInTrouble({ paused, failures }: ChannelJson): boolean {
  return !paused && failures >= failuresToTell
}

/** `Ann`, `Ann and Bob`, `Ann, Bob and Eve`. */
export function listText(words: readonly string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string {
  return new Intl.ListFormat(locale(), { type }).format(words)
}
