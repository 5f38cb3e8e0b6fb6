'use client'
import { intervalText } from '@repo/ui/duration'
import { Panel } from '@repo/ui/panel'
import { rateOfText } from '@repo/ui/rate'
import { numberText, t } from '@repo/ui/words'
import type { UseQueryResult } from '@tanstack/react-query'
import type { WorkspaceDetail } from '../api/workspace-types.ts'
import { Reading } from './reading.tsx'

/** What the workspace may have, and has. */
export function LimitsPanel({ query }: { query: UseQueryResult<WorkspaceDetail> }) {
  return (
    <Panel title={t('Limits and use')}>
      <Reading query={query}>
        {({ limits }) => (
          <dl className="grid gap-x-8 gap-y-4 md:grid-cols-[1fr_1fr_auto]">
            <Limit name={t('Monitors')} {...limits.monitors} />
            <Limit name={t('Members')} {...limits.members} />
            <Limit name={t('Checks')} {...limits.checksPerMinute} textOf={rateOfText} />
          </dl>
        )}
      </Reading>
      {query.data && (
        <p className="mt-4 text-12 text-muted">
          {t('A monitor is checked every {interval} at the most often.', {
            interval: intervalText(query.data.limits.intervalFloorSeconds),
          })}
        </p>
      )}
    </Panel>
  )
}

const FULL_RATIO = 0.9

interface LimitProps {
  name: string
  used: number
  limit: number
  textOf?: (used: number, limit: number) => readonly [string, string]
}

function Limit({ name, used, limit, textOf = countText }: LimitProps) {
  const usedRatio = Math.min(1, limit > 0 ? used / limit : 1)
  const [usedText, limitText] = textOf(used, limit)
  const isNearlyFull = usedRatio >= FULL_RATIO
  return (
    <div>
      <dt className="text-12 text-muted">{name}</dt>
      <dd className="num mt-1">
        {usedText} <span className="text-muted">{t('of {limit}', { limit: limitText })}</span>
        {isNearlyFull && <span className="ml-2 text-12 text-degraded-fg">{t('nearly full')}</span>}
      </dd>
      <dd aria-hidden="true" className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-line">
        <div
          className={`h-full rounded-full ${isNearlyFull ? 'bg-degraded' : 'bg-up'}`}
          style={{ width: `${usedRatio * 100}%` }}
        />
      </dd>
    </div>
  )
}

function countText(used: number, limit: number): readonly [string, string] {
  return [numberText(used), numberText(limit)]
}
