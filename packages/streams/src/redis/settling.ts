import type { ChainableCommander } from 'ioredis'
import type { Settled } from '../inbox.ts'
import { addAll } from './append.ts'
import { addDead, deadAlarm } from './dead.ts'
import { pack } from './envelope.ts'
import { completedBy, isAlone, type RedisClaim, settle, textOf } from './held.ts'
import type { InboxParts } from './inbox.ts'
import { runStep } from './step.ts'

type Add = (step: ChainableCommander) => void

/**
 * Settles messages in one transaction: an entry is acknowledged with the last of its messages. A message that comes again
 * leaves its entry and gets one of its own; one that has its own already is let go, and comes when it was idle long enough.
 */
export function createSettling<Message>({ redis, key, group, held, onAlarm }: InboxParts) {
  return async (settled: readonly Settled<RedisClaim<Message>>[], add: Add): Promise<void> => {
    const letGo = settled.filter(({ kind, claim }) => kind === 'back' && isAlone(claim.entry))
    const leaving = settled.filter((one) => !letGo.includes(one))
    const claims = leaving.map(({ claim }) => claim)
    const done = completedBy(claims).map(({ id }) => id)
    const dead = leaving.flatMap((one) => (one.kind === 'dead' ? [toBuried(one)] : []))

    const step = redis.multi()
    add(step)
    for (const { kind, claim } of leaving) {
      if (kind === 'back') addAll(step, key, pack([textOf(claim)], { deliveredBefore: claim.deliveries }))
    }
    addDead(step, key, dead)
    // MULTI is the first in the queue. A server without memory takes no transaction at all, not even one that frees some: what
    // adds nothing needs none.
    if (step.length > 1) await runStep(group.acknowledge(step, done))
    else if (done.length > 0) await runStep(group.acknowledge(redis.pipeline(), done))

    settle(claims)
    for (const id of done) held.delete(id)
    for (const { claim } of letGo) held.delete(claim.entry.id)
    if (dead.length > 0) onAlarm(deadAlarm(key, dead))
  }
}

function toBuried({ claim, reason }: { claim: RedisClaim<unknown>; reason: string }) {
  return { id: claim.entry.id, text: textOf(claim), reason }
}
