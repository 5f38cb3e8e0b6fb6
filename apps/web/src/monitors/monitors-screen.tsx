'use client'
import type { MonitorCounts } from '@repo/contracts/monitors'
import { type Status, statuses } from '@repo/domain/status'
import { Button, buttonClass } from '@repo/ui/button'
import { Kbd } from '@repo/ui/kbd'
import { rich, t } from '@repo/ui/words'
import dynamic from 'next/dynamic'
import { memo, useMemo, useState } from 'react'
import { type MonitorFilter, useCounts } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { followLink, navigate, useSearchParam } from '../navigation.ts'
import { ChannelTrouble } from '../shell/channel-trouble.tsx'
import { useMay } from '../shell/use-may.ts'
import { GettingStarted } from '../start/getting-started.tsx'
import { checkKinds } from './check-kinds.ts'
import { EmptyForViewer } from './empty-for-viewer.tsx'
import { EmptyStart } from './empty-start.tsx'
import { FilterBar } from './filter-bar.tsx'
import { headline } from './headline.ts'
import { ListSkeleton } from './list-skeleton.tsx'
import { listOrders } from './monitor-order.ts'
import { MonitorTable } from './monitor-table.tsx'
import { useMonitors } from './use-monitors.ts'
import { useSelection } from './use-selection.ts'

const BulkBar = dynamic(() => import('./bulk-bar.tsx').then((module) => module.BulkBar))

const GroupedTable = dynamic(() => import('./grouped-table.tsx').then((module) => module.GroupedTable))
const ListTools = dynamic(() => import('./list-tools.tsx').then((module) => module.ListTools))
const GroupsView = dynamic(() => import('../groups/groups-view.tsx').then((module) => module.GroupsView))

/** The list, or what several of its monitors stand for together. */
export function MonitorsScreen({ onCreate }: { onCreate: (url?: string) => void }) {
  const [view] = useSearchParam('view')
  return view === 'groups' ? <GroupsView /> : <MonitorList onCreate={onCreate} />
}

/** What the address says of the list, and how to say it anew. */
function useListFilter() {
  const [text, setText] = useSearchParam('text')
  const [statusText, setStatus] = useSearchParam('status')
  const status = isStatus(statusText) ? statusText : ''
  const [tag] = useSearchParam('tag')
  const kind = knownOf(checkKinds, useSearchParam('kind')[0])
  const [sortText, setSort] = useSearchParam('sort')
  const sort = knownOf(listOrders, sortText)
  const isGrouped = useSearchParam('group')[0] === 'tag'
  const filter = useMemo<MonitorFilter>(() => ({ text, status, tag, kind, sort }), [text, status, tag, kind, sort])
  return { filter, isGrouped, isNarrowed: Boolean(tag || kind || isGrouped), setText, setStatus, setSort }
}

function MonitorList({ onCreate }: { onCreate: (url?: string) => void }) {
  const { filter, isGrouped, isNarrowed, setText, setStatus, setSort } = useListFilter()
  const [chosen, setArranging] = useState<boolean>()
  const isArranging = chosen ?? isNarrowed
  const counts = useCounts({ isListShown: true })
  const { query, shown, wanted } = useMonitors(filter)
  const mayChange = useMay('member')
  if (counts?.total === 0 && !query.isPending) return mayChange ? <EmptyStart /> : <EmptyForViewer />
  return (
    <>
      <ChannelTrouble />
      <ListHead counts={counts} mayChange={mayChange} onCreate={onCreate} />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <FilterBar text={filter.text} status={filter.status} counts={counts} onText={setText} onStatus={setStatus} />
        <ListButtons isArranging={isArranging} onArrange={setArranging} />
      </div>
      {isArranging && <ListTools filter={filter} loaded={shown.loaded} />}
      {query.isError && (
        <ListError
          text={failureText(query.error)}
          hasRows={shown.loaded.length > 0}
          onRetry={() => void query.refetch()}
        />
      )}
      <ListBody shown={shown} wanted={wanted} isGrouped={isGrouped} onSort={setSort} mayChange={mayChange} />
    </>
  )
}

interface ListHeadProps {
  counts: MonitorCounts | undefined
  mayChange: boolean
  onCreate: (url?: string) => void
}

const ListHead = memo(function ListHead({ counts, mayChange, onCreate }: ListHeadProps) {
  return (
    <>
      <div className="mb-5 flex items-start justify-between gap-4">
        <Headline counts={counts} />
        <Button look={mayChange ? 'primary' : 'secondary'} onClick={() => onCreate()}>
          <span className="max-md:sr-only">{t('Add monitor')}</span>
          <span aria-hidden="true" className="md:hidden">
            {t('Add')}
          </span>
          <Kbd className="max-md:hidden">c</Kbd>
        </Button>
      </div>
      <GettingStarted monitors={counts?.total} />
    </>
  )
})

