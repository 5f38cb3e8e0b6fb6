'use client'
import type { Incident } from '@repo/contracts/incidents'
import type { Monitor } from '@repo/contracts/monitors'
import { lastedText } from '@repo/ui/duration'
import { StatusLabel } from '@repo/ui/status'
import { TickLine } from '@repo/ui/tick-line'
import { rich, t } from '@repo/ui/words'
import { followLink } from '../navigation.ts'
import { useNowMs } from '../shell/clock.ts'
import { Ago } from '../shell/time.tsx'
import { recoveredLately, useRecentIncidents } from './recent-incidents.ts'
import { Section } from './section.tsx'
import { coveringLink, troubleGrid } from './trouble-list.tsx'

/** What came back within the last five minutes: whoever looks because of it finds it here. */
export function RecoveredList({ monitors }: { monitors: readonly Monitor[] }) {
  const nowMs = useNowMs()
  const { data: incidents = [] } = useRecentIncidents()
  const recovered = recoveredLately(incidents, nowMs).slice(0, 12)
  if (recovered.length === 0) return null
  return (
    <Section title={t('Just recovered')} note={t('within five minutes')} className="mt-6">
      <ul>
        {recovered.map((incident) => (
          <RecoveredRow
            key={incident.id}
            incident={incident}
            monitor={monitors.find(({ id }) => id === incident.monitor.id)}
          />
        ))}
      </ul>
    </Section>
  )
}

function RecoveredRow({ incident, monitor }: { incident: Incident; monitor: Monitor | undefined }) {
  const { id, beganAt, endedAt, cause } = incident
  return (
    <li className={troubleGrid}>
      <StatusLabel status="up" word={t('Recovered')} className="max-md:order-2 md:row-span-2" />
      <span className="min-w-0 max-md:order-1">
        <a href={`/incidents/${id}`} onClick={followLink} className={coveringLink}>
          {incident.monitor.name}
        </a>
      </span>
      <span className="flex justify-end overflow-hidden max-md:hidden md:row-span-2">
        {monitor && <TickLine ticks={monitor.recent} className="shrink-0" />}
      </span>
      <span className="num text-right text-13 text-muted max-md:hidden md:row-span-2">
        {endedAt && <Ago at={endedAt} />}
      </span>
      <span className="truncate text-12 text-muted max-md:order-5 max-md:col-span-2 md:col-start-2 md:row-start-2">
        {rich('was down for {lasted} · {cause}', {
          lasted: <span className="num">{lastedText(Date.parse(endedAt ?? beganAt) - Date.parse(beganAt))}</span>,
          cause: cause.message,
        })}
      </span>
    </li>
  )
}
