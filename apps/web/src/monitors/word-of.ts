import type { Monitor } from '@repo/contracts/monitors'
import { t } from '@repo/ui/words'

/** "Unknown" is a verdict; before the first check there is none. Undefined where the word of the status itself is right. */
export function wordOf({ status, last }: Pick<Monitor, 'status' | 'last'>): string | undefined {
  return status === 'unknown' && last === null ? t('No data') : undefined
}
