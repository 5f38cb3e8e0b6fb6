'use client'
import type { Incident } from '@repo/contracts/incidents'
import { Button } from '@repo/ui/button'
import { lastedText } from '@repo/ui/duration'
import { rowTint, StatusLabel, statusTextClass } from '@repo/ui/status'
import { t } from '@repo/ui/words'
import { memo } from 'react'
import { followLink } from '../navigation.ts'
import { LastedSince, momentText } from '../shell/time.tsx'
import { rowGrid } from './columns.ts'
import { stateLook, stateOf } from './incident-words.ts'

export const mayNotNoteId = 'acknowledge-needs'

interface IncidentRowProps {
  incident: Incident
  isMember?: boolean
  mayAcknowledge: boolean
  onAcknowledge: (incident: Incident) => void
}

/** The row of one incident. Its name is the link, and the link covers the row. */
export const IncidentRow = memo(function IncidentRow({
  incident,
  isMember = false,
  mayAcknowledge,
  onAcknowledge,
}: IncidentRowProps) {
  const { id, monitor, cause, beganAt, endedAt } = incident
  const isOpen = endedAt === null
  const tint = isOpen ? rowTint[incident.severity] : ''
  return (
    <tr
      className={`${rowGrid} relative min-h-13 content-center border-line border-t py-2 hover:bg-hover has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-accent ${tint} ${isMember ? 'md:pl-8' : ''}`}
    >
      <td className="max-md:col-start-1 max-md:row-start-1">
        <StatusLabel {...stateLook(incident)} />
      </td>
      <td className="min-w-0 max-md:col-span-2">
        <a
          href={`/incidents/${id}`}
          onClick={followLink}
          data-incident={id}
          className="block truncate font-medium outline-none after:absolute after:inset-0"
        >
          {monitor.name}
        </a>
        <span className={`block truncate text-12 ${isOpen ? statusTextClass[incident.severity] : 'text-muted'}`}>
          {cause.message}
          {cause.region && ` · ${cause.region}`}
        </span>
      </td>
      <td className="num text-right text-13 text-muted max-md:text-left max-md:text-12">
        <time dateTime={beganAt}>{momentText(Date.parse(beganAt))}</time>
      </td>
      <td className="num text-right text-13 max-md:text-12">
        {isOpen ? <LastedSince at={beganAt} /> : lastedText(Date.parse(endedAt) - Date.parse(beganAt))}
      </td>
      <td className="flex min-w-0 justify-end max-md:col-start-2 max-md:row-start-1">
        {stateOf(incident) === 'open' ? (
          <Button
            className="relative z-1 h-7 px-2.5 text-13"
            aria-label={t('Acknowledge {name}', { name: monitor.name })}
            disabled={!mayAcknowledge}
            title={mayAcknowledge ? undefined : t('A member, an admin or an owner can acknowledge.')}
            aria-describedby={mayAcknowledge ? undefined : mayNotNoteId}
            onClick={() => onAcknowledge(incident)}
          >
            {t('Acknowledge')}
          </Button>
        ) : (
          <span className="truncate text-12 text-muted">{incident.acknowledged?.by.name ?? ''}</span>
        )}
      </td>
    </tr>
  )
})
