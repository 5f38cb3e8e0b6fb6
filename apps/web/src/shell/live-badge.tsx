'use client'
import { rich, t } from '@repo/ui/words'
import { type LiveState, liveState } from '../live/live-state.ts'
import { useObservable } from '../observable.ts'
import { clockText } from './time.tsx'

/** Whether what is on the screen is what is true now. */
export function LiveBadge() {
  const state = useObservable(liveState)
  return (
    <p className={`flex items-center gap-2 text-12 md:max-lg:justify-center ${looks[state.kind]}`}>
      <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
        {state.kind === 'live' ? (
          <circle cx="4" cy="4" r="4" fill="currentColor" />
        ) : (
          <circle cx="4" cy="4" r="3" fill="none" stroke="currentColor" strokeWidth="2" />
        )}
      </svg>
      <span className="md:max-lg:sr-only">{words(state)}</span>
    </p>
  )
}

const looks: Record<LiveState['kind'], string> = {
  connecting: 'text-muted',
  live: 'text-up-fg',
  reconnecting: 'text-muted',
  stale: 'text-degraded-fg',
}

function words(state: LiveState) {
  switch (state.kind) {
    case 'connecting':
      return t('Connecting…')
    case 'live':
      return t('Live')
    case 'reconnecting':
      return t('Reconnecting…')
    case 'stale':
      return <span>{rich('Stale since {time}', { time: <time>{clockText(state.sinceMs)}</time> })}</span>
  }
}
