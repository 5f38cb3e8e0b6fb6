'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { targetOf } from '@repo/contracts/spec-target'
import { isProbed } from '@repo/contracts/watched-by'
import { intervalText, latencyText } from '@repo/ui/duration'
import { Panel } from '@repo/ui/panel'
import { dateText, t } from '@repo/ui/words'
import type { ReactNode } from 'react'
import { kindWords } from '../monitors/check-kinds.ts'
import { useMay } from '../shell/use-may.ts'
import { DependencyFields } from './dependency-fields.tsx'
import { limitOf } from './latency-lines.ts'

/** How it is watched, to be read; Edit, Pause and Delete stand above, as everywhere. */
export function SettingsPanel({ monitor }: { monitor: Monitor }) {
  const mayChange = useMay('member')
  return (
    <Panel
      title={t('Settings')}
      note={mayChange ? undefined : t('A member, an admin or an owner can change them.')}
      className="mt-4"
    >
      <dl>
        {linesOf(monitor).map(([name, value]) => (
          <div
            key={name}
            className="grid grid-cols-[10rem_minmax(0,1fr)] gap-x-4 border-line border-t py-2 first:border-t-0 max-sm:grid-cols-1"
          >
            <dt className="text-muted">{name}</dt>
            <dd className="[overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
      <DependencyFields id={monitor.id} />
    </Panel>
  )
}

function linesOf(monitor: Monitor): [name: string, value: ReactNode][] {
  const { spec, tags, mutedRegions, policy, createdAt } = monitor
  const slowAfterMs = limitOf(spec)
  const mono = (text: string) => <span className="num">{text}</span>
  return [
    [t('Kind'), kindWords[spec.kind]],
    [t('Target'), mono(targetOf(spec) || '–')],
    ...(isProbed(spec) ? probedLines(monitor) : []),
    [
      t('Counts as degraded'),
      slowAfterMs === undefined ? t('never by its latency') : mono(`> ${latencyText(slowAfterMs)}`),
    ],
    [t('Counts as down'), quorumText(policy.quorum)],
    [t('Regions without a vote'), mutedRegions.length > 0 ? mono(mutedRegions.join(', ')) : t('none')],
    [t('Degraded opens an incident'), policy.degradedIsIncident ? t('yes') : t('no')],
    [t('Tags'), tags.join(', ') || t('none')],
    [t('Watched since'), dateText(Date.parse(createdAt), { day: 'numeric', month: 'long', year: 'numeric' })],
  ]
}

function probedLines({ spec, intervalSeconds, regions }: Monitor): [name: string, value: ReactNode][] {
  if (!isProbed(spec)) return []
  return [
    [
      t('Interval'),
      <span className="num" key="interval">
        {intervalText(intervalSeconds)}
      </span>,
    ],
    [
      t('Time-out'),
      <span className="num" key="time-out">
        {latencyText(spec.timeoutMs)}
      </span>,
    ],
    [
      t('Regions'),
      <span className="num" key="regions">
        {regions.join(', ')}
      </span>,
    ],
  ]
}

function quorumText(quorum: Monitor['policy']['quorum']): string {
  switch (quorum.kind) {
    case 'any':
      return t('when one region finds it down')
    case 'all':
      return t('when all regions find it down')
    case 'majority':
      return t('when most regions find it down')
    case 'count':
      return t('when {count, plural, one {# region finds} other {# regions find}} it down', { count: quorum.count })
  }
}
