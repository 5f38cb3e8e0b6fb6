'use client'
import { ScrollRegion } from '@repo/ui/scroll-region'
import { dateText, t } from '@repo/ui/words'
import type { Shift } from '../api/alert-types.ts'
import { shiftText } from './schedule-words.ts'
import { useMyId, useNames } from './use-names.ts'

const DAYS = 14

interface ShiftStripProps {
  label: string
  /** The midnight with which it begins. */
  from: string
  shifts: readonly Shift[]
}

/** Two weeks as a line: each shift as wide as it is long, and a gap where nobody is on call. */
export function ShiftStrip({ label, from, shifts }: ShiftStripProps) {
  const names = useNames()
  const myId = useMyId()
  const fromMs = Date.parse(from)
  const untilMs = fromMs + DAYS * 86_400_000
  const share = (ms: number) => ((ms - fromMs) / (untilMs - fromMs)) * 100
  const nowShare = share(Date.now())
  const daysMs = Array.from({ length: DAYS }, (_, place) => fromMs + place * 86_400_000)
  return (
    <ScrollRegion label={label} className="relative">
      <div className="min-w-224">
        <div aria-hidden="true" className="num grid grid-cols-14 text-12 text-muted">
          {daysMs.map((dayMs) => (
            <span key={dayMs} className="border-line border-l py-1 pl-1.5">
              {dateText(dayMs, { weekday: 'short' })} {dateText(dayMs, { day: 'numeric' })}
            </span>
          ))}
        </div>
        <ol className="relative h-11">
          {shifts.map((shift) => {
            const [left, right] = [share(Date.parse(shift.from)), share(Date.parse(shift.to))]
            const name = shift.userId === null ? t('nobody') : (names.person(shift.userId) ?? t('somebody who left'))
            const isNarrow = right - left < 6
            const look = shift.userId === null ? gapLook : shift.userId === myId ? ownLook : shiftLook
            return (
              <li
                key={shift.from}
                title={shiftText(shift, name)}
                style={{ left: `${left}%`, width: `${right - left}%` }}
                className={`absolute inset-y-0.5 overflow-hidden border-bg border-l-2 px-1.5 py-2.5 text-13 whitespace-nowrap ${look}`}
              >
                {(shift.userId !== null || !isNarrow) && (
                  <span aria-hidden="true" className="block truncate">
                    {name}
                  </span>
                )}
                <span className="sr-only">{shiftText(shift, name)}</span>
              </li>
            )
          })}
          <li aria-hidden="true" style={{ left: `${nowShare}%` }} className="absolute inset-y-0 w-0.5 bg-fg" />
        </ol>
      </div>
    </ScrollRegion>
  )
}

const shiftLook = 'bg-line/60 font-medium'
const ownLook = 'bg-line font-bold shadow-[inset_3px_0_0_var(--fg)]'
const gapLook = 'text-degraded-fg border-y border-y-degraded-fg/60'
