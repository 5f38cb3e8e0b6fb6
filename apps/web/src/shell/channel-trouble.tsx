'use client'
import { buttonClass } from '@repo/ui/button'
import { StatusGlyph } from '@repo/ui/status'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { isInTrouble } from '../alerts/channel-words.ts'
import { channelsQuery } from '../api/channels-query.ts'
import { followLink } from '../navigation.ts'

const EVERY_MS = 60_000

/** Where a channel fails again and again, whoever looks at the monitors is told: nobody else may hear of it. */
export function ChannelTrouble() {
  const { data: channels } = useQuery({ ...channelsQuery, refetchInterval: EVERY_MS })
  const failing = channels?.filter(isInTrouble) ?? []
  const [first] = failing
  if (!first) return null
  const others = failing.length - 1
  return (
    <section
      aria-label={t('A channel fails')}
      className="mb-4 flex flex-wrap items-center justify-between gap-3 rounded-card border border-down-fg/60 bg-down-tint px-4 py-2.5"
    >
      <p className="flex min-w-0 items-center gap-2 font-medium text-down-fg">
        <StatusGlyph status="down" />
        <span className="min-w-0 [overflow-wrap:anywhere]">
          {others === 0
            ? t('Alerts by {name} do not get through.', { name: first.name })
            : t(
                'Alerts by {name} and {others, plural, one {# other channel} other {# other channels}} do not get through.',
                { name: first.name, others },
              )}
        </span>
      </p>
      <a href="/alerts" onClick={followLink} className={buttonClass('secondary')}>
        {t('See why')}
      </a>
    </section>
  )
}
