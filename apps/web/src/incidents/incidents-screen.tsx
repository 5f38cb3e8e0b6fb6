'use client'
import type { Incident, IncidentCounts } from '@repo/contracts/incidents'
import { Button, buttonClass } from '@repo/ui/button'
import { Kbd } from '@repo/ui/kbd'
import { numberText, rich, t } from '@repo/ui/words'
import { type UseInfiniteQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { exportPath, incidentCountsQuery, incidentsQuery } from '../api/incident-queries.ts'
import { readMore } from '../api/read-more.ts'
import { FailureNote } from '../shell/failure-note.tsx'
import { usePageName } from '../shell/page-name.ts'
import { Ago } from '../shell/time.tsx'
import { FilterBar } from './filter-bar.tsx'
import { IncidentTable } from './incident-table.tsx'
import { ListSkeleton } from './list-skeleton.tsx'
import { type IncidentFilterState, stateParams, useIncidentFilter } from './use-filter.ts'

export function IncidentsScreen() {
  usePageName(t('Incidents'))
  const filter = useIncidentFilter()
  const { state, narrow, from, to, isTurned } = filter
  const { counts, open, ended, sections, isReading, failed, retry, wantsOpen, wantsEnded } = useIncidents(filter)
  const hasRows = sections.open.length + sections.ended.length > 0
  return (
    <>
      <Head filter={filter} counts={isTurned ? undefined : counts.data} />
      <FilterBar filter={filter} counts={isTurned ? undefined : counts.data} />
      {failed && (
        <FailureNote
          error={failed.error}
          prefix={hasRows ? t('These rows may be old: ') : t('The incidents could not be read: ')}
          onRetry={retry}
        />
      )}
      {isTurned ? null : isReading && !failed ? (
        <ListSkeleton />
      ) : hasRows || !failed ? (
        <IncidentTable
          sections={sections}
          filterKey={JSON.stringify([narrow, state, from, to, pagesOf(open), pagesOf(ended)])}
          none={<NoneHere filter={filter} />}
        />
      ) : null}
      <div className="mt-3 flex flex-wrap items-center gap-3">
        {wantsOpen && <More query={open} text={t('More open ones')} />}
        {wantsEnded && <More query={ended} text={t('Older incidents')} />}
        {hasRows && (
          <p className="flex items-center gap-1.5 text-12 text-muted max-md:hidden">
            {rich('{j} {k} move · {enter} open · {a} acknowledge', {
              j: <Kbd>j</Kbd>,
              k: <Kbd>k</Kbd>,
              enter: <Kbd>↵</Kbd>,
              a: <Kbd>a</Kbd>,
            })}
          </p>
        )}
      </div>
    </>
  )
}

/** Nothing is asked of days that are turned round. */
function useIncidents({ state, narrow, from, to, isTurned }: IncidentFilterState) {
  const counts = useQuery({ ...incidentCountsQuery({ ...narrow, from, to }), enabled: !isTurned })
  // What lasts is on top, whenever it began.
  const wantsOpen = state !== 'resolved' && !isTurned
  const wantsEnded = (state === '' || state === 'resolved') && !isTurned
  const open = useInfiniteQuery({
    ...incidentsQuery({ ...narrow, to, open: 'true', acknowledged: state === 'acknowledged' ? 'true' : '' }),
    enabled: wantsOpen,
  })
  const ended = useInfiniteQuery({ ...incidentsQuery({ ...narrow, open: 'false', from, to }), enabled: wantsEnded })
  const sections = useMemo(
    () => ({ open: wantsOpen ? itemsOf(open.data) : [], ended: wantsEnded ? itemsOf(ended.data) : [] }),
    [open.data, ended.data, wantsOpen, wantsEnded],
  )
  const isReading = (wantsOpen && open.isPending) || (wantsEnded && ended.isPending)
  const failed = [open, ended, counts].find(({ error }) => error !== null)
  const retry = () => {
    for (const query of [open, ended, counts]) if (query.error) void query.refetch()
  }
  return { counts, open, ended, sections, isReading, failed, retry, wantsOpen, wantsEnded }
}

function Head({ filter, counts }: { filter: IncidentFilterState; counts: IncidentCounts | undefined }) {
  const { state, narrow, from, to, isTurned } = filter
  return (
    <div className="mb-5 flex items-start justify-between gap-4">
      <h1 className="text-20 font-bold tracking-[-0.02em] md:text-28">
        {t('Incidents')} <Headline counts={counts} />
      </h1>
      {!isTurned && (
        <a
          href={exportPath({ ...narrow, from, to, ...stateParams(state) })}
          download
          className={buttonClass('secondary')}
        >
          {t('Export CSV')}
        </a>
      )}
    </div>
  )
}

/** What is shown is of another filter until the answer is there, and longer when more was asked for. */
function pagesOf({ data, isPlaceholderData }: { data: { pages: unknown[] } | undefined; isPlaceholderData: boolean }) {
  return isPlaceholderData ? 0 : data?.pages.length
}

function itemsOf(data: { pages: { items: Incident[] }[] } | undefined): Incident[] {
  const items = data?.pages.flatMap((page) => page.items) ?? []
  return [...new Map(items.map((incident) => [incident.id, incident])).values()]
}

function Headline({ counts }: { counts: IncidentCounts | undefined }) {
  if (!counts) return null
  const { open, acknowledged } = counts
  if (open === 0) return <span className="text-muted">{t('None is open.')}</span>
  return (
    <span className="text-muted">
      {rich(acknowledged > 0 ? '{open} open, {acknowledged} acknowledged' : '{open} open', {
        open: <span className="num">{numberText(open)}</span>,
        acknowledged: <span className="num">{numberText(acknowledged)}</span>,
      })}
    </span>
  )
}

function More({ query, text }: { query: UseInfiniteQueryResult<{ pages: unknown[] }>; text: string }) {
  if (!query.hasNextPage) return null
  return (
    <Button onClick={() => void readMore(query)} disabled={query.isFetchingNextPage}>
      {query.isFetchingNextPage ? t('Reading…') : text}
    </Button>
  )
}

/** Nothing in sight: since when, and how to look further. */
function NoneHere({ filter }: { filter: IncidentFilterState }) {
  const { narrow, range, isNarrow, state } = filter
  const last = useInfiniteQuery(incidentsQuery({ ...narrow, open: 'false', limit: '1' }))
  const endedAt = last.data?.pages[0]?.items[0]?.endedAt
  const wantsOpen = state === 'open' || state === 'acknowledged'
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-14 text-center">
      <p className="text-16">{wantsOpen ? t('None is open.') : t('No incidents in this range.')}</p>
      <p className="text-muted">
        {endedAt
          ? rich('The last one ended {time}.', { time: <Ago at={endedAt} /> })
          : t('There was none before either.')}
      </p>
      {range !== 'all' && endedAt && (
        <Button onClick={() => filter.setRange('all')}>{t('Show incidents of all time')}</Button>
      )}
      {isNarrow && <Button onClick={filter.clear}>{t('Clear the filter')}</Button>}
    </div>
  )
}
