import type { Coverage } from '@repo/contracts/alerts'
import { numberText, t } from '@repo/ui/words'
import { followLink } from '../navigation.ts'

const SHOWN_COUNT = 8

/** Monitors by their names, as many as one reads, and how many there are beside. */
export function MonitorNames({ label, found: { count, items } }: { label: string; found: Coverage['uncovered'] }) {
  const shown = items.slice(0, SHOWN_COUNT)
  return (
    <ul aria-label={label} className="flex flex-wrap gap-x-3 gap-y-0.5 text-13">
      {shown.map(({ id, name }) => (
        <li key={id} className="[overflow-wrap:anywhere]">
          <a href={`/monitors/${id}`} onClick={followLink} className="underline underline-offset-2">
            {name}
          </a>
        </li>
      ))}
      {count > shown.length && (
        <li className="num text-muted">{t('and {count} more', { count: numberText(count - shown.length) })}</li>
      )}
    </ul>
  )
}
