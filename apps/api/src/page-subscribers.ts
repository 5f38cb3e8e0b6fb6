import { hookSettingsSchema, type Subscriber } from '@repo/contracts/page-subscribers'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { StoredSubscriber, WantedSubscribers } from '@repo/db/queries/page-subscribers'
import type { StatusPageId } from '@repo/domain/ids'
import { subscriberContext } from '@repo/secrets/subscriber-address'
import { type Cell, csvLine, csvStream } from './csv.ts'
import type { ApiDeps } from './deps.ts'

type SubscriberDeps = Pick<ApiDeps, 'keyring' | 'log'>

export function toSubscriberJson(deps: SubscriberDeps, pageId: StatusPageId, stored: StoredSubscriber): Subscriber {
  const { id, kind, state, components, endedBecause } = stored
  return {
    ...{ id, kind, state, endedBecause },
    components: components === null ? null : [...components],
    address: stored.email ?? hostOf(deps, pageId, stored),
    createdAt: isoTime(stored.createdAtMs),
    confirmedAt: isoTimeOrNull(stored.confirmedAtMs),
    endedAt: isoTimeOrNull(stored.endedAtMs),
  }
}

/** `https://hooks.example/…`; what comes after it is a password. */
function hostOf({ keyring, log }: SubscriberDeps, pageId: StatusPageId, { id, settings }: StoredSubscriber): string {
  try {
    const { url } = hookSettingsSchema.parse(JSON.parse(keyring.open(settings ?? '', subscriberContext(pageId, id))))
    return `${new URL(url).origin}/…`
  } catch (err) {
    log.error({ name: (err as Error).name, subscriberId: id }, 'the address of a hook could not be opened')
    return '…'
  }
}

const PAGE_COUNT = 500

type ReadSubscribers = (wanted: WantedSubscribers) => Promise<{
  readonly items: readonly StoredSubscriber[]
  readonly next: { readonly id: string } | null
}>

/** All of them as CSV, a page at a time. */
export function subscriberCsv(
  readPage: ReadSubscribers,
  toJson: (stored: StoredSubscriber) => Subscriber,
): ReadableStream<Uint8Array> {
  async function* lines(): AsyncGenerator<string> {
    yield csvLine(columns.map(([name]) => name))
    for (let cursor: WantedSubscribers['cursor'] | null; cursor !== null; ) {
      const { items, next } = await readPage({ limit: PAGE_COUNT, cursor })
      yield items.map((stored) => csvLine(columns.map(([, cellOf]) => cellOf(toJson(stored))))).join('')
      cursor = next
    }
  }
  return csvStream(lines())
}

const columns: readonly (readonly [name: string, cellOf: (subscriber: Subscriber) => Cell])[] = [
  ['id', ({ id }) => id],
  ['kind', ({ kind }) => kind],
  ['address', ({ address }) => address],
  ['state', ({ state }) => state],
  ['components', ({ components }) => components?.join(' ') ?? null],
  ['created_at', ({ createdAt }) => createdAt],
  ['confirmed_at', ({ confirmedAt }) => confirmedAt],
  ['ended_at', ({ endedAt }) => endedAt],
  ['ended_because', ({ endedBecause }) => endedBecause],
]
