import type { Incident } from '@repo/contracts/incidents'

/** The rows of the list: what lasts on top, then what is over. */
export interface Sections {
  readonly open: readonly Incident[]
  readonly ended: readonly Incident[]
}

/**
 * Rows stay where they were, with what is new in them: what ended stays on top, and what left the filter stays as it was.
 * `waiting` counts those that would come, go or move.
 */
export function heldRows(before: Sections, now: Sections): Sections & { readonly waiting: number } {
  const current = new Map([...now.open, ...now.ended].map((incident) => [incident.id, incident]))
  const keep = (rows: readonly Incident[]) => rows.map((row) => current.get(row.id) ?? row)
  return { open: keep(before.open), ended: keep(before.ended), waiting: countMoves(before, now) }
}

function countMoves(before: Sections, now: Sections): number {
  const places = (sections: Sections) =>
    new Map([
      ...sections.open.map(({ id }) => [id, 'open'] as const),
      ...sections.ended.map(({ id }) => [id, 'ended'] as const),
    ])
  const [old, fresh] = [places(before), places(now)]
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((id) => old.get(id) !== fresh.get(id)).length
}

/** A storm's incidents in one, where two of them at least are there; in the place of the first of them. */
export type ListRow =
  | { readonly kind: 'one'; readonly incident: Incident }
  | { readonly kind: 'storm'; readonly stormId: string; readonly members: readonly Incident[] }

export function gatherRows(incidents: readonly Incident[]): ListRow[] {
  const storms = new Map<string, Incident[]>()
  for (const incident of incidents) {
    if (incident.stormId !== null) storms.set(incident.stormId, [...(storms.get(incident.stormId) ?? []), incident])
  }
  const rows: ListRow[] = []
  for (const incident of incidents) {
    const members = incident.stormId === null ? [] : (storms.get(incident.stormId) ?? [])
    if (members.length < 2) rows.push({ kind: 'one', incident })
    else if (members[0] === incident && incident.stormId !== null)
      rows.push({ kind: 'storm', stormId: incident.stormId, members })
  }
  return rows
}
