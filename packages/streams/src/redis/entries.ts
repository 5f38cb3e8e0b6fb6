import { type Envelope, unpack } from './envelope.ts'

/** An entry as Redis returns it; without an envelope when it was deleted while it was pending. */
export interface Entry {
  readonly id: string
  readonly envelope: Envelope | null
}

export interface Reclaimed {
  readonly cursor: string
  readonly entries: readonly Entry[]
  /** How many pending entries had been deleted. */
  readonly lost: number
}

type RawEntry = [id: string, fields: string[] | null]

export function parseRead(reply: unknown): Entry[] {
  const streams = (reply ?? []) as [key: string, entries: RawEntry[]][]
  return streams.flatMap(([, entries]) => entries.map(parseEntry))
}

export function parseReclaimed(reply: unknown): Reclaimed {
  const [cursor, entries, deleted] = reply as [string, (RawEntry | null)[], string[] | undefined]
  return {
    cursor,
    entries: entries.filter((entry) => entry !== null).map(parseEntry),
    lost: (deleted?.length ?? 0) + entries.filter((entry) => entry === null).length,
  }
}

export interface PendingEntry {
  readonly id: string
  readonly deliveries: number
}

export function parsePending(reply: unknown): PendingEntry[] {
  const rows = reply as [id: string, consumer: string, idleMs: number, deliveries: number][]
  return rows.map(([id, , , deliveries]) => ({ id, deliveries }))
}

/** The names in a reply of XINFO, whose rows are flat lists of fields and values. */
export function parseNames(reply: unknown): string[] {
  const rows = reply as unknown[][]
  return rows.map((fields) => String(fields[fields.indexOf('name') + 1]))
}

function parseEntry([id, fields]: RawEntry): Entry {
  return { id, envelope: fields === null ? null : unpack(fields) }
}
