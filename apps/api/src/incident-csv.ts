import { incidentsCounted } from '@repo/contracts/incidents'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { IncidentPage, IncidentsAsked, StoredIncident } from '@repo/db/queries/incidents'

const PAGE_COUNT = 500

interface CsvPlan {
  readonly isOpen: boolean | undefined
  readonly nowMs: number
}

/** Incidents as CSV, a page at a time, as fast as it is taken: those that last first, as the list has them. */
export function incidentCsv(
  readPage: (page: IncidentsAsked) => Promise<IncidentPage>,
  { isOpen, nowMs }: CsvPlan,
): ReadableStream<Uint8Array> {
  const parts = [true, false].filter((isLasting) => isOpen === undefined || isOpen === isLasting)
  async function* lines(): AsyncGenerator<string> {
    yield lineOf(columns.map(([name]) => name))
    for (const isLasting of parts) {
      let cursor: IncidentsAsked['cursor']
      for (let count = 0; count < incidentsCounted; count += PAGE_COUNT) {
        const { items, next } = await readPage({ isOpen: isLasting, limit: PAGE_COUNT, cursor })
        yield items.map((incident) => lineOf(columns.map(([, cellOf]) => cellOf(incident, nowMs)))).join('')
        if (!next) break
        cursor = next
      }
    }
  }
  return encoded(lines())
}

function encoded(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await lines.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await lines.return(undefined)
    },
  })
}

type Cell = string | number | null

const columns: readonly (readonly [name: string, cellOf: (incident: StoredIncident, nowMs: number) => Cell])[] = [
  ['id', ({ id }) => id],
  ['monitor', ({ monitorName }) => monitorName],
  ['monitor_id', ({ monitorId }) => monitorId],
  [
    'state',
    ({ endedAtMs, acknowledged }) => (endedAtMs !== null ? 'resolved' : acknowledged ? 'acknowledged' : 'open'),
  ],
  ['severity', ({ severity }) => severity],
  ['cause', ({ cause }) => cause.code],
  ['message', ({ cause }) => cause.message],
  ['region', ({ cause }) => cause.region],
  ['began_at', ({ beganAtMs }) => isoTime(beganAtMs)],
  ['opened_at', ({ openedAtMs }) => isoTime(openedAtMs)],
  ['ended_at', ({ endedAtMs }) => isoTimeOrNull(endedAtMs)],
  ['duration_seconds', ({ beganAtMs, endedAtMs }, nowMs) => Math.max(0, (endedAtMs ?? nowMs) - beganAtMs) / 1_000],
  ['resolution', ({ resolution }) => resolution],
  ['acknowledged_at', ({ acknowledged }) => isoTimeOrNull(acknowledged?.atMs ?? null)],
  ['acknowledged_by', ({ acknowledged }) => acknowledged?.by.name ?? null],
  ['assignee', ({ assignee }) => assignee?.name ?? null],
  ['storm_id', ({ stormId }) => stormId],
]

function lineOf(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`
}

/** A spreadsheet would carry out what begins like a formula: with a quote before it, it is the text that it is. */
function cellText(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell)
  const text = /^[\s]*[=+\-@]|^[\t\r\n]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
