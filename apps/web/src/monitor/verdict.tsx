'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { isProbed } from '@repo/contracts/watched-by'
import { StatusLabel } from '@repo/ui/status'
import { rich, t } from '@repo/ui/words'
import dynamic from 'next/dynamic'
import type { ReactNode } from 'react'
import { LastedSince } from '../shell/time.tsx'

const WindowNote = dynamic(() => import('../maintenance/window-note.tsx').then((module) => module.WindowNote))

/** What, where, for how long, and why: the verdict explains itself in one sentence. */
export function Verdict({ monitor }: { monitor: Monitor }) {
  const { status, cause, last, spec } = monitor
  const isBlank = status === 'unknown' && last === null
  return (
    <p className="mt-1 text-16">
      <StatusLabel status={status} word={isBlank ? t('No data') : undefined} />{' '}
      <span>
        {placeText(monitor)}
        {cause && ` · ${cause.message}`}
        {status === 'maintenance' && <WindowNote monitor={monitor} />}
        {isBlank &&
          (isProbed(spec) ? t('yet: the first check is on its way.') : t('yet: the job has not told of itself.'))}
      </span>
    </p>
  )
}

function placeText({ status, since, agreement }: Monitor): ReactNode {
  const count = agreeing(status, agreement)
  const lasted = since && <LastedSince at={since} />
  if (count === undefined) return lasted && rich('for {lasted}', { lasted })
  const { configured } = agreement
  if (!lasted) return t('in {count} of {configured} regions', { count, configured })
  return rich('in {count} of {configured} regions for {lasted}', { count, configured, lasted })
}

/** How many regions say so; undefined where there is nothing to count. */
function agreeing(status: Monitor['status'], { failing, configured, reporting }: Monitor['agreement']) {
  if (configured < 2) return undefined
  if (status === 'down' || status === 'degraded') return failing
  return status === 'up' ? reporting - failing : undefined
}
