'use client'
import type { Uptime } from '@repo/contracts/uptime'
import { statuses } from '@repo/domain/status'
import { Dialog } from '@repo/ui/dialog'
import { ScrollRegion } from '@repo/ui/scroll-region'
import { StatusLabel } from '@repo/ui/status'
import { numberText, t } from '@repo/ui/words'
import { rangeText } from './ranges.ts'
import { percentText } from './uptime-panel.tsx'
import { sumOf } from './uptime-sum.ts'

/** The formula with the seconds in it. */
export function UptimeDialog({ uptimes, onClose }: { uptimes: readonly Uptime[]; onClose: () => void }) {
  const sums = uptimes.map(sumOf)
  return (
    <Dialog title={t('How uptime is computed')} onClose={onClose} wide>
      <div className="flex flex-col gap-3">
        <p>
          {t(
            'Uptime is the share of the time in which it was not down, by the verdicts of all regions together. Maintenance, pauses and time of which nothing is known count neither way.',
          )}
        </p>
        <p className="num rounded-control border border-line bg-bg px-3 py-2 text-13">
          {t('uptime = (up + degraded) / (up + degraded + down)')}
        </p>
        <ScrollRegion label={t('Seconds of each status')} className="-mx-6 px-6">
          <table className="w-full text-13">
            <thead className="text-12 text-muted">
              <tr className="*:px-2 *:py-1.5 *:text-right *:font-normal *:first:pl-0 *:first:text-left *:last:pr-0">
                <th scope="col">{t('Seconds')}</th>
                {sums.map(({ range }) => (
                  <th key={range} scope="col" className="num">
                    {t(rangeText[range])}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {statuses.map((status) => (
                <Line key={status} name={<StatusLabel status={status} />}>
                  {sums.map(({ range, seconds }) => (
                    <Seconds key={range} value={seconds[status]} />
                  ))}
                </Line>
              ))}
              <Line name={t('Not watched yet')}>
                {sums.map(({ range, unsaid }) => (
                  <Seconds key={range} value={unsaid} />
                ))}
              </Line>
              <Line name={t('= the range')} isStrong>
                {sums.map(({ range, whole }) => (
                  <Seconds key={range} value={whole} />
                ))}
              </Line>
              <Line name={t('Uptime')} isStrong>
                {uptimes.map(({ range, summary }) => (
                  <td key={range}>{percentText(summary.uptimePercent)}</td>
                ))}
              </Line>
            </tbody>
          </table>
        </ScrollRegion>
        <p>
          {t(
            'Reachability is the share of single checks that passed, over all regions: one region that fails alone is seen there and makes nothing down. Checks that could not be carried out do not count.',
          )}
        </p>
      </div>
    </Dialog>
  )
}

function Line({ name, isStrong, children }: { name: React.ReactNode; isStrong?: boolean; children: React.ReactNode }) {
  return (
    <tr
      className={`num border-line border-t *:px-2 *:py-1.5 *:text-right *:whitespace-nowrap *:first:pl-0 *:last:pr-0 ${isStrong ? 'font-bold' : ''}`}
    >
      <th scope="row" className={`text-left! font-sans ${isStrong ? '' : 'font-normal'}`}>
        {name}
      </th>
      {children}
    </tr>
  )
}

function Seconds({ value }: { value: number }) {
  return <td data-seconds={value}>{numberText(value, { maximumFractionDigits: 0 })}</td>
}
