'use client'
import type { Tick } from '@repo/contracts/ticks'
import { Button } from '@repo/ui/button'
import { latencyText } from '@repo/ui/duration'
import { Panel } from '@repo/ui/panel'
import { ScrollRegion } from '@repo/ui/scroll-region'
import { StatusLabel } from '@repo/ui/status'
import { msg, t } from '@repo/ui/words'
import { writeCheckAddress } from '../check/check-address.ts'
import { tickKey } from '../live/apply-frames.ts'
import { useSearchParam } from '../navigation.ts'
import { Clock } from '../shell/time.tsx'
import { phasesOf } from './phase-panel.tsx'

interface TicksPanelProps {
  ticks: readonly Tick[]
  /** What a job told of itself was not dialled. */
  hasPhases: boolean
  more: { has: boolean; busy: boolean; fetch: () => void }
}

const columns = [msg('Scheduled'), msg('Region'), msg('Verdict'), msg('Why')]
const phaseColumns = [msg('DNS'), msg('Connect'), msg('TLS'), msg('Wait'), msg('Download'), msg('Total')]

export function TicksPanel({ ticks, hasPhases, more }: TicksPanelProps) {
  return (
    <Panel title={t('Latest checks')} className="mt-4">
      {ticks.length === 0 ? (
        <p className="py-4 text-muted">{t('No check yet.')}</p>
      ) : (
        <ScrollRegion label={t('Latest checks as a table')} className="-mx-4 md:-mx-5">
          <table className="w-full text-13">
            <thead className="text-12 text-muted">
              <tr className="*:px-2 *:py-1.5 *:text-left *:font-normal *:whitespace-nowrap *:first:pl-4 *:last:pr-4 md:*:first:pl-5 md:*:last:pr-5">
                {[...columns, ...(hasPhases ? phaseColumns : [])].map((name, index) => (
                  <th key={name} scope="col" className={index >= columns.length ? 'text-right!' : ''}>
                    {t<string>(name)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {ticks.map((tick) => (
                <TickRow key={tickKey(tick)} tick={tick} hasPhases={hasPhases} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      {more.has && (
        <div className="mt-3">
          <Button onClick={more.fetch} disabled={more.busy}>
            {more.busy ? t('Reading…') : t('Older checks')}
          </Button>
        </div>
      )}
    </Panel>
  )
}

function TickRow({ tick, hasPhases }: { tick: Tick; hasPhases: boolean }) {
  const [, look] = useSearchParam('check')
  const phases = hasPhases ? [...phasesOf(tick), { name: t('Total'), ms: tick.phases.totalMs }] : []
  return (
    <tr className="border-line border-t *:px-2 *:py-1.5 *:align-middle *:whitespace-nowrap *:first:pl-4 *:last:pr-4 hover:bg-hover md:*:first:pl-5 md:*:last:pr-5">
      <td>
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => look(writeCheckAddress(tick))}
          className="min-h-6 underline decoration-line decoration-dotted underline-offset-4 hover:decoration-current"
        >
          <Clock at={tick.scheduledAt} />
          <span className="sr-only">{t(': why the check from {region} came to this', { region: tick.region })}</span>
        </button>
      </td>
      <td className="num">{tick.region}</td>
      <td>
        <StatusLabel status={tick.verdict} />
      </td>
      <td className="w-full min-w-56 whitespace-normal!">
        {tick.code !== 'OK' && <span className="num mr-2 text-12 text-muted">{tick.code}</span>}
        {tick.message}
      </td>
      {phases.map(({ name, ms }) => (
        <td key={name} className={`num text-right ${name === t('Total') ? '' : 'text-muted'}`}>
          {latencyText(ms)}
        </td>
      ))}
    </tr>
  )
}
