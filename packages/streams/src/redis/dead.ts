import type { ChainableCommander } from 'ioredis'
import { streamLimits } from '../limits.ts'

export interface Buried {
  /** Of the entry that it came in. */
  readonly id: string
  readonly text: string
  readonly reason: string
}

export const deadKey = (key: string) => `${key}:dead`

/** Keeps a copy of what cannot be handled, with the reason; whoever runs the step acknowledges it there too. */
export function addDead(step: ChainableCommander, key: string, buried: readonly Buried[]): ChainableCommander {
  for (const { id, text, reason } of buried) {
    const fields = ['m', text, 'id', id, 'reason', reason]
    step.xadd(deadKey(key), 'MAXLEN', '~', streamLimits.deadLength, '*', ...fields)
  }
  return step
}

export function deadAlarm(key: string, buried: readonly Pick<Buried, 'reason'>[]): string {
  return `${buried.length} messages of ${key} were set aside in ${deadKey(key)}, the first because it ${buried[0]?.reason}`
}
