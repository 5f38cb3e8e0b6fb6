'use client'
import type { System } from '@repo/contracts/system'
import { agoText } from '@repo/ui/duration'
import { StatusGlyph } from '@repo/ui/status'
import { numberText, rich } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { systemQuery } from '../api/system-query.ts'
import { followLink } from '../navigation.ts'
import { Reading } from '../settings/reading.tsx'
import { perSecondText } from '../system/system-words.ts'
import { unreliableRegions } from './regions.ts'

/** Whether what is shown can be believed: how much is checked, how fresh it is, and from where. */
export function PipelineStrip() {
  const query = useQuery(systemQuery)
  return (
    <div className="mt-2 min-h-6 text-13 text-muted">
      {query.data === undefined && !query.error ? (
        <div className="skeleton mt-1 h-4 w-80 max-w-full" />
      ) : (
        <Reading query={query}>{(system) => <Strip system={system} />}</Reading>
      )}
    </div>
  )
}

function Strip({ system }: { system: System }) {
  const { checksPerSecond, resultAgeSeconds, regions } = system
  const unreliable = unreliableRegions(system)
  const online = regions.filter(({ name, consumersCounting }) => consumersCounting > 0 && !unreliable.includes(name))
  const isWhole = online.length === regions.length && regions.length > 0
  return (
    <a
      href="/system"
      onClick={followLink}
      className="flex min-h-6 flex-wrap items-center gap-x-4 gap-y-1 hover:text-fg pointer-coarse:min-h-11"
    >
      <span>
        {rich('{rate} checks a second', { rate: <span className="num">{perSecondText(checksPerSecond)}</span> })}
      </span>
      <span>
        {rich('newest result {ago}', {
          ago: <span className="num">{resultAgeSeconds === null ? '–' : agoText(resultAgeSeconds * 1_000)}</span>,
        })}
      </span>
      <span className={`inline-flex items-center gap-1.5 ${isWhole ? '' : 'font-medium text-degraded-fg'}`}>
        <StatusGlyph status={isWhole ? 'up' : 'degraded'} size={12} />
        <span>
          {rich('{online} of {count, plural, one {# region online} other {# regions online}}', {
            online: numberText(online.length),
            count: regions.length,
          })}
        </span>
      </span>
    </a>
  )
}