interface ListButtonsProps {
  isArranging: boolean
  onArrange: (isArranging: boolean) => void
}

const ListButtons = memo(function ListButtons({ isArranging, onArrange }: ListButtonsProps) {
  return (
    <div className="ml-auto flex">
      <Button
        look="quiet"
        aria-expanded={isArranging}
        aria-controls="list-tools"
        onClick={() => onArrange(!isArranging)}
      >
        {t('Arrange')}
      </Button>
      <a href="/monitors?view=groups" onClick={followLink} className={buttonClass('quiet')}>
        {t('Groups')}
      </a>
    </div>
  )
})

interface ListBodyProps extends Pick<ReturnType<typeof useMonitors>, 'shown' | 'wanted'> {
  isGrouped: boolean
  onSort: (sort: string) => void
  mayChange: boolean
}

/** The rows, and what stands above and below them. A key that is typed into the filter is painted before all of this. */
const ListBody = memo(function ListBody({ shown, wanted, isGrouped, onSort, mayChange }: ListBodyProps) {
  const { filter, loaded, isSettled, isPending, isError, ends, more } = shown
  const filterKey = JSON.stringify(filter)
  const selection = useSelection(filterKey)
  const Table = isGrouped ? GroupedTable : MonitorTable
  return (
    <>
      {ends.isFromEnd && !isGrouped && more.has && <EndNote onLeave={() => ends.read(false)} />}
      {isPending ? (
        <ListSkeleton />
      ) : loaded.length + wanted.length > 0 || !isError ? (
        <Table
          {...{ loaded, wanted, filterKey, onSort, ends, selection, more }}
          sort={filter.sort ?? ''}
          none={isSettled ? <NoMatch onClear={() => navigate('/monitors')} /> : null}
        />
      ) : null}
      {mayChange && selection.ids.size > 0 && <BulkBar selection={selection} filter={filter} />}
      {loaded.length > 0 && <Legend mayChange={mayChange} />}
    </>
  )
})

/** What somebody typed into the address, where it is something that can be asked for. */
function knownOf(known: readonly string[], text: string): string {
  return known.includes(text) ? text : ''
}

function isStatus(text: string): text is Status {
  return (statuses as readonly string[]).includes(text)
}

function Headline({ counts }: { counts: MonitorCounts | undefined }) {
  const { truth, rest } = counts ? headline(counts) : { truth: '', rest: '' }
  return (
    <h1 className="min-h-7 md:min-h-8.5 text-20 font-bold tracking-[-0.02em] text-pretty md:text-28">
      {truth || <span className="sr-only">{t('Monitors')}</span>} <span className="text-muted">{rest}</span>
    </h1>
  )
}

function ListError({ text, hasRows, onRetry }: { text: string; hasRows: boolean; onRetry: () => void }) {
  return (
    <div
      role="alert"
      className="mb-3 flex flex-wrap items-center justify-between gap-3 rounded-card border border-down-fg/60 bg-down-tint px-4 py-2.5 text-down-fg"
    >
      <p>
        {hasRows ? t('These rows may be old: ') : t('The monitors could not be read: ')}
        {text}
      </p>
      <Button onClick={onRetry}>{t('Retry')}</Button>
    </div>
  )
}

function EndNote({ onLeave }: { onLeave: () => void }) {
  return (
    <div className="mb-2 flex min-h-8 items-center justify-between gap-3 text-13 text-muted">
      <p>{t('The end of the list. What stands above is read as you scroll up.')}</p>
      <Button look="quiet" onClick={onLeave}>
        {t('Show its beginning')}
      </Button>
    </div>
  )
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-14 text-center">
      <p className="text-16">{t('No monitor matches.')}</p>
      <Button onClick={onClear}>{t('Clear the filter')}</Button>
    </div>
  )
}

function Legend({ mayChange }: { mayChange: boolean }) {
  return (
    <p className="mt-3 flex flex-wrap items-center gap-x-1.5 gap-y-1 text-12 text-muted max-md:hidden">
      {t('Tick height is latency, its shape and colour the verdict.')}{' '}
      {rich(
        mayChange
          ? '{j} {k} move · {enter} open · {p} pause · {x} select · {help} all keys'
          : '{j} {k} move · {enter} open · {help} all keys',
        {
          j: <Kbd>j</Kbd>,
          k: <Kbd>k</Kbd>,
          enter: <Kbd>↵</Kbd>,
          p: <Kbd>p</Kbd>,
          x: <Kbd>x</Kbd>,
          help: <Kbd>?</Kbd>,
        },
      )}
    </p>
  )
}
