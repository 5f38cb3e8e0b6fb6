import { incidentsCounted } from '@repo/contracts/incidents'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { IncidentPage, IncidentsAsked, StoredIncident } from '@repo/db/queries/incidents'
import { type Cell, csvLine, csvStream } from './csv.ts'

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
    yield csvLine(columns.map(([name]) => name))
    for (const isLasting of parts) {
      let cursor: IncidentsAsked['cursor']
      for (let count = 0; count < incidentsCounted; count += PAGE_COUNT) {
        const { items, next } = await readPage({ isOpen: isLasting, limit: PAGE_COUNT, cursor })
        yield items.map((incident) => csvLine(columns.map(([, cellOf]) => cellOf(incident, nowMs)))).join('')
        if (!next) break
        cursor = next
      }
    }
  }
  return csvStream(lines())
}

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
