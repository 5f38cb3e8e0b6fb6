'use client'
import type { PageIncident as Incident } from '@repo/contracts/page-notices'
import type { StatusPage } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { t } from '@repo/ui/words'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { readMore } from '../api/read-more.ts'
import { useSearchParam } from '../navigation.ts'
import { Reading } from '../settings/reading.tsx'
import { HandStates } from './hand-states.tsx'
import { IncidentDialog } from './incident-dialog.tsx'
import { pageIncidentsQuery } from './notice-queries.ts'
import { PageIncident } from './page-incident.tsx'
import { componentNames } from './touched-fields.tsx'

interface TabProps {
  page: StatusPage
  mayChange: boolean
}

/** What the page says of incidents: what waits for a person first, then what lasts, then what is over. */
export function IncidentsTab({ page, mayChange }: TabProps) {
  const [isWriting, setIsWriting] = useState(false)
  const [soughtId] = useSearchParam('incident')
  const query = useInfiniteQuery(pageIncidentsQuery(page.id))
  const names = componentNames(page)
  return (
    <div className="flex max-w-4xl flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-muted">{t('What people are told while something does not work.')}</p>
        {mayChange && <Button onClick={() => setIsWriting(true)}>{t('Tell of an incident')}</Button>}
      </div>
      <HandStates page={page} mayChange={mayChange} />
      <Reading query={query}>
        {({ pages }) => {
          const incidents = pages.flatMap(({ items }) => items)
          if (incidents.length === 0) return <p>{t('The page tells of no incident.')}</p>
          return sortedOut(incidents).map(({ title, note, items }) => (
            <section key={title} aria-label={title} className="flex flex-col gap-3">
              <h2 className="flex flex-wrap items-baseline gap-x-2.5 text-14 font-bold">
                {title} {note && <span className="text-12 font-normal text-muted">{note}</span>}
              </h2>
              {items.map((incident) => (
                <PageIncident
                  key={incident.id}
                  pageId={page.id}
                  incident={incident}
                  names={names}
                  mayChange={mayChange}
                  isSought={incident.id === soughtId}
                />
              ))}
            </section>
          ))
        }}
      </Reading>
      {query.hasNextPage && (
        <div>
          <Button disabled={query.isFetchingNextPage} onClick={() => void readMore(query)}>
            {t('Show older ones')}
          </Button>
        </div>
      )}
      {isWriting && <IncidentDialog pageId={page.id} names={names} onClose={() => setIsWriting(false)} />}
    </div>
  )
}

function sortedOut(incidents: readonly Incident[]) {
  const drafts = incidents.filter(({ publishedAt }) => publishedAt === null)
  const shown = incidents.filter(({ publishedAt }) => publishedAt !== null)
  const drafted = drafts.some(({ incidentIds }) => incidentIds.length > 0)
  return [
    {
      title: t('Drafts'),
      note: drafted ? t('drafted from an incident: publish or discard') : t('nobody outside sees them'),
      items: drafts,
    },
    { title: t('Lasting'), note: undefined, items: shown.filter(({ resolvedAt }) => resolvedAt === null) },
    { title: t('Over'), note: undefined, items: shown.filter(({ resolvedAt }) => resolvedAt !== null) },
  ].filter(({ items }) => items.length > 0)
}
