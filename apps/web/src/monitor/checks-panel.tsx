'use client'
import type { Monitor } from '@repo/contracts/monitors'
import type { TickPage } from '@repo/contracts/ticks'
import { isProbed } from '@repo/contracts/watched-by'
import { Button } from '@repo/ui/button'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query'
import { readMore } from '../api/read-more.ts'
import { Choice } from '../form/choice.tsx'
import { useSearchParam } from '../navigation.ts'
import { FailureNote } from '../shell/failure-note.tsx'
import { regionTicksQuery } from './monitor-queries.ts'
import { TickTable } from './ticks-panel.tsx'

type TicksQuery = UseInfiniteQueryResult<InfiniteData<TickPage>>

/** Every check that is kept, newest first: of all regions as they come, or of one. */
export function ChecksPanel({ monitor, all }: { monitor: Monitor; all: TicksQuery }) {
  const { id, regions, spec } = monitor
  const [named, setRegion] = useSearchParam('region')
  const region = regions.find((one) => one === named) ?? ''
  const ofRegion = useInfiniteQuery({ ...regionTicksQuery(id, region), enabled: region !== '' })
  const query = region ? ofRegion : all
  const { data, error, refetch, hasNextPage, isFetchingNextPage } = query
  const ticks = data?.pages.flatMap((page) => page.items) ?? []
  const choice = regions.length > 1 && (
    <Choice label={t('Region')} value={region} onChange={setRegion}>
      <option value="">{t('All regions')}</option>
      {regions.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </Choice>
  )
  return (
    <Panel title={t('Checks')} note={t('newest first')} action={choice} className="mt-4">
      {error && (
        <FailureNote
          error={error}
          prefix={data ? t('These rows may be old: ') : t('The checks could not be read: ')}
          onRetry={() => void refetch()}
        />
      )}
      {ticks.length > 0 && <TickTable label={t('Checks as a table')} ticks={ticks} hasPhases={isProbed(spec)} />}
      {data && ticks.length === 0 && <p className="py-4 text-muted">{t('No check yet.')}</p>}
      {!data && !error && <div className="skeleton h-96" />}
      {hasNextPage && (
        <div className="mt-3">
          <Button onClick={() => void readMore(query)} disabled={isFetchingNextPage}>
            {isFetchingNextPage ? t('Reading…') : t('Older checks')}
          </Button>
        </div>
      )}
    </Panel>
  )
}
