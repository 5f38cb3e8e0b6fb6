/** An entry as Redis returns it; without a text when the entry was deleted while it was pending. */
export interface Entry {
  readonly id: string
  readonly text: string | null
}

export interface Reclaimed {
  readonly cursor: string
  readonly entries: readonly Entry[]
  /** How many pending entries had been trimmed away. */
  readonly lost: number
}

/** Of an entry the field `m` is the message; an entry without it is not one of ours. */
export const MESSAGE_FIELD = 'm'

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
  if (fields === null) return { id, text: null }
  const at = fields.findIndex((field, index) => index % 2 === 0 && field === MESSAGE_FIELD)
  return { id, text: at === -1 ? '' : (fields[at + 1] ?? '') }
}
