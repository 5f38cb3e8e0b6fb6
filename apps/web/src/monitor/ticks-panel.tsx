'use client'
import type { Tick } from '@repo/contracts/ticks'
import { buttonClass } from '@repo/ui/button'
import { latencyText } from '@repo/ui/duration'
import { Panel } from '@repo/ui/panel'
import { ScrollRegion } from '@repo/ui/scroll-region'
import { StatusLabel } from '@repo/ui/status'
import { msg, t } from '@repo/ui/words'
import { writeCheckAddress } from '../check/check-address.ts'
import { tickKey } from '../live/apply-frames.ts'
import { followLink, useSearchParam } from '../navigation.ts'
import { Clock } from '../shell/time.tsx'
import { tabHref } from './monitor-tabs.tsx'
import { phasesOf } from './phase-panel.tsx'

interface TicksProps {
  ticks: readonly Tick[]
  /** What a job told of itself was not dialled. */
  hasPhases: boolean
}

const columns = [msg('Scheduled'), msg('Region'), msg('Verdict'), msg('Why')]
const phaseColumns = [msg('DNS'), msg('Connect'), msg('TLS'), msg('Wait'), msg('Download'), msg('Total')]
const LATEST = 10

/** The last few; the rest is a part of its own. */
export function LatestTicksPanel({ ticks, hasPhases }: TicksProps) {
  const all = (
    <a href={tabHref('checks')} onClick={followLink} className={buttonClass('quiet')}>
      {t('All checks')}
    </a>
  )
  return (
    <Panel title={t('Latest checks')} action={all} className="mt-4">
      {ticks.length === 0 ? (
        <p className="py-4 text-muted">{t('No check yet.')}</p>
      ) : (
        <TickTable label={t('Latest checks as a table')} ticks={ticks.slice(0, LATEST)} hasPhases={hasPhases} />
      )}
    </Panel>
  )
}

export function TickTable({ label, ticks, hasPhases }: TicksProps & { label: string }) {
  return (
    <ScrollRegion label={label} className="-mx-4 md:-mx-5">
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
  )
}

function TickRow({ tick, hasPhases }: { tick: Tick; hasPhases: boolean }) {
  const [, look] = useSearchParam('check')
  const phases = hasPhases ? [...phasesOf(tick), { name: t('Total'), ms: tick.phases.totalMs }] : []
  return (
    <tr className="border-line border-t *:px-2 *:py-1.5 *:align-middle *:whitespace-nowrap *:first:pl-4 *:last:pr-4 hover:bg-hover pointer-coarse:*:py-0 md:*:first:pl-5 md:*:last:pr-5">
      <td>
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => look(writeCheckAddress(tick))}
          className="min-h-6 pointer-coarse:min-h-11 underline decoration-line decoration-dotted underline-offset-4 hover:decoration-current"
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
