'use client'
import type { Window } from '@repo/contracts/maintenance'
import { Button } from '@repo/ui/button'
import { countdownText } from '@repo/ui/duration'
import { StatusLabel } from '@repo/ui/status'
import { numberText, rich, t } from '@repo/ui/words'
import type { ReactNode } from 'react'
import { useSearchParam } from '../navigation.ts'
import { useNowMs } from '../shell/clock.ts'
import { coverText, scheduleText } from './schedule-words.ts'
import { useWindowDeeds } from './use-window-deeds.ts'
import { offsetText, viewerZone, zonedSpan } from './zone-time.ts'

interface WindowListProps {
  windows: readonly Window[]
  mayChange: boolean
  onEdit: (window: Window) => void
}

/** What lasts now comes first, then what comes next, and what is over is read only. */
export function WindowList({ windows, mayChange, onEdit }: WindowListProps) {
  const of = (state: Window['state']) => windows.filter((window) => window.state === state).toSorted(byNext)
  const [past, setPast] = useSearchParam('past')
  const [running, coming, over] = [of('now'), of('upcoming'), of('past').toReversed()]
  return (
    <div className="flex flex-col gap-8">
      {running.length > 0 && (
        <Section title={t('Now')} count={running.length}>
          {running.map((window) => (
            <WindowRow key={window.id} window={window} mayChange={mayChange} onEdit={onEdit} />
          ))}
        </Section>
      )}
      <Section title={t('Next')} count={coming.length}>
        {coming.length === 0 && (
          <li className="border-line border-t py-3 text-muted">{t('Nothing else is planned.')}</li>
        )}
        {coming.map((window) => (
          <WindowRow key={window.id} window={window} mayChange={mayChange} onEdit={onEdit} />
        ))}
      </Section>
      {over.length > 0 && (
        <Section
          title={t('Past')}
          count={over.length}
          action={
            <Button look="quiet" aria-expanded={past === '1'} onClick={() => setPast(past === '1' ? '' : '1')}>
              {past === '1' ? t('Hide') : t('Show')}
            </Button>
          }
        >
          {past === '1' &&
            over.map((window) => <WindowRow key={window.id} window={window} mayChange={mayChange} onEdit={onEdit} />)}
        </Section>
      )}
    </div>
  )
}

function byNext(a: Window, b: Window): number {
  return (a.next?.startsAt ?? a.updatedAt).localeCompare(b.next?.startsAt ?? b.updatedAt)
}

interface SectionProps {
  title: string
  count: number
  action?: ReactNode
  children: ReactNode
}

function Section({ title, count, action, children }: SectionProps) {
  return (
    <section aria-label={title}>
      <header className="flex min-h-9 items-center justify-between gap-4 pb-1">
        <h2 className="text-14 font-bold">
          {title} <span className="num ml-1 font-normal text-muted">{numberText(count)}</span>
        </h2>
        {action}
      </header>
      <ul aria-label={title}>{children}</ul>
    </section>
  )
}

interface WindowRowProps {
  window: Window
  mayChange: boolean
  onEdit: (window: Window) => void
}

function WindowRow({ window, mayChange, onEdit }: WindowRowProps) {
  const { name, schedule, appliesTo, state } = window
  const isRunning = state === 'now'
  const { endNow, remove, isBusy } = useWindowDeeds(window)
  return (
    <li
      className={`flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line border-t py-3 ${isRunning ? 'border-l-3 border-l-maintenance pl-3' : ''}`}
    >
      <div className="min-w-0 grow basis-72">
        <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <span className="font-medium [overflow-wrap:anywhere]">{name}</span>
          {isRunning && <StatusLabel status="maintenance" word={t('Running')} />}
          {isRunning && window.next && <Remaining until={window.next.endsAt} />}
        </p>
        <p className="num mt-0.5 text-13 text-muted [overflow-wrap:anywhere]">{scheduleText(schedule)}</p>
        <p className="mt-0.5 text-13 text-muted [overflow-wrap:anywhere]">
          {coverText(appliesTo)}
          {schedule.kind !== 'once' && window.next && <NextTime window={window} />}
        </p>
      </div>
      {state !== 'past' && (
        <div className="flex flex-wrap gap-2">
          {isRunning && (
            <Button aria-label={t('End now: {name}', { name })} disabled={!mayChange || isBusy} onClick={endNow}>
              {t('End now')}
            </Button>
          )}
          <Button aria-label={t('Edit {name}', { name })} disabled={!mayChange} onClick={() => onEdit(window)}>
            {t('Edit')}
          </Button>
          <Button aria-label={t('Delete {name}', { name })} disabled={!mayChange || isBusy} onClick={remove}>
            {t('Delete')}
          </Button>
        </div>
      )}
      {state === 'past' && mayChange && (
        <Button aria-label={t('Delete {name}', { name })} disabled={isBusy} onClick={remove}>
          {t('Delete')}
        </Button>
      )}
    </li>
  )
}

function Remaining({ until }: { until: string }) {
  const nowMs = useNowMs()
  return (
    <span className="text-13 text-muted">
      {rich('ends in {time}', { time: <time dateTime={until}>{countdownText(Date.parse(until) - nowMs)}</time> })}
    </span>
  )
}

/** By the viewer's clock, and where that is another one, by the offset that the place has then. */
function NextTime({ window: { next, schedule, state } }: { window: Window }) {
  if (!next || schedule.kind === 'once') return null
  const zone = viewerZone()
  return (
    <>
      {' · '}
      {state === 'now' ? 'now' : 'next'}{' '}
      <time dateTime={next.startsAt} className="num">
        {zonedSpan(next, zone)}
      </time>{' '}
      {zone !== schedule.timeZone && (
        <span className="num">
          {t('your time ({offset}), {span} there ({offsetThere})', {
            offset: offsetText(next.startsAt, zone),
            span: zonedSpan(next, schedule.timeZone),
            offsetThere: offsetText(next.startsAt, schedule.timeZone),
          })}
        </span>
      )}
    </>
  )
}
