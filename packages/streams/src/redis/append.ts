import type { ChainableCommander, Redis } from 'ioredis'
import { streamLimits } from '../limits.ts'
import { type Alarm, Fenced } from '../stream.ts'
import { type Fields, type Packing, pack } from './envelope.ts'
import { defineScript, runScript } from './script.ts'
import { runStep } from './step.ts'

/** What a publisher has to hold: the key of the newest token, and its own. */
export interface RedisTokens {
  readonly tokenKey: string
  readonly token: number
}

export interface Append {
  readonly redis: Redis
  readonly key: string
  readonly fence?: RedisTokens | undefined
  readonly packing?: Packing
}

/** Appends in order, several steps of bounded length one after the other. */
export async function appendTo({ redis, key, fence, packing }: Append, texts: readonly string[]): Promise<void> {
  for (let from = 0; from < texts.length; from += streamLimits.messagesPerStep) {
    const entries = pack(texts.slice(from, from + streamLimits.messagesPerStep), packing)
    if (fence) await appendFenced({ redis, key, fence }, entries)
    else await runStep(addAll(redis.pipeline(), key, entries))
  }
}

export function addAll(step: ChainableCommander, key: string, entries: readonly Fields[]): ChainableCommander {
  for (const fields of entries) step.xadd(key, '*', ...fields)
  return step
}

const APPEND_FENCED = defineScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
for i = 2, #ARGV, 2 do redis.call('XADD', KEYS[1], '*', ARGV[i], ARGV[i + 1]) end
return 1`)

type FencedAppend = Omit<Append, 'fence'> & { readonly fence: RedisTokens }

async function appendFenced({ redis, key, fence }: FencedAppend, entries: readonly Fields[]): Promise<void> {
  const args = [`${fence.token}`, ...entries.flat()]
  const added = await runScript(redis, APPEND_FENCED, { keys: [key, fence.tokenKey], args })
  if (added !== 1) throw new Fenced(`somebody else has taken the lease since token ${fence.token}`)
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
    if (dropped > 0) onAlarm(`${dropped} entries of ${name} waited for longer than ${maxAgeMs} ms and were dropped`)
  }
}
