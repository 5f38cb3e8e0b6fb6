import type { ChainableCommander, Redis } from 'ioredis'
import { streamLimits } from '../limits.ts'
import type { Alarm } from '../stream.ts'
import { MESSAGE_FIELD } from './entries.ts'
import { runStep } from './step.ts'

/** Appends in order, several steps of bounded length one after the other. */
export async function appendTo(redis: Redis, key: string, texts: readonly string[]): Promise<void> {
  for (let from = 0; from < texts.length; from += streamLimits.messagesPerStep) {
    const step = redis.pipeline()
    addAll(step, key, texts.slice(from, from + streamLimits.messagesPerStep))
    await runStep(step)
  }
}

export function addAll(step: ChainableCommander, key: string, texts: readonly string[]): ChainableCommander {
  for (const text of texts) step.xadd(key, '*', MESSAGE_FIELD, text)
  return step
}

export type Trim = () => Promise<void>

export interface TrimOptions {
  readonly redis: Redis
  readonly name: string
  readonly maxAgeMs: number
  readonly onAlarm: Alarm
}

/**
 * Drops what is older than `maxAgeMs`, now and then, on the way of those who append: so a stream that nobody reads stays
 * bounded too. By the server's clock, which made the ids.
 */
export function createTrim({ redis, name, maxAgeMs, onAlarm }: TrimOptions): Trim {
  let dueAtMs = 0

  async function trim(): Promise<number> {
    const [seconds] = await redis.time()
    return await redis.xtrim(name, 'MINID', '~', Number(seconds) * 1_000 - maxAgeMs)
  }

  // Never rejects: what was appended is appended, and the next trim makes up for one that failed.
  return async () => {
    if (performance.now() < dueAtMs) return
    dueAtMs = performance.now() + streamLimits.trimEveryMs
    const dropped = await trim().catch(() => 0)
    if (dropped > 0) onAlarm(`${dropped} messages of ${name} waited for longer than ${maxAgeMs} ms and were dropped`)
  }
}
