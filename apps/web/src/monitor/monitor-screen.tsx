'use client'
import type { Monitor, MonitorPage } from '@repo/contracts/monitors'
import type { Tick } from '@repo/contracts/ticks'
import { isProbed } from '@repo/contracts/watched-by'
import { Button } from '@repo/ui/button'
import { t } from '@repo/ui/words'
import { type InfiniteData, type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { keys, monitorQuery, ticksQuery } from '../api/queries.ts'
import { failureText, isStatus, RequestFailed } from '../api/request.ts'
import { readCheckAddress } from '../check/check-address.ts'
import { useSearchParam } from '../navigation.ts'
import { Breadcrumb } from '../shell/breadcrumb.tsx'
import { Missing } from '../shell/missing.tsx'
import { usePageName } from '../shell/page-name.ts'
import { DaysPanel } from './days-panel.tsx'
import { Deleted } from './deleted.tsx'
import { FactsPanels } from './facts-panel.tsx'
import { HeartbeatPanel } from './heartbeat-panel.tsx'
import { HeatPanel } from './heat-panel.tsx'
import { LatencyPanel } from './latency-panel.tsx'
import { MatrixPanel } from './matrix-panel.tsx'
import { MonitorHeader } from './monitor-header.tsx'
import { outagesQuery, seriesQuery } from './monitor-queries.ts'
import { MonitorSkeleton } from './monitor-skeleton.tsx'
import { MonitorTabs, useMonitorTab } from './monitor-tabs.tsx'
import { NowPanel } from './now-panel.tsx'
import { PhasePanel } from './phase-panel.tsx'
import { PhasesPanel } from './phases-panel.tsx'
import { PingsPanel } from './pings-panel.tsx'
import { LatestTicksPanel } from './ticks-panel.tsx'
import { Tiles } from './tiles.tsx'
import { UptimePanel } from './uptime-panel.tsx'
import { type CheckNow, useCheckNow } from './use-check-now.ts'
import { useSpan } from './use-span.ts'

const ChecksPanel = dynamic(() => import('./checks-panel.tsx').then((module) => module.ChecksPanel))
const IncidentsPanel = dynamic(() => import('./incidents-panel.tsx').then((module) => module.IncidentsPanel))
const SettingsPanel = dynamic(() => import('./settings-panel.tsx').then((module) => module.SettingsPanel))
const CheckDialog = dynamic(() => import('../check/check-dialog.tsx').then((module) => module.CheckDialog))

export function MonitorScreen({ id }: { id: string }) {
  const client = useQueryClient()
  const {
    data: monitor,
    error,
    refetch,
    isPlaceholderData,
  } = useQuery({
    ...monitorQuery(id),
    placeholderData: () => findListed(client, id),
  })
  if (isStatus(error, 404) || isStatus(error, 400)) {
    const wasThere = monitor !== undefined && !isPlaceholderData
    return wasThere ? <Deleted id={id} name={monitor.name} /> : <Missing what="monitor" />
  }
  if (monitor) return <MonitorView monitor={monitor} />
  if (!error) return <MonitorSkeleton />
  return (
    <div role="alert" className="flex flex-col items-start gap-3">
      <Breadcrumb href="/monitors" text={t('Monitors')} />
      <p className="text-16">
        {t('The monitor could not be read. {failure}', { failure: failureText(error) })}
        {error instanceof RequestFailed && error.requestId && (
          <span className="block text-12 text-muted">
            {t('Request')} <span className="num">{error.requestId}</span>
          </span>
        )}
      </p>
      <Button onClick={() => void refetch()}>{t('Retry')}</Button>
    </div>
  )
}

/** What the list already knows of the monitor is shown while the rest is read. */
function findListed(client: QueryClient, id: string): Monitor | undefined {
  const lists = client.getQueriesData<InfiniteData<MonitorPage, string>>({ queryKey: keys.lists })
  for (const [, data] of lists) {
    const found = data?.pages.flatMap((page) => page.items).find((monitor) => monitor.id === id)
    if (found) return found
  }
  return undefined
}

function MonitorView({ monitor }: { monitor: Monitor }) {
  usePageName(monitor.name)
  const { span, go, zoom } = useSpan(monitor)
  const tab = useMonitorTab()
  const ticks = useInfiniteQuery(ticksQuery(monitor.id))
  const [checkParam, lookAt] = useSearchParam('check')
  const check = readCheckAddress(checkParam)
  const items = ticks.data?.pages.flatMap((page) => page.items) ?? []
  const now = useCheckNow(monitor, items)
  return (
    <article>
      <MonitorHeader monitor={monitor} span={span} now={now} />
      <NowPanel now={now} />
      <MonitorTabs current={tab} />
      {tab === 'overview' && <Overview {...{ monitor, span, go, zoom, items, now }} />}
      {tab === 'overview' && <LatestTicksPanel ticks={items} hasPhases={isProbed(monitor.spec)} />}
      {tab === 'checks' && <ChecksPanel monitor={monitor} all={ticks} />}
      {tab === 'incidents' && <IncidentsPanel id={monitor.id} />}
      {tab === 'settings' && <SettingsPanel monitor={monitor} />}
      {check && <CheckDialog monitor={monitor} address={check} onClose={() => lookAt('')} />}
    </article>
  )
}

interface OverviewProps extends ReturnType<typeof useSpan> {
  monitor: Monitor
  items: readonly Tick[]
  now: CheckNow
}

function Overview({ monitor, span, go, zoom, items, now }: OverviewProps) {
  const series = useQuery({ ...seriesQuery(monitor.id, span), placeholderData: (previous) => previous })
  const outages = useQuery(outagesQuery(monitor.id, monitor.since))
  const probed = isProbed(monitor.spec)
  return (
    <>
      <Tiles monitor={monitor} span={span} summary={series.data?.summary} />
      <div className="mt-4 grid gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
        {probed ? (
          <LatencyPanel
            monitor={monitor}
            span={span}
            onSpan={go}
            onZoom={zoom}
            query={series}
            outages={outages.data?.items ?? []}
            now={now}
          />
        ) : (
          <PingsPanel id={monitor.id} />
        )}
        <div className="flex min-w-0 flex-col gap-4">
          {probed ? (
            <PhasePanel tick={items.find((tick) => tick.phases.totalMs > 0)} />
          ) : (
            <HeartbeatPanel monitor={monitor} />
          )}
        </div>
      </div>
      {probed && <PhasesPanel monitor={monitor} span={span} onZoom={zoom} />}
      <DaysPanel monitor={monitor} />
      <UptimePanel monitor={monitor} />
      {probed && <MatrixPanel monitor={monitor} live={items} />}
      {probed && <HeatPanel monitor={monitor} />}
      {probed && <FactsPanels monitor={monitor} />}
    </>
  )
}
