'use client'
import type { Monitor, MonitorPage } from '@repo/contracts/monitors'
import { targetOf } from '@repo/contracts/spec-target'
import { isProbed } from '@repo/contracts/watched-by'
import { Button, buttonClass } from '@repo/ui/button'
import { intervalText } from '@repo/ui/duration'
import { type InfiniteData, type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { keys, monitorQuery, seriesQuery, ticksQuery } from '../api/queries.ts'
import { failureText, isStatus } from '../api/request.ts'
import { readCheckAddress } from '../check/check-address.ts'
import { followLink, useSearchParam } from '../navigation.ts'
import { Missing } from '../shell/missing.tsx'
import { usePageName } from '../shell/page-name.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { useMay } from '../shell/use-may.ts'
import { HeartbeatPanel } from './heartbeat-panel.tsx'
import { LatencyPanel } from './latency-panel.tsx'
import { MonitorSkeleton } from './monitor-skeleton.tsx'
import { PhasePanel } from './phase-panel.tsx'
import { PingsPanel } from './pings-panel.tsx'
import { defaultRange, parseRange } from './ranges.ts'
import { RegionPanel } from './region-panel.tsx'
import { TicksPanel } from './ticks-panel.tsx'
import { Tiles } from './tiles.tsx'
import { useCheckNow } from './use-check-now.ts'
import { usePauseSwitch } from './use-pause.ts'
import { Verdict } from './verdict.tsx'

const EditDialog = dynamic(() => import('./edit-dialog.tsx').then((module) => module.EditDialog))
const CheckDialog = dynamic(() => import('../check/check-dialog.tsx').then((module) => module.CheckDialog))
const DeleteDialog = dynamic(() => import('./delete-dialog.tsx').then((module) => module.DeleteDialog))

export function MonitorScreen({ id }: { id: string }) {
  const client = useQueryClient()
  const {
    data: monitor,
    error,
    refetch,
  } = useQuery({
    ...monitorQuery(id),
    placeholderData: () => findListed(client, id),
  })
  if (isStatus(error, 404) || isStatus(error, 400)) return <Missing what="monitor" />
  if (monitor) return <MonitorView monitor={monitor} />
  if (!error) return <MonitorSkeleton />
  return (
    <div role="alert" className="flex flex-col items-start gap-3 pt-10">
      <p className="text-16">The monitor could not be read. {failureText(error)}</p>
      <Button onClick={() => void refetch()}>Retry</Button>
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
  const [rangeParam, setRange] = useSearchParam('range')
  const usual = defaultRange(monitor.createdAt, Date.now())
  const range = parseRange(rangeParam, usual)
  const series = useQuery({ ...seriesQuery(monitor.id, range), placeholderData: (previous) => previous })
  const ticks = useInfiniteQuery(ticksQuery(monitor.id))
  const [checkParam, lookAt] = useSearchParam('check')
  const check = readCheckAddress(checkParam)
  const items = ticks.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <article>
      <MonitorHeader monitor={monitor} />
      <Tiles monitor={monitor} range={range} summary={series.data?.summary} />
      <div className="mt-4 grid gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
        {isProbed(monitor.spec) ? (
          <LatencyPanel
            createdAt={monitor.createdAt}
            range={range}
            onRange={(next) => setRange(next === usual ? '' : next)}
            series={series.data}
            failure={series.error ? failureText(series.error) : undefined}
            onRetry={() => void series.refetch()}
          />
        ) : (
          <PingsPanel id={monitor.id} />
        )}
        <div className="flex min-w-0 flex-col gap-4">
          {isProbed(monitor.spec) ? (
            <>
              <RegionPanel monitor={monitor} />
              <PhasePanel tick={items.find((tick) => tick.phases.totalMs > 0)} />
            </>
          ) : (
            <HeartbeatPanel monitor={monitor} />
          )}
        </div>
      </div>
      <TicksPanel
        ticks={items}
        hasPhases={isProbed(monitor.spec)}
        more={{ has: ticks.hasNextPage, busy: ticks.isFetchingNextPage, fetch: () => void ticks.fetchNextPage() }}
      />
      {check && <CheckDialog monitor={monitor} address={check} onClose={() => lookAt('')} />}
    </article>
  )
}

function MonitorHeader({ monitor }: { monitor: Monitor }) {
  const [dialog, setDialog] = useState<'none' | 'edit' | 'delete'>('none')
  const flipPause = usePauseSwitch()
  const close = () => setDialog('none')
  const mayChange = useMay('member')
  const { check, isAsking } = useCheckNow()
  const { name, spec, intervalSeconds, regions, status } = monitor
  const mayCheck = mayChange && isProbed(spec) && status !== 'paused'
  useShortcuts({
    ...(mayChange && { p: () => flipPause(monitor), e: () => setDialog('edit') }),
    ...(mayCheck && { r: () => check(monitor) }),
  })
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <nav aria-label="Breadcrumb" className="text-12">
          <a
            href="/monitors"
            onClick={followLink}
            className="inline-flex min-h-6 items-center text-muted hover:text-fg"
          >
            ← Monitors
          </a>
        </nav>
        <h1 className="text-28 font-bold tracking-[-0.02em] break-words">{name}</h1>
        <Verdict monitor={monitor} />
        <p className="num mt-1 text-13 text-muted [overflow-wrap:anywhere]">
          <Target spec={spec} />
          {isProbed(spec) && ` · every ${intervalText(intervalSeconds)} · ${regions.join(', ')}`}
        </p>
      </div>
      {!mayChange && <IncidentsLink id={monitor.id} />}
      {mayChange && (
        <div className="flex flex-wrap gap-2">
          <IncidentsLink id={monitor.id} />
          {mayCheck && (
            <Button disabled={isAsking} onClick={() => check(monitor)}>
              Check now
            </Button>
          )}
          <Button onClick={() => flipPause(monitor)}>{status === 'paused' ? 'Resume' : 'Pause'}</Button>
          <Button onClick={() => setDialog('edit')}>Edit</Button>
          <Button look="danger" onClick={() => setDialog('delete')}>
            Delete
          </Button>
        </div>
      )}
      {dialog === 'edit' && <EditDialog monitor={monitor} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog monitor={monitor} onClose={close} />}
    </header>
  )
}

/** Its incidents of every time. */
function IncidentsLink({ id }: { id: string }) {
  return (
    <a
      href={`/incidents?monitor=${encodeURIComponent(id)}&range=all`}
      onClick={followLink}
      className={buttonClass('secondary')}
    >
      Incidents
    </a>
  )
}

/** What is asked of whom; a website can be opened from here. */
function Target({ spec }: { spec: Monitor['spec'] }) {
  if (spec.kind !== 'http') return `${spec.kind} ${targetOf(spec)}`
  return (
    <>
      {spec.method ?? 'GET'}{' '}
      <a href={spec.url} target="_blank" rel="noreferrer" className="text-accent underline-offset-2 hover:underline">
        {spec.url}
      </a>
    </>
  )
}
