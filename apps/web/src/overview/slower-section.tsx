'use client'
import type { Slowdowns } from '@repo/contracts/slowdowns'
import { latencyText } from '@repo/ui/duration'
import { numberText, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { slowdownsQuery } from '../api/slowdowns-query.ts'
import { followLink } from '../navigation.ts'
import { Reading } from '../settings/reading.tsx'
import { Section } from './section.tsx'

/** What works as before, and takes longer. Where nothing does, nothing is said of it. */
export function SlowerSection() {
  const query = useQuery(slowdownsQuery)
  if (query.isPending || query.data?.items.length === 0) return null
  return (
    <Section
      title={t('Slower than before')}
      note={t('p95 of 24 hours, beside the day before')}
      className="lg:col-span-2"
    >
      <Reading query={query}>
        {({ items }) => (
          <ul>
            {items.map((item) => (
              <SlowerItem key={item.monitor.id} item={item} />
            ))}
          </ul>
        )}
      </Reading>
    </Section>
  )
}

function SlowerItem({ item: { monitor, p95Ms, beforeMs } }: { item: Slowdowns['items'][number] }) {
  const [before, now] = [latencyText(beforeMs), latencyText(p95Ms)]
  const times = numberText(p95Ms / Math.max(beforeMs, 0.001), { maximumSignificantDigits: 2 })
  return (
    <li className="relative flex min-h-11 items-center gap-x-4 border-line border-b px-1 py-1.5 hover:bg-hover">
      <a
        href={`/monitors/${monitor.id}`}
        onClick={followLink}
        className="min-w-0 grow truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
      >
        {monitor.name}
      </a>
      <span className="num shrink-0 text-13">
        <span aria-hidden="true">
          <span className="text-muted">{before} → </span>
          {now}
        </span>
        <span className="sr-only">{t('from {before} to {now}', { before, now })}</span>
      </span>
      <span className="num w-20 shrink-0 text-right text-13 text-degraded-fg">{t('{times} times', { times })}</span>
    </li>
  )
}
