'use client'
import type { Status } from '@repo/domain/status'
import { t } from '@repo/ui/words'
import { type MonitorFilter, useCounts } from '../api/queries.ts'
import { readMore } from '../api/read-more.ts'
import { EmptyForViewer } from '../monitors/empty-for-viewer.tsx'
import { EmptyStart } from '../monitors/empty-start.tsx'
import { useMonitors } from '../monitors/use-monitors.ts'
import { ChannelTrouble } from '../shell/channel-trouble.tsx'
import { FailureNote } from '../shell/failure-note.tsx'
import { usePageName } from '../shell/page-name.ts'
import { useMay } from '../shell/use-may.ts'
import { GettingStarted } from '../start/getting-started.tsx'
import { EndingSection } from './ending-section.tsx'
import { PipelineStrip } from './pipeline-strip.tsx'
import { RecoveredList } from './recovered-list.tsx'
import { SlowerSection } from './slower-section.tsx'
import { TickWall } from './tick-wall.tsx'
import { TodaySection } from './today-section.tsx'
import { TroubleList } from './trouble-list.tsx'
import { Truth } from './truth.tsx'

/** The same as the list of monitors begins with, so that going from one to the other asks for nothing. */
const all: MonitorFilter = { text: '', status: '' }

/** What is so just now, for whoever has a minute: what is wrong, what was, and what will be. */
export function OverviewScreen() {
  usePageName(t('Overview'))
  const { query, wanted } = useMonitors(all)
  const counts = useCounts({ isListShown: true })
  const mayChange = useMay('member')
  if (counts?.total === 0 && !query.isPending) return mayChange ? <EmptyStart /> : <EmptyForViewer />
  const of = (status: Status) => wanted.filter((monitor) => monitor.status === status)
  return (
    <>
      <ChannelTrouble />
      <Truth counts={counts} />
      <PipelineStrip />
      <GettingStarted monitors={counts?.total} />
      {query.isError && (
        <div className="mt-4">
          <FailureNote
            error={query.error}
            prefix={`${wanted.length > 0 ? t('These monitors may be old:') : t('The monitors could not be read:')} `}
            onRetry={() => void query.refetch()}
          />
        </div>
      )}
      {counts && (
        <>
          <TroubleList title={t('Down')} status="down" monitors={of('down')} count={counts.down} />
          <TroubleList title={t('Unknown')} status="unknown" monitors={of('unknown')} count={counts.unknown} />
          <TroubleList title={t('Degraded')} status="degraded" monitors={of('degraded')} count={counts.degraded} />
        </>
      )}
      <RecoveredList monitors={wanted} />
      <div className="mt-8 grid gap-x-10 gap-y-8 lg:grid-cols-2">
        <TodaySection />
        <EndingSection />
        <SlowerSection />
      </div>
      {query.isPending && <WallSkeleton />}
      {wanted.length > 0 && (
        <TickWall
          monitors={wanted}
          count={counts?.total ?? wanted.length}
          more={{ has: query.hasNextPage, busy: query.isFetchingNextPage, fetch: () => void readMore(query) }}
        />
      )}
    </>
  )
}

const skeletonLines = Array.from({ length: 12 }, (_, line) => line)

/** The final geometry of the wall. */
function WallSkeleton() {
  return (
    <div className="mt-8 border-line border-t">
      <p className="sr-only">{t('The monitors are being read.')}</p>
      <div aria-hidden="true" className="grid gap-x-6 md:grid-cols-2 xl:grid-cols-3">
        {skeletonLines.map((line) => (
          <div key={line} className="flex h-11 items-center justify-between gap-4 md:h-9 border-line border-b">
            <span className="skeleton h-3.5 w-28" />
            <span className="skeleton h-2 w-30" />
          </div>
        ))}
      </div>
    </div>
  )
}
