'use client'
import type { Tick } from '@repo/contracts/ticks'
import { Button } from '@repo/ui/button'
import { latencyText } from '@repo/ui/duration'
import { Panel } from '@repo/ui/panel'
import { StatusLabel } from '@repo/ui/status'
import { t } from '@repo/ui/words'
import { writeCheckAddress } from '../check/check-address.ts'
import { useSearchParam } from '../navigation.ts'
import { Clock } from '../shell/time.tsx'
import type { CheckNow } from './use-check-now.ts'

/** A look that somebody asked for: a row of each region, filled as it answers. */
export function NowPanel({ now: { asked, answers, isBusy, dismiss } }: { now: CheckNow }) {
  if (!asked) return null
  const { scheduledAt, regions } = asked
  const note = t('{answered} of {count, plural, one {# region} other {# regions}} answered.', {
    answered: answers.size,
    count: regions.length,
  })
  return (
    <Panel
      title={t('Checked now')}
      note={
        <span role="status">
          {note} <Clock at={scheduledAt} />
        </span>
      }
      action={
        !isBusy && (
          <Button look="quiet" onClick={dismiss}>
            {t('Put away')}
          </Button>
        )
      }
      className="mt-5"
    >
      <ul className="-mb-2">
        {regions.map((region) => (
          <li
            key={region}
            className="grid min-h-10 grid-cols-[7rem_minmax(0,1fr)_auto] items-center gap-x-3 border-line border-t py-2 md:grid-cols-[9rem_8rem_minmax(0,1fr)_auto]"
          >
            <span className="num truncate" title={region}>
              {region}
            </span>
            <Answer tick={answers.get(region)} isAwaited={isBusy} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Answer({ tick, isAwaited }: { tick: Tick | undefined; isAwaited: boolean }) {
  const [, look] = useSearchParam('check')
  if (!tick && isAwaited)
    return (
      <>
        <span className="skeleton h-3.5 w-20 max-md:col-span-2">
          <span className="sr-only">{t('Checking…')}</span>
        </span>
        <span className="skeleton h-3.5 w-40 max-w-full max-md:hidden" />
        <span className="skeleton h-3.5 w-14 max-md:hidden" />
      </>
    )
  if (!tick)
    return (
      <>
        <StatusLabel status="unknown" />
        <span className="text-muted max-md:col-span-3">{t('did not answer')}</span>
      </>
    )
  const latency = (
    <button
      type="button"
      aria-haspopup="dialog"
      onClick={() => look(writeCheckAddress(tick))}
      className="num min-h-6 text-right underline decoration-line decoration-dotted underline-offset-4 hover:decoration-current pointer-coarse:min-h-11"
    >
      {latencyText(tick.phases.totalMs)}
      <span className="sr-only">{t(': why the check from {region} came to this', { region: tick.region })}</span>
    </button>
  )
  return (
    <>
      <StatusLabel status={tick.verdict} />
      <span className="text-muted [overflow-wrap:anywhere] max-md:order-last max-md:col-span-3">{tick.message}</span>
      {latency}
    </>
  )
}
