'use client'
import type { Expiries } from '@repo/contracts/expiries'
import { StatusGlyph } from '@repo/ui/status'
import { dateText, msg, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { expiriesQuery } from '../api/expiries-query.ts'
import { followLink } from '../navigation.ts'
import { Reading } from '../settings/reading.tsx'
import { Section } from './section.tsx'

const DAY_MS = 86_400_000
const kinds = { certificate: msg('Certificate'), domain: msg('Domain') } as const

/** What stops working by itself unless somebody renews it. */
export function EndingSection() {
  const query = useQuery(expiriesQuery)
  return (
    <Section title={t('Ends soon')} note={t('certificates and domains, within 14 days')}>
      <Reading query={query}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <p className="py-3 text-muted">{t('Nothing ends within 14 days.')}</p>
          ) : (
            <>
              <ul>
                {items.map((item) => (
                  <EndingItem key={`${item.monitor.id} ${item.kind}`} item={item} />
                ))}
              </ul>
              {nextCursor && <p className="py-1 text-12 text-muted">{t('And more, which end later.')}</p>}
            </>
          )
        }
      </Reading>
    </Section>
  )
}

function EndingItem({ item: { monitor, kind, expiresAt } }: { item: Expiries['items'][number] }) {
  const days = Math.floor((Date.parse(expiresAt) - Date.now()) / DAY_MS)
  const isOver = days < 0
  return (
    <li className="relative flex min-h-11 items-center gap-x-3 border-line border-b px-1 py-1.5 hover:bg-hover has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-accent">
      <StatusGlyph status={isOver ? 'down' : 'degraded'} />
      <span className="min-w-0 grow">
        <a
          href={`/monitors/${monitor.id}`}
          onClick={followLink}
          className="block truncate font-medium outline-none after:absolute after:inset-0"
        >
          {monitor.name}
        </a>
        <span className="block truncate text-12 text-muted">{t(kinds[kind])}</span>
      </span>
      <span className="flex shrink-0 flex-col items-end">
        <span className={`num text-13 font-medium ${isOver ? 'text-down-fg' : 'text-degraded-fg'}`}>
          {leftText(days)}
        </span>
        <time dateTime={expiresAt} className="text-12 text-muted">
          {dateText(Date.parse(expiresAt), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })}
        </time>
      </span>
    </li>
  )
}

function leftText(days: number): string {
  if (days < 0) return t('ended {days, plural, one {# day ago} other {# days ago}}', { days: -days })
  if (days === 0) return t('today')
  return t('{days, plural, one {# day left} other {# days left}}', { days })
}
