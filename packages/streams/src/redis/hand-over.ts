import type { Redis } from 'ioredis'
import type { HandOver } from '../inbox.ts'
import { addAll, type Trim } from './append.ts'
import type { RedisClaim, RedisInbox } from './inbox.ts'
import { runStep } from './step.ts'

export interface HandOverOptions<Message> {
  readonly redis: Redis
  readonly inbox: RedisInbox<Message>
  readonly target: string
  readonly trim: Trim
}

export function createHandOver<Message>(options: HandOverOptions<Message>): HandOver<RedisClaim<Message>> {
  const { redis, inbox, target, trim } = options
  let targetFits = false

  // A command that fails within MULTI does not undo its neighbours: with a target of another type the messages
  // would be acknowledged without their outputs.
  async function refuseOtherType(): Promise<void> {
    const type = targetFits ? 'stream' : await redis.type(target)
    targetFits = type === 'stream' || type === 'none'
    if (!targetFits) throw new Error(`${target} is a ${type} and not a stream`)
  }

  return async (finished) => {
    await refuseOtherType()
    const ids = finished.map(({ claim }) => claim.id)
    const step = redis.multi()
    for (const { texts } of finished) addAll(step, target, texts)
    await runStep(inbox.group.acknowledge(step, ids))
    inbox.forget(ids)
    await trim()
  }
}
