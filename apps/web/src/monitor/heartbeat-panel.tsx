'use client'
import type { Heartbeat } from '@repo/contracts/heartbeats'
import type { Monitor } from '@repo/contracts/monitors'
import { CopyField } from '@repo/ui/copy-field'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { heartbeatQuery } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { Clock } from '../shell/time.tsx'

/** By what a job tells of itself, and by when it has to. */
export function HeartbeatPanel({ monitor: { id } }: { monitor: Monitor }) {
  const { data, error } = useQuery(heartbeatQuery(id))
  return (
    <Panel title={t('Heartbeat')}>
      {error && (
        <p className="text-13 text-muted">
          {t('The heartbeat could not be read. {failure}', { failure: failureText(error) })}
        </p>
      )}
      {data && <Known heartbeat={data} />}
    </Panel>
  )
}

function Known({ heartbeat: { urls, running, ...known } }: { heartbeat: Heartbeat }) {
  const rows: [string, string | null][] = [
    [t('Last ping'), known.lastPingAt],
    [t('Last run ended'), known.lastFinishedAt],
    [t('Has to come by'), known.deadlineAt],
    [t('Running since'), running[0]?.since ?? null],
  ]
  return (
    <div className="flex flex-col gap-4">
      {urls && (
        <CopyField id="ping-url" label={t('Ping it at')} value={withOrigin(urls.ping)} hint={t('It is a password.')} />
      )}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-13">
        {rows.map(([name, at]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="num text-right">{at === null ? '–' : <Clock at={at} />}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** An instance that was not told its own address knows only the path. */
function withOrigin(address: string): string {
  return new URL(address, window.location.origin).href
}
