'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { isProbed } from '@repo/contracts/watched-by'
import { StatusLabel } from '@repo/ui/status'
import dynamic from 'next/dynamic'
import { LastedSince } from '../shell/time.tsx'

const WindowNote = dynamic(() => import('../maintenance/window-note.tsx').then((module) => module.WindowNote))

/** What, where, for how long, and why: the verdict explains itself in one sentence. */
export function Verdict({ monitor }: { monitor: Monitor }) {
  const { status, since, cause, last, spec } = monitor
  const word = status === 'unknown' && last === null ? 'No data' : undefined
  const where = placeText(monitor)
  return (
    <p className="mt-1 text-16">
      <StatusLabel status={status} word={word} />{' '}
      <span>
        {where}
        {since && (
          <>
            {where ? ' for ' : 'for '}
            <LastedSince at={since} />
          </>
        )}
        {cause && ` · ${cause.message}`}
        {status === 'maintenance' && <WindowNote monitor={monitor} />}
        {status === 'unknown' && last === null && (isProbed(spec) ? onItsWay : notToldYet)}
      </span>
    </p>
  )
}

const onItsWay = 'yet: the first check is on its way.'
const notToldYet = 'yet: the job has not told of itself.'

function placeText({ status, agreement: { failing, configured, reporting } }: Monitor): string {
  if (configured < 2) return ''
  if (status === 'down' || status === 'degraded') return `in ${failing} of ${configured} regions`
  if (status === 'up') return `in ${reporting - failing} of ${configured} regions`
  return ''
}
