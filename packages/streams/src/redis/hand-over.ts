import type { Redis } from 'ioredis'
import type { HandOver } from '../inbox.ts'
import { addAll, type Trim } from './append.ts'
import { type Packing, pack } from './envelope.ts'
import type { RedisClaim } from './held.ts'
import type { RedisInbox } from './inbox.ts'

export interface HandOverOptions<Message> {
  readonly redis: Redis
  readonly inbox: RedisInbox<Message>
  readonly target: string
  readonly packing: Packing
  readonly trim: Trim
}

export function createHandOver<Message>(options: HandOverOptions<Message>): HandOver<RedisClaim<Message>> {
  const { redis, inbox, target, packing, trim } = options
  let targetFits = false

  // A command that fails within MULTI does not undo its neighbours: with a target of another type the messages
  // would be acknowledged without their outputs.
  async function refuseOtherType(): Promise<void> {
    const type = targetFits ? 'stream' : await redis.type(target)
    targetFits = type === 'stream' || type === 'none'
    if (!targetFits) throw new Error(`${target} is a ${type} and not a stream`)
  }

  return async (settled) => {
    await refuseOtherType()
    const texts = settled.flatMap((one) => (one.kind === 'back' ? [] : one.texts))
    await inbox.settleWith(settled, (step) => addAll(step, target, pack(texts, packing)))
    await trim()
  }
}
