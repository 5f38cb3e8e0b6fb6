'use client'
import type { DeliveryJson } from '@repo/contracts/deliveries'
import type { Entry, IncidentDetail } from '@repo/contracts/incidents'
import { Button } from '@repo/ui/button'
import { Panel } from '@repo/ui/panel'
import { StatusGlyph } from '@repo/ui/status'
import { rich, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { waitingQuery } from '../api/incident-queries.ts'
import { FailureNote } from '../shell/failure-note.tsx'
import { Clock } from '../shell/time.tsx'
import { CommentForm } from './comment-form.tsx'
import { EntryGlyph } from './entry-glyph.tsx'
import { entryLine, hasLine } from './entry-line.tsx'

interface TimelinePanelProps {
  incident: IncidentDetail
  entries: readonly Entry[]
  failure: unknown
  onRetry: () => void
  more: { has: boolean; busy: boolean; fetch: () => void }
}

/** All that happened, in one line of time: looks, messages and what people did. */
export function TimelinePanel({ incident, entries, failure, onRetry, more }: TimelinePanelProps) {
  const waiting = useQuery(waitingQuery(incident.id))
  return (
    <Panel title={t('Timeline')} note={t('oldest first')}>
      {failure !== null && <FailureNote error={failure} prefix={t('This may be incomplete: ')} onRetry={onRetry} />}
      <ol aria-label={t('Timeline')}>
        {entries.filter(hasLine).map((entry) => (
          <Line key={entry.id} at={entry.at} glyph={<EntryGlyph entry={entry} />}>
            {entryLine(entry)}
          </Line>
        ))}
        {!more.has &&
          waiting.data?.map((delivery) => (
            <Line key={delivery.id} at={delivery.dueAt} glyph={<StatusGlyph status="unknown" />}>
              <WaitingLine delivery={delivery} />
            </Line>
          ))}
      </ol>
      {more.has && (
        <Button className="mt-3 print:hidden" onClick={more.fetch} disabled={more.busy}>
          {more.busy ? t('Reading…') : t('Later entries')}
        </Button>
      )}
      <div className="mt-4 border-line border-t pt-4">
        <CommentForm id={incident.id} />
      </div>
    </Panel>
  )
}

function Line({ at, glyph, children }: { at: string; glyph: ReactNode; children: ReactNode }) {
  return (
    <li className="grid break-inside-avoid grid-cols-[16px_minmax(0,1fr)] items-baseline gap-x-3 py-1.5 sm:grid-cols-[112px_16px_minmax(0,1fr)]">
      <span className="num text-12 text-muted max-sm:col-span-2">
        <Clock at={at} />
      </span>
      <span className="flex h-5 items-center justify-center">{glyph}</span>
      <div className="min-w-0 [overflow-wrap:anywhere]">{children}</div>
    </li>
  )
}

function WaitingLine({ delivery: { channel, attempts, nextAt } }: { delivery: DeliveryJson }) {
  const last = attempts.at(-1)
  return (
    <>
      {rich('{name} is still to be told', { name: <span className="font-medium">{channel.name}</span> })}
      {last && (
        <span className="block text-13 text-muted">
          {t('{count, plural, one {# attempt} other {# attempts}} so far', { count: attempts.length })} · {last.reason}{' '}
          {last.answer}
          {nextAt && rich(' · the next at {time}', { time: <Clock at={nextAt} /> })}
        </span>
      )}
    </>
  )
}
