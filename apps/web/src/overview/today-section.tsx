'use client'
import type { Incident } from '@repo/contracts/incidents'
import { lastedText } from '@repo/ui/duration'
import { StatusLabel } from '@repo/ui/status'
import { numberText, t } from '@repo/ui/words'
import { stateLook } from '../incidents/incident-words.ts'
import { followLink } from '../navigation.ts'
import { Reading } from '../settings/reading.tsx'
import { LastedSince, momentText } from '../shell/time.tsx'
import { lastedSince, useRecentIncidents } from './recent-incidents.ts'
import { quietLink, Section } from './section.tsx'

const SHOWN = 8

/** The incidents of the day of whoever looks, those that lasted into it too. */
export function TodaySection() {
  const query = useRecentIncidents()
  const today = query.data && lastedSince(query.data, new Date().setHours(0, 0, 0, 0))
  return (
    <Section
      title={t('Incidents today')}
      note={today && today.length > 0 && <span className="num">{numberText(today.length)}</span>}
      action={
        <a href="/incidents" onClick={followLink} className={quietLink}>
          {t('All incidents')}
        </a>
      }
    >
      <Reading query={query}>
        {() =>
          today?.length ? (
            <ul>
              {today.slice(0, SHOWN).map((incident) => (
                <IncidentItem key={incident.id} incident={incident} />
              ))}
            </ul>
          ) : (
            <p className="py-3 text-muted">{t('No incident today.')}</p>
          )
        }
      </Reading>
    </Section>
  )
}

function IncidentItem({ incident }: { incident: Incident }) {
  const { id, monitor, cause, beganAt, endedAt } = incident
  return (
    <li className="relative flex min-h-11 items-center gap-x-3 border-line border-b px-1 py-1.5 hover:bg-hover has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-accent">
      <time dateTime={beganAt} className="w-12 shrink-0 text-12 text-muted">
        {momentText(Date.parse(beganAt)).split(', ').at(-1)}
      </time>
      <span className="min-w-0 grow">
        <a
          href={`/incidents/${id}`}
          onClick={followLink}
          className="block truncate font-medium outline-none after:absolute after:inset-0"
        >
          {monitor.name}
        </a>
        <span className="block truncate text-12 text-muted">{cause.message}</span>
      </span>
      <span className="flex shrink-0 flex-col items-end">
        <StatusLabel {...stateLook(incident)} className="text-13" />
        <span className="num text-12 text-muted">
          {endedAt === null ? <LastedSince at={beganAt} /> : lastedText(Date.parse(endedAt) - Date.parse(beganAt))}
        </span>
      </span>
    </li>
  )
}
