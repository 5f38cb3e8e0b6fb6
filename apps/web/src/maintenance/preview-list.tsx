'use client'
import { t } from '@repo/ui/words'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { failureText, isStatus } from '../api/request.ts'
import { type Conflict, findConflicts } from './conflicts.ts'
import { maintenanceKey, type Period, previewQuery, windowsQuery } from './maintenance-queries.ts'
import { scheduleOf, type WindowDraft, windowBody } from './window-draft.ts'
import { offsetText, viewerZone, zonedSpan } from './zone-time.ts'

const SHOWN_COUNT = 5
/** Further ahead than is shown: a conflict of next month is one too. */
const LOOKED_AT_COUNT = 20
const TYPING_PAUSE_MS = 300

/** What the schedule means, by the API itself, and what else is planned for the same monitors at these times. */
export function PreviewList({ draft, ownId }: { draft: WindowDraft; ownId: string | undefined }) {
  const paused = usePaused(draft)
  const schedule = scheduleOf(paused)
  const zone = schedule.kind === 'once' ? viewerZone() : schedule.timeZone
  const { data: occurrences, error } = useQuery(previewQuery(schedule, LOOKED_AT_COUNT))
  const conflicts = useConflicts(paused, ownId, occurrences)
  return (
    <section aria-label={t('When it comes')} className="rounded-control border border-line px-3 py-2.5">
      {error && (
        // What is wrong is said at its field once it is to be saved; while it is written, half of it is missing anyhow.
        <p className="text-13 text-muted">
          {isStatus(error, 400) ? t('Its next times stand here once the schedule is whole.') : failureText(error)}
        </p>
      )}
      {occurrences?.length === 0 && <p className="text-13 text-muted">{t('It never comes any more.')}</p>}
      {!error && !occurrences && <div className="skeleton h-4 w-2/3" />}
      <ol aria-label={t('Next times')} className="flex flex-col gap-1">
        {occurrences?.slice(0, SHOWN_COUNT).map((period) => (
          <Occurrence key={period.startsAt} period={period} zone={zone} />
        ))}
      </ol>
      {conflicts.length > 0 && <Conflicts conflicts={conflicts} />}
    </section>
  )
}

/** Both clocks where they differ, each with its offset of that night: this is where clocks that are changed are seen. */
function Occurrence({ period, zone }: { period: Period; zone: string }) {
  const own = viewerZone()
  return (
    <li className="num text-13">
      {zonedSpan(period, zone)} <span className="text-muted">{offsetText(period.startsAt, zone)}</span>
      {own !== zone && (
        <span className="block text-12 text-muted">
          {t('{span} {offset}, your time', {
            span: zonedSpan(period, own),
            offset: offsetText(period.startsAt, own),
          })}
        </span>
      )}
    </li>
  )
}

function Conflicts({ conflicts }: { conflicts: readonly Conflict[] }) {
  return (
    <div role="status" className="mt-2 border-line border-t pt-2 text-13">
      <p className="font-medium text-degraded-fg">{t('At the same time as other maintenance:')}</p>
      <ul>
        {conflicts.map(({ id, name, startsAt, endsAt }) => (
          <li key={id} className="[overflow-wrap:anywhere]">
            {name} <span className="num text-muted">{zonedSpan({ startsAt, endsAt }, viewerZone())}</span>
          </li>
        ))}
      </ul>
      <p className="text-12 text-muted">{t('Windows that overlap are one maintenance.')}</p>
    </div>
  )
}

function useConflicts(draft: WindowDraft, ownId: string | undefined, occurrences: readonly Period[] | undefined) {
  const { data: windows } = useQuery(windowsQuery)
  const { appliesTo } = windowBody(draft)
  const others = windows?.filter(({ id, state }) => id !== ownId && state !== 'past')
  const { data } = useQuery(
    queryOptions({
      queryKey: [...maintenanceKey, 'conflicts', occurrences, appliesTo, others],
      queryFn: () => findConflicts(occurrences ?? [], appliesTo, others ?? []),
      enabled: occurrences !== undefined && others !== undefined,
      placeholderData: (previous) => previous,
    }),
  )
  return data ?? []
}

function usePaused(draft: WindowDraft): WindowDraft {
  const [paused, setPaused] = useState(draft)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(draft), TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [draft])
  return paused
}
