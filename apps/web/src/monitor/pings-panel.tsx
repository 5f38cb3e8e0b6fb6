'use client'
import type { PingJson } from '@repo/contracts/heartbeats'
import { latencyText } from '@repo/ui/duration'
import { Panel } from '@repo/ui/panel'
import { ScrollRegion } from '@repo/ui/scroll-region'
import { msg, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { pingsQuery } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { Clock } from '../shell/time.tsx'

const words: Record<PingJson['kind'], string> = {
  success: msg('Success'),
  start: msg('Start'),
  fail: msg('Failure'),
  log: msg('Log'),
}
const columns = [msg('Came'), msg('Said'), msg('Took'), msg('From')]

/** The last that a job told of itself, newest first. */
export function PingsPanel({ id }: { id: string }) {
  const { data, error } = useQuery(pingsQuery(id))
  return (
    <Panel title={t('Latest pings')}>
      {error && (
        <p className="text-13 text-muted">
          {t('The pings could not be read. {failure}', { failure: failureText(error) })}
        </p>
      )}
      {data?.items.length === 0 && (
        <p className="py-4 text-muted">{t('No ping yet. Send the first one to its address.')}</p>
      )}
      {data && data.items.length > 0 && (
        <ScrollRegion label={t('Latest pings as a table')} className="-mx-4 max-h-96 md:-mx-5">
          <table className="w-full text-13">
            <thead className="text-12 text-muted">
              <tr className="*:px-2 *:py-1.5 *:text-left *:font-normal *:first:pl-4 *:last:pr-4 md:*:first:pl-5 md:*:last:pr-5">
                {columns.map((name) => (
                  <th key={name} scope="col">
                    {t(name)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.items.map((ping) => (
                <PingRow key={ping.n} ping={ping} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Panel>
  )
}

function PingRow({ ping: { at, kind, exitCode, durationMs, address, userAgent } }: { ping: PingJson }) {
  return (
    <tr className="border-line border-t *:px-2 *:py-1.5 *:whitespace-nowrap *:first:pl-4 *:last:pr-4 hover:bg-hover md:*:first:pl-5 md:*:last:pr-5">
      <td>
        <Clock at={at} />
      </td>
      <td>
        {t(words[kind])}
        {exitCode !== null && <span className="num ml-2 text-12 text-muted">{t('exit {exitCode}', { exitCode })}</span>}
      </td>
      <td className="num">{durationMs === null ? '–' : latencyText(durationMs)}</td>
      <td className="num w-full max-w-0 truncate text-muted" title={`${address} ${userAgent}`}>
        {address} {userAgent}
      </td>
    </tr>
  )
}
