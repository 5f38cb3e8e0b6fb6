'use client'
import type { IncidentDetail } from '@repo/contracts/incidents'
import { t } from '@repo/ui/words'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { incidentQuery, timelineQuery } from '../api/incident-queries.ts'
import { readMore } from '../api/read-more.ts'
import { isStatus } from '../api/request.ts'
import { useSearchParam } from '../navigation.ts'
import { FailureNote } from '../shell/failure-note.tsx'
import { Missing } from '../shell/missing.tsx'
import { usePageName } from '../shell/page-name.ts'
import { AssigneePanel } from './assignee-panel.tsx'
import { EvidencePanel } from './evidence-panel.tsx'
import { ImpactPanel } from './impact-panel.tsx'
import { IncidentHeader } from './incident-header.tsx'
import { IncidentSkeleton } from './incident-skeleton.tsx'
import { PostmortemPanel } from './postmortem-panel.tsx'
import { SimilarPanel } from './similar-panel.tsx'
import { type Tab, TabBar, tabs } from './tab-bar.tsx'
import { TimelinePanel } from './timeline-panel.tsx'

export function IncidentScreen({ id }: { id: string }) {
  const { data: incident, error, refetch } = useQuery(incidentQuery(id))
  if (isStatus(error, 404) || isStatus(error, 400)) return <Missing what="incident" />
  return (
    <>
      {error && (
        <FailureNote
          error={error}
          prefix={incident ? t('This may be old: ') : t('The incident could not be read. ')}
          onRetry={() => void refetch()}
        />
      )}
      {incident ? <IncidentView incident={incident} /> : error ? null : <IncidentSkeleton />}
    </>
  )
}

function IncidentView({ incident }: { incident: IncidentDetail }) {
  usePageName(t('{name} · incident', { name: incident.monitor.name }))
  const [tabText, setTab] = useSearchParam('tab')
  const tab: Tab = tabs.find(({ value }) => value === tabText)?.value ?? 'timeline'
  const timeline = useInfiniteQuery(timelineQuery(incident.id))
  const entries = timeline.data?.pages.flatMap((page) => page.items) ?? incident.timeline.items
  // On paper all of them are there.
  const shown = (own: Tab) => (own === tab ? 'min-w-0' : 'hidden min-w-0 print:block')
  return (
    <article>
      <IncidentHeader incident={incident} entries={entries} />
      <TabBar tab={tab} onTab={(next) => setTab(next === 'timeline' ? '' : next)} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_340px] print:block">
        <div className="flex min-w-0 flex-col gap-4">
          <div className={shown('timeline')}>
            <TimelinePanel
              incident={incident}
              entries={entries}
              failure={timeline.error}
              onRetry={() => void timeline.refetch()}
              more={{
                has: timeline.hasNextPage,
                busy: timeline.isFetchingNextPage,
                fetch: () => void readMore(timeline),
              }}
            />
          </div>
          <div className={shown('evidence')}>
            <EvidencePanel entries={entries} />
          </div>
          <div className={shown('postmortem')}>
            <PostmortemPanel incident={incident} />
          </div>
        </div>
        <div className="flex min-w-0 flex-col gap-4 print:mt-4">
          <ImpactPanel incident={incident} entries={entries} />
          <AssigneePanel incident={incident} />
          <SimilarPanel incident={incident} />
        </div>
      </div>
    </article>
  )
}
