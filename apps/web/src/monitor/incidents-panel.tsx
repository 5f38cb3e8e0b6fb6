'use client'
import type { Incident } from '@repo/contracts/incidents'
import { Button } from '@repo/ui/button'
import { t } from '@repo/ui/words'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { incidentsQuery } from '../api/incident-queries.ts'
import { readMore } from '../api/read-more.ts'
import { IncidentTable } from '../incidents/incident-table.tsx'
import { ListSkeleton } from '../incidents/list-skeleton.tsx'
import { followLink } from '../navigation.ts'
import { FailureNote } from '../shell/failure-note.tsx'

/** What has befallen one monitor, of every time, in the rows of the list of incidents. */
export function IncidentsPanel({ id }: { id: string }) {
  const query = useInfiniteQuery(incidentsQuery({ monitorId: id }))
  const { data, error, refetch, hasNextPage, isFetchingNextPage } = query
  const sections = useMemo(() => {
    const items: readonly Incident[] = data?.pages.flatMap((page) => page.items) ?? []
    return { open: items.filter(isOpen), ended: items.filter((incident) => !isOpen(incident)) }
  }, [data])
  return (
    <section aria-label={t('Incidents')} className="mt-4">
      {error && <FailureNote error={error} onRetry={() => void refetch()} />}
      {data ? (
        <IncidentTable
          sections={sections}
          filterKey={`${id} ${data.pages.length}`}
          none={<p className="px-4 py-6 text-muted">{t('It has had no incident.')}</p>}
        />
      ) : (
        !error && <ListSkeleton />
      )}
      <div className="mt-3 flex flex-wrap items-center gap-4">
        {hasNextPage && (
          <Button onClick={() => void readMore(query)} disabled={isFetchingNextPage}>
            {isFetchingNextPage ? t('Reading…') : t('Older incidents')}
          </Button>
        )}
        <a
          href={`/incidents?monitor=${encodeURIComponent(id)}&range=all`}
          onClick={followLink}
          className="text-13 text-accent underline-offset-2 hover:underline"
        >
          {t('Filter and export them')}
        </a>
      </div>
    </section>
  )
}

function isOpen({ endedAt }: Incident): boolean {
  return endedAt === null
}
