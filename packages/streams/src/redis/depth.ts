import type { Redis } from 'ioredis'
import type { Depth } from '../stream.ts'
import { deadKey } from './dead.ts'
import { redact } from './redact.ts'

type Reply = [error: Error | null, reply: unknown]

export const lostKey = (key: string) => `${key}:lost`

export async function readDepth(redis: Redis, key: string, group: string): Promise<Depth> {
  const replies = (await redis
    .pipeline()
    .xlen(key)
    .xrange(key, '-', '+', 'COUNT', 1)
    .time()
    .xpending(key, group)
    .xlen(deadKey(key))
    .get(lostKey(key))
    .exec()) as Reply[]
  const [length, oldest, time, pending, dead, lost] = replies
  if (length?.[0]) throw redact(length[0])
  return {
    length: numberOf(length),
    // Without a group nothing is pending: the server answers NOGROUP until the first consumer has come.
    pending: pending?.[0] ? 0 : Number((pending?.[1] as unknown[] | undefined)?.[0] ?? 0),
    oldestAgeMs: ageMs(oldest?.[1] as [id: string][] | undefined, time?.[1] as [string, string] | undefined),
    dead: numberOf(dead),
    lost: numberOf(lost),
  }
}

function numberOf(reply: Reply | undefined): number {
  return reply?.[0] ? 0 : Number(reply?.[1] ?? 0)
}

// What is acknowledged is deleted, so the first entry is the oldest that is not finished.
function ageMs(oldest: [id: string][] | undefined, time: [string, string] | undefined): number {
  const id = oldest?.[0]?.[0]
  if (!id || !time) return 0
  const nowMs = Number(time[0]) * 1_000 + Math.floor(Number(time[1]) / 1_000)
  return Math.max(0, nowMs - Number(id.split('-')[0]))
}
