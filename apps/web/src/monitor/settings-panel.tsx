'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { targetOf } from '@repo/contracts/spec-target'
import { isProbed } from '@repo/contracts/watched-by'
import { intervalText } from '@repo/ui/duration'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import type { ReactNode } from 'react'
import { Clock } from '../shell/time.tsx'
import { useMay } from '../shell/use-may.ts'
import { DependencyFields } from './dependency-fields.tsx'
import { limitOf } from './latency-lines.ts'

/** How it is watched, to be read; the form to change it opens from the head of the screen. */
export function SettingsPanel({ monitor }: { monitor: Monitor }) {
  const { id, spec, intervalSeconds, regions, tags, createdAt } = monitor
  const mayChange = useMay('member')
  const slowMs = limitOf(spec)
  return (
    <Panel
      title={t('Settings')}
      note={mayChange ? undefined : t('A member, an admin or an owner can change them.')}
      className="mt-4"
    >
      <dl>
        <Line name={t('Watches')}>{spec.kind === 'http' ? spec.url : `${spec.kind} ${targetOf(spec)}`}</Line>
        {isProbed(spec) && (
          <Line name={t('Interval')}>{t('every {interval}', { interval: intervalText(intervalSeconds) })}</Line>
        )}
        {isProbed(spec) && <Line name={t('Regions')}>{regions.join(', ')}</Line>}
        {slowMs !== undefined && <Line name={t('Degraded above')}>{`${slowMs} ms`}</Line>}
        <Line name={t('Tags')}>{tags.join(', ') || '–'}</Line>
        <Line name={t('Watched since')}>
          <Clock at={createdAt} />
        </Line>
      </dl>
      {mayChange && <DependencyFields id={id} />}
    </Panel>
  )
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-0.5 border-line border-t py-2 first:border-t-0">
      <dt className="w-40 text-muted">{name}</dt>
      <dd className="num min-w-0 grow [overflow-wrap:anywhere]">{children}</dd>
    </div>
  )
}
