'use client'
import type { Incident } from '@repo/contracts/incidents'
import { lastedText } from '@repo/ui/duration'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { useInfiniteQuery } from '@tanstack/react-query'
import { incidentsQuery } from '../api/incident-queries.ts'
import { followLink } from '../navigation.ts'
import { Reading } from '../settings/reading.tsx'
import { LastedSince, momentText } from '../shell/time.tsx'

const SHOWN = 5

/** What else its monitor had, newest first; the same cause is said to be the same. */
export function SimilarPanel({ incident }: { incident: Incident }) {
  const { id, monitor, cause } = incident
  const others = useInfiniteQuery(incidentsQuery({ monitorId: monitor.id, limit: String(SHOWN + 1) }))
  return (
    <Panel
      title={t('Other incidents of this monitor')}
      action={
        <a
          href={`/incidents?monitor=${monitor.id}&range=all`}
          onClick={followLink}
          className="hit-area text-13 text-accent underline-offset-2 hover:underline print:hidden"
        >
          {t('All')}
        </a>
      }
    >
      <Reading query={others}>
        {({ pages }) => {
          const shown = (pages[0]?.items ?? []).filter((one) => one.id !== id).slice(0, SHOWN)
          if (shown.length === 0) return <p className="text-muted">{t('It is the first one.')}</p>
          return (
            <ul aria-label={t('Other incidents of this monitor')} className="-mb-2">
              {shown.map((one) => (
                <li
                  key={one.id}
                  className="relative border-line border-t py-2 first:border-t-0 first:pt-0 pointer-coarse:first:pt-2"
                >
                  <p className="flex items-baseline justify-between gap-3">
                    <a
                      href={`/incidents/${one.id}`}
                      onClick={followLink}
                      className="num text-13 after:absolute after:inset-0 hover:underline"
                    >
                      {momentText(Date.parse(one.beganAt))}
                    </a>
                    <span className="num text-13">
                      {one.endedAt === null ? (
                        <LastedSince at={one.beganAt} />
                      ) : (
                        lastedText(Date.parse(one.endedAt) - Date.parse(one.beganAt))
                      )}
                    </span>
                  </p>
                  <p className="truncate text-12 text-muted">
                    {one.cause.code === cause.code ? t('the same cause') : one.cause.message}
                  </p>
                </li>
              ))}
            </ul>
          )
        }}
      </Reading>
    </Panel>
  )
}
