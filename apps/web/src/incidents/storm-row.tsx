'use client'
import type { Incident } from '@repo/contracts/incidents'
import { rowTint, StatusLabel } from '@repo/ui/status'
import { numberText, rich, t } from '@repo/ui/words'
import { useState } from 'react'
import { LastedSince, momentText } from '../shell/time.tsx'
import { rowGrid } from './columns.ts'
import { IncidentRow } from './incident-row.tsx'
import { stateLook } from './incident-words.ts'

interface StormRowsProps {
  members: readonly Incident[]
  mayAcknowledge: boolean
  onAcknowledge: (incident: Incident) => void
}

/** Incidents that began together with one cause: one row, that opens to them. */
export function StormRows({ members, mayAcknowledge, onAcknowledge }: StormRowsProps) {
  const [isOpen, setOpen] = useState(false)
  const [first] = members
  if (!first) return null
  const lasting = members.find(({ endedAt }) => endedAt === null)
  const beganAt = members.map((one) => one.beganAt).toSorted()[0] ?? first.beganAt
  const names = members.map(({ monitor }) => monitor.name)
  return (
    <>
      <tr
        className={`${rowGrid} relative min-h-13 content-center border-line border-t py-2 hover:bg-hover ${lasting ? rowTint[lasting.severity] : ''}`}
      >
        <td>
          <StatusLabel {...stateLook(lasting ?? first)} />
        </td>
        <td className="min-w-0 max-md:col-span-2">
          <button
            type="button"
            aria-expanded={isOpen}
            data-incident={`storm-${first.stormId}`}
            onClick={() => setOpen(!isOpen)}
            className="flex max-w-full items-center gap-2 text-left font-medium after:absolute after:inset-0"
          >
            <svg
              width="10"
              height="10"
              viewBox="0 0 10 10"
              aria-hidden="true"
              className={`shrink-0 ${isOpen ? 'rotate-90' : ''}`}
            >
              <path d="M3 1.5 6.5 5 3 8.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
            </svg>
            <span className="truncate">
              {rich('{count} monitors, one storm', { count: <span className="num">{members.length}</span> })}
            </span>
          </button>
          <span className="block truncate text-12 text-muted">
            <span className="num">{first.cause.code}</span> · {names.slice(0, 3).join(', ')}
            {names.length > 3 && t(' and {count} more', { count: numberText(names.length - 3) })}
          </span>
        </td>
        <td className="num text-right text-13 text-muted max-md:text-left max-md:text-12">
          <time dateTime={beganAt}>{momentText(Date.parse(beganAt))}</time>
        </td>
        <td className="num text-right text-13 max-md:text-12">{lasting && <LastedSince at={beganAt} />}</td>
        <td className="max-md:hidden" />
      </tr>
      {isOpen &&
        members.map((incident) => (
          <IncidentRow
            key={incident.id}
            incident={incident}
            isMember
            mayAcknowledge={mayAcknowledge}
            onAcknowledge={onAcknowledge}
          />
        ))}
    </>
  )
}
