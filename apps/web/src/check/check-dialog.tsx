'use client'
import type { Monitor } from '@repo/contracts/monitors'
import type { Tick } from '@repo/contracts/ticks'
import { isProbed } from '@repo/contracts/watched-by'
import { CopyField } from '@repo/ui/copy-field'
import { Dialog } from '@repo/ui/dialog'
import { latencyText } from '@repo/ui/duration'
import { PhaseBar } from '@repo/ui/phase-bar'
import { StatusLabel } from '@repo/ui/status'
import { rich, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { slotQuery } from '../api/queries.ts'
import { phasesOf } from '../monitor/phase-panel.tsx'
import { Reading } from '../settings/reading.tsx'
import { Clock } from '../shell/time.tsx'
import type { CheckAddress } from './check-address.ts'
import { type CheckStory, factsOf, isCarriedOut, lagText, storyOf } from './check-story.ts'
import { CodeHelp } from './code-help.tsx'
import { curlOf } from './curl.ts'

interface CheckDialogProps {
  monitor: Monitor
  address: CheckAddress
  onClose: () => void
}

/** One check, and why it came to its verdict. */
export function CheckDialog({ monitor, address, onClose }: CheckDialogProps) {
  const query = useQuery(slotQuery(monitor.id, address.scheduledAt))
  return (
    <Dialog title={t('Check from {region}', { region: address.region })} onClose={onClose} wide>
      <Reading query={query}>{({ items }) => <Story monitor={monitor} story={storyOf(items, address)} />}</Reading>
    </Dialog>
  )
}

function Story({ monitor, story }: { monitor: Monitor; story: CheckStory }) {
  const { tick, others, lastGood, lookedThrough } = story
  if (!tick)
    return (
      <p className="text-muted">
        {t(
          'There is no such check, or it is no longer kept. What it came to is still in the charts of the longer ranges.',
        )}
      </p>
    )
  const wasCarriedOut = isCarriedOut(tick)
  return (
    <div className="flex flex-col gap-6">
      <Verdict tick={tick} />
      {wasCarriedOut && isProbed(monitor.spec) && (
        <Part title={t('Where the time went')}>
          <PhaseBar phases={phasesOf(tick)} />
        </Part>
      )}
      {wasCarriedOut && <Facts {...{ tick, lastGood, lookedThrough }} />}
      {others.length > 0 && <Others others={others} />}
      {monitor.spec.kind === 'http' && (
        <CopyField
          id="check-curl"
          label={t('See it for yourself')}
          hint={t('Secrets are left out; it asks from where you run it.')}
          value={curlOf(monitor.spec)}
        />
      )}
    </div>
  )
}

function Verdict({ tick }: { tick: Tick }) {
  const { verdict, code, message, scheduledAt } = tick
  return (
    <div>
      <p className="text-16">
        <StatusLabel status={verdict} /> <span className="[overflow-wrap:anywhere]">{message}</span>
      </p>
      <p className="num mt-1 text-12 text-muted">
        {isCarriedOut(tick)
          ? rich('{code} · {time}, begun {lag}', { code, time: <Clock at={scheduledAt} />, lag: lagText(tick) })
          : rich('{code} · {time}, not carried out', { code, time: <Clock at={scheduledAt} /> })}
      </p>
      {verdict === 'unknown' && (
        <p className="mt-2 text-13 text-muted">
          {t('This was our problem and not the target’s: it counts neither as up nor as down.')}{' '}
          <a href="/system" className="text-accent underline-offset-2 hover:underline">
            {t('How the regions are')}
          </a>
        </p>
      )}
      <CodeHelp code={code} />
    </div>
  )
}

function Part({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-2 text-13 font-bold">
        {title} {note && <span className="ml-1 text-12 font-normal text-muted">{note}</span>}
      </h3>
      {children}
    </section>
  )
}

function Facts({ tick, lastGood, lookedThrough }: Pick<CheckStory, 'lastGood' | 'lookedThrough'> & { tick: Tick }) {
  const note = lastGood
    ? rich('of {time}', { time: <Clock at={lastGood.scheduledAt} /> })
    : t(
        '{count, plural, =0 {none before it} one {the one before it was not good} other {none among the # before it}}',
        {
          count: lookedThrough,
        },
      )
  return (
    <Part title={t('Beside the last good check')} note={note}>
      <table className="w-full text-13">
        <thead className="text-12 text-muted">
          <tr className="*:py-1 *:text-left *:font-normal">
            <th scope="col">
              <span className="sr-only">{t('What')}</span>
            </th>
            <th scope="col">{t('This one')}</th>
            {lastGood && <th scope="col">{t('The last good one')}</th>}
          </tr>
        </thead>
        <tbody>
          {factsOf(tick, lastGood).map(({ name, value, before, isChanged }) => (
            <tr key={name} className="border-line border-t *:py-1.5 *:pr-3 *:text-left *:align-top">
              <th scope="row" className="font-normal text-muted">
                {name}
              </th>
              <td className={`num [overflow-wrap:anywhere] ${isChanged ? 'font-bold' : ''}`}>
                {value}
                {isChanged && (
                  <span className="ml-2 inline-block whitespace-nowrap rounded-control bg-degraded-tint px-1.5 text-12 text-degraded-fg">
                    {t('≠ changed')}
                  </span>
                )}
              </td>
              {lastGood && <td className="num text-muted [overflow-wrap:anywhere]">{before}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  )
}

function Others({ others }: { others: readonly Tick[] }) {
  return (
    <Part title={t('The same slot from elsewhere')}>
      <ul className="text-13">
        {others.map(({ region, verdict, message, phases }) => (
          <li
            key={region}
            className="grid grid-cols-[minmax(64px,auto)_auto_minmax(0,1fr)_auto] items-baseline gap-3 border-line border-t py-1.5 first:border-t-0"
          >
            <span className="num">{region}</span>
            <StatusLabel status={verdict} />
            <span className="text-muted [overflow-wrap:anywhere]">{message}</span>
            <span className="num">{latencyText(phases.totalMs)}</span>
          </li>
        ))}
      </ul>
    </Part>
  )
}
