import type { Redis } from 'ioredis'
import { streamLimits } from '../limits.ts'
import type { Alarm } from '../stream.ts'
import { type Entry, MESSAGE_FIELD } from './entries.ts'
import type { Group } from './group.ts'
import { runStep } from './step.ts'

export interface Buried {
  readonly entry: Entry
  readonly reason: string
}

interface Graveyard {
  readonly redis: Redis
  readonly key: string
  readonly onAlarm: Alarm
}

/** Moves entries that cannot be handled to `<key>:dead`, in one step per batch, so that they never block their neighbours. */
export async function bury(
  { redis, key, onAlarm }: Graveyard,
  { group, buried }: { group: Group; buried: readonly Buried[] },
): Promise<void> {
  if (buried.length === 0) return
  const step = redis.multi()
  for (const { entry, reason } of buried) {
    // An entry that was trimmed while it was pending left nothing to be kept.
    if (entry.text === null) continue
    step.call(
      'XADD',
      `${key}:dead`,
      'MAXLEN',
      '~',
      streamLimits.deadLength,
      '*',
      MESSAGE_FIELD,
      entry.text,
      'id',
      entry.id,
      'reason',
      reason,
    )
  }
  const ids = buried.map(({ entry }) => entry.id)
  await runStep(group.acknowledge(step, ids))
  onAlarm(
    `${buried.length} messages of ${key} were set aside in ${key}:dead, the first because it ${buried[0]?.reason}`,
  )
}
