'use client'
import type { Entry, Incident } from '@repo/contracts/incidents'
import { lastedText } from '@repo/ui/duration'
import { Panel } from '@repo/ui/panel'
import { StatusLabel } from '@repo/ui/status'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { recoveryQuery } from '../api/incident-queries.ts'
import { Clock, LastedSince } from '../shell/time.tsx'
import { type Impact, impactsOf } from './region-impact.ts'

/** Where it failed and since when; where it is on its way back, how far. */
export function ImpactPanel({ incident, entries }: { incident: Incident; entries: readonly Entry[] }) {
  const { endedAt, monitor } = incident
  const impacts = impactsOf(entries)
  const { data: regions } = useQuery({ ...recoveryQuery(monitor.id), enabled: endedAt === null })
  return (
    <Panel title={t('Impact by region')}>
      {impacts.length === 0 ? (
        <p className="text-muted">{t('Nothing is written down of its regions.')}</p>
      ) : (
        <ul aria-label={t('Impact by region')} className="-mb-2">
          {impacts.map((impact) => {
            const recovery = endedAt === null && regions?.find(({ region }) => region === impact.region)?.recovery
            return (
              <li key={impact.region} className="border-line border-t py-2 first:border-t-0 first:pt-0">
                <ImpactLine impact={impact} endedAt={endedAt} />
                {recovery && recovery.passed > 0 && (
                  <p className="text-13 text-up-fg">{t('{passed} of {needed} good checks', recovery)}</p>
                )}
              </li>
            )
          })}
        </ul>
      )}
    </Panel>
  )
}

function ImpactLine({
  impact: { region, verdict, code, beganAt, passedAt },
  endedAt,
}: {
  impact: Impact
  endedAt: string | null
}) {
  const until = passedAt ?? endedAt
  return (
    <>
      <p className="flex items-baseline justify-between gap-3">
        <span className="num min-w-0 truncate">{region}</span>
        {until === null ? (
          <StatusLabel status={verdict === 'degraded' ? 'degraded' : 'down'} className="text-13" />
        ) : (
          <StatusLabel status="up" word={t('Passes')} className="text-13" />
        )}
      </p>
      <p className="flex justify-between gap-3 text-12 text-muted">
        <span className="num truncate">{code}</span>
        <span className="num whitespace-nowrap">
          <Clock at={beganAt} /> ·{' '}
          {until === null ? <LastedSince at={beganAt} /> : lastedText(Date.parse(until) - Date.parse(beganAt))}
        </span>
      </p>
    </>
  )
}
