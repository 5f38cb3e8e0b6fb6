import type { Codec } from '@repo/contracts/check-message'
import { illegibleReason, isLastChance } from '../burial.ts'
import { streamLimits } from '../limits.ts'
import { persist } from '../pause.ts'
import { addAll } from './append.ts'
import { addDead, type Buried, deadAlarm } from './dead.ts'
import type { Entry } from './entries.ts'
import { type Envelope, pack } from './envelope.ts'
import { completedBy, type HeldEntry, type RedisClaim, settle } from './held.ts'
import type { InboxParts } from './inbox.ts'
import type { Redelivered } from './reclaim.ts'
import { runStep } from './step.ts'

/** Makes claims of entries, each of which is held from then on. */
export interface Opener<Message> {
  fresh(entries: readonly Entry[], signal: AbortSignal): Promise<RedisClaim<Message>[]>
  again(entries: readonly Redelivered[], signal: AbortSignal): Promise<RedisClaim<Message>[]>
}

interface Illegible {
  readonly claim: RedisClaim<null>
  readonly text: string
  readonly reason: string
}

export function createOpener<Message>(parts: InboxParts, codec: Codec<Message>): Opener<Message> {
  const { redis, key, group, held, onAlarm, tellOfLost } = parts

  async function open(entries: readonly Redelivered[], signal: AbortSignal): Promise<RedisClaim<Message>[]> {
    const claims: RedisClaim<Message>[] = []
    const illegible: Illegible[] = []
    const lost: string[] = []
    for (const { entry, deliveries } of entries) {
      // One that was deleted while it was pending has nothing left.
      if (entry.envelope === null) lost.push(entry.id)
      // A group that was created anew delivers what is at work here a second time.
      else if (!held.has(entry.id)) read(hold(entry.id, entry.envelope, deliveries), claims, illegible)
    }
    // What was read is held from now on and has to come out of here, whatever becomes of the rest.
    if (lost.length > 0) await persist(() => forget(lost), streamLimits.backendRetry, signal)
    if (illegible.length > 0) await persist(() => bury(illegible), streamLimits.backendRetry, signal)
    return claims
  }

  async function forget(ids: readonly string[]): Promise<void> {
    await runStep(group.acknowledge(redis.pipeline(), ids))
    await tellOfLost(ids.length)
  }

  function hold(id: string, { texts, deliveredBefore }: Envelope, deliveries: number): HeldEntry {
    const entry = {
      id,
      deliveredBefore,
      deliveries: deliveredBefore + deliveries,
      texts: [...texts],
      open: texts.length,
    }
    held.set(id, entry)
    return entry
  }

  function read(entry: HeldEntry, claims: RedisClaim<Message>[], illegible: Illegible[]): void {
    const { deliveries } = entry
    for (const [index, text] of entry.texts.entries()) {
      try {
        claims.push({ entry, index, deliveries, message: codec.decode(text ?? '') })
      } catch (error) {
        const reason = illegibleReason(error)
        illegible.push({ claim: { entry, index, deliveries, message: null }, text: text ?? '', reason })
      }
    }
  }

  // Alone: its neighbours in the entry are handled as if it had not been there.
  async function bury(illegible: readonly Illegible[]): Promise<void> {
    const buried: Buried[] = illegible.map(({ claim, text, reason }) => ({ id: claim.entry.id, text, reason }))
    const claims = illegible.map(({ claim }) => claim)
    const done = completedBy(claims).map(({ id }) => id)
    await runStep(group.acknowledge(addDead(redis.multi(), key, buried), done))
    settle(claims)
    for (const id of done) held.delete(id)
    onAlarm(deadAlarm(key, buried))
  }

  // One of its messages may have been the death of its consumers. Each has its last chance alone, so that the others
  // do not share its fate.
  async function split(worn: readonly Redelivered[]): Promise<void> {
    const step = redis.multi()
    for (const { entry, deliveries } of worn) {
      const { texts, deliveredBefore } = entry.envelope ?? { texts: [], deliveredBefore: 0 }
      const counted = Math.min(deliveredBefore + deliveries, streamLimits.deliveries) - 1
      addAll(step, key, pack(texts, { messagesPerEntry: 1, deliveredBefore: counted }))
    }
    await runStep(
      group.acknowledge(
        step,
        worn.map(({ entry }) => entry.id),
      ),
    )
  }

  return {
    fresh: (entries, signal) =>
      open(
        entries.map((entry) => ({ entry, deliveries: 1 })),
        signal,
      ),
    async again(entries, signal) {
      const worn = entries.filter(isWornTogether)
      if (worn.length > 0) await persist(() => split(worn), streamLimits.backendRetry, signal)
      return await open(
        entries.filter((one) => !worn.includes(one)),
        signal,
      )
    },
  }
}

function isWornTogether({ entry, deliveries }: Redelivered): boolean {
  const { envelope } = entry
  if (envelope === null || envelope.texts.length === 1) return false
  return isLastChance({ message: null, deliveries: envelope.deliveredBefore + deliveries })
}
