'use client'
import type { Group } from '@repo/contracts/groups'
import { Button } from '@repo/ui/button'
import { lastedText } from '@repo/ui/duration'
import { rich, t } from '@repo/ui/words'
import { useInfiniteQuery } from '@tanstack/react-query'
import { readMore } from '../api/read-more.ts'
import { Reading } from '../settings/reading.tsx'
import { Clock, LastedSince } from '../shell/time.tsx'
import { outagesQuery } from './group-queries.ts'

/** When it did not work, for how long, and which of its members did not when that began. */
export function GroupOutages({ group }: { group: Group }) {
  const query = useInfiniteQuery({ ...outagesQuery(group.id), refetchInterval: 10_000 })
  return (
    <section aria-label={t('Outages of {name}', { name: group.name })} className="mt-2 border-line border-l-2 pl-4">
      <Reading query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items)
          if (items.length === 0) return <p className="text-13 text-muted">{t('It always worked so far.')}</p>
          return (
            <ol className="flex flex-col gap-1 text-13">
              {items.map(({ id, beganAt, endedAt, failing }) => (
                <li key={id} className="flex flex-wrap gap-x-4">
                  <span className="num text-muted">
                    <Clock at={beganAt} />
                  </span>
                  <span className="num">
                    {endedAt
                      ? lastedText(Date.parse(endedAt) - Date.parse(beganAt))
                      : rich('{time}, lasts', { time: <LastedSince at={beganAt} /> })}
                  </span>
                  <span className="text-muted [overflow-wrap:anywhere]">{failing.join(', ')}</span>
                </li>
              ))}
            </ol>
          )
        }}
      </Reading>
      {query.hasNextPage && (
        <Button className="mt-2" disabled={query.isFetchingNextPage} onClick={() => void readMore(query)}>
          {t('Older outages')}
        </Button>
      )}
    </section>
  )
}
