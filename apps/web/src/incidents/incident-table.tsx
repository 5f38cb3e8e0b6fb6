'use client'
import type { Incident } from '@repo/contracts/incidents'
import { msg, t } from '@repo/ui/words'
import { type ReactNode, useRef, useState } from 'react'
import { useHold } from '../monitors/use-hold.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { useMay } from '../shell/use-may.ts'
import { rowGrid } from './columns.ts'
import { gatherRows, heldRows, type Sections } from './held-rows.ts'
import { IncidentRow, mayNotNoteId } from './incident-row.tsx'
import { StormRows } from './storm-row.tsx'
import { useAcknowledge } from './use-acknowledge.ts'

interface IncidentTableProps {
  sections: Sections
  filterKey: string
  /** Shown in place of the rows when there are none. */
  none: ReactNode
}

const columns = [msg('State'), msg('Monitor and cause'), msg('Began'), msg('Lasted')]

export function IncidentTable({ sections, filterKey, none }: IncidentTableProps) {
  const { hold, handlers } = useHold()
  const { open, ended, waiting, apply } = useHeldRows({ sections, hold, filterKey })
  const acknowledge = useAcknowledge()
  const mayAcknowledge = useMay('member')
  useRowKeys([...open, ...ended], (incident) => mayAcknowledge && acknowledge(incident))
  const rowsOf = (incidents: readonly Incident[]) =>
    gatherRows(incidents).map((row) =>
      row.kind === 'storm' ? (
        <StormRows
          key={row.stormId}
          members={row.members}
          mayAcknowledge={mayAcknowledge}
          onAcknowledge={acknowledge}
        />
      ) : (
        <IncidentRow
          key={row.incident.id}
          incident={row.incident}
          mayAcknowledge={mayAcknowledge}
          onAcknowledge={acknowledge}
        />
      ),
    )
  return (
    <>
      {!mayAcknowledge && (
        <p id={mayNotNoteId} className="mb-2 text-13 text-muted">
          {t('A member, an admin or an owner can acknowledge.')}
        </p>
      )}
      <table
        aria-label={t('Incidents')}
        className="relative block rounded-card border border-line bg-surface"
        {...handlers}
      >
        {waiting > 0 && (
          <caption className="sticky top-2 z-10 -mb-8 block h-8">
            <button
              type="button"
              onClick={apply}
              className="inline-flex h-8 items-center rounded-full border border-accent bg-surface px-4 text-13 font-medium text-accent shadow-overlay"
            >
              {t('{waiting, plural, one {# change} other {# changes}} – apply', { waiting })}
            </button>
          </caption>
        )}
        <TableHead />
        {open.length > 0 && <tbody className="block">{rowsOf(open)}</tbody>}
        {(ended.length > 0 || open.length === 0) && (
          <tbody className="block overflow-hidden rounded-b-card">
            {open.length > 0 && (
              <tr className="block border-line border-t bg-bg px-4 py-1.5 text-12 text-muted">
                <th scope="rowgroup" className="font-normal">
                  {t('Over')}
                </th>
              </tr>
            )}
            {ended.length > 0 ? (
              rowsOf(ended)
            ) : (
              <tr className="block border-line border-t">
                <td className="block">{none}</td>
              </tr>
            )}
          </tbody>
        )}
      </table>
    </>
  )
}

export function TableHead() {
  return (
    <thead className="block max-md:sr-only">
      <tr className={`${rowGrid} h-9 text-12 text-muted`}>
        {columns.map((name, index) => (
          <th key={name} scope="col" className={`font-normal ${index < 2 ? 'text-left' : 'text-right'}`}>
            {t(name)}
          </th>
        ))}
        <th scope="col" className="text-right font-normal">
          {t('Looked after by')}
        </th>
      </tr>
    </thead>
  )
}

interface HeldInput {
  sections: Sections
  hold: boolean
  filterKey: string
}

/** Rows never jump under a pointer or away from the focus; another filter, or more of the list, applies at once. */
function useHeldRows({ sections, hold, filterKey }: HeldInput) {
  const shown = useRef({ filterKey, sections })
  const [applied, setApplied] = useState<Sections>()
  const had = shown.current.sections
  const isEmpty = had.open.length + had.ended.length === 0
  const isFree = !hold || isEmpty || shown.current.filterKey !== filterKey || applied === sections
  if (isFree) shown.current = { filterKey, sections }
  const rows = isFree ? { ...sections, waiting: 0 } : heldRows(shown.current.sections, sections)
  const apply = () => {
    shown.current = { filterKey, sections }
    setApplied(sections)
  }
  return { ...rows, apply }
}

/** `j` and `k` move the focus from row to row, `a` acknowledges the row in focus; Enter is the link's own key. */
function useRowKeys(incidents: readonly Incident[], acknowledge: (incident: Incident) => void): void {
  const rows = () => [...document.querySelectorAll<HTMLElement>('[data-incident]')]
  const move = (step: number) => {
    const all = rows()
    const index = all.findIndex((row) => row.closest('tr')?.contains(document.activeElement))
    all[Math.min(Math.max(index + step, 0), all.length - 1)]?.focus()
  }
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    a: () => {
      const id = document.activeElement?.closest('tr')?.querySelector('[data-incident]')?.getAttribute('data-incident')
      const incident = incidents.find((one) => one.id === id)
      if (incident && incident.endedAt === null && !incident.acknowledged) acknowledge(incident)
    },
  })
}
