import { streamLimits } from '../limits.ts'
import { pause } from '../pause.ts'
import { addAll } from './append.ts'
import { pack } from './envelope.ts'
import { type HeldEntry, isUntouched, openTexts } from './held.ts'
import type { InboxParts } from './inbox.ts'
import { runStep } from './step.ts'

/** What a consumer that leaves does with the entries it has not finished; nothing of it counts as a failure. */
export function createReturns({ redis, key, group, held }: InboxParts) {
  // What is left of an entry becomes a new one in the step that acknowledges the old one. Not where another has taken it
  // because this process was frozen: it is his to finish, or he has finished it.
  async function putBack(begun: readonly HeldEntry[]): Promise<void> {
    if (begun.length === 0) return
    const own = new Set((await group.deliveries(begun.map(({ id }) => id))).map(({ id }) => id))
    const entries = begun.filter(({ id }) => own.has(id))
    if (entries.length === 0) return
    const step = redis.multi()
    for (const entry of entries) addAll(step, key, pack(openTexts(entry), { deliveredBefore: entry.deliveries - 1 }))
    const ids = entries.map(({ id }) => id)
    await runStep(group.acknowledge(step, ids))
  }

  // As it is: it keeps its place, and it needs no memory of a server that may have none left.
  async function giveBack(entries: readonly HeldEntry[]): Promise<void> {
    await group.giveBack(
      entries.map(({ id, deliveries, deliveredBefore }) => ({ id, deliveries: deliveries - deliveredBefore })),
    )
  }

  async function giveAllBack(): Promise<void> {
    const entries = [...held.values()]
    held.clear()
    const begun = entries.filter((entry) => !isUntouched(entry))
    const isPutBack = await putBack(begun).then(
      () => true,
      () => false,
    )
    await giveBack(isPutBack ? entries.filter(isUntouched) : entries)
    await group.reap(true)
  }

  return {
    /** Never rejects, and ends soon: what cannot be given back now is reclaimed when it has been idle for long enough. */
    async giveAllBack(): Promise<void> {
      const given = new AbortController()
      const giving = giveAllBack()
        .catch(() => {})
        .finally(() => given.abort())
      await Promise.race([giving, pause(streamLimits.giveBackMs, given.signal)])
    },
  }
}
