'use client'
import type { ScheduleJson } from '@repo/contracts/on-call'
import { Button } from '@repo/ui/button'
import { CopyField } from '@repo/ui/copy-field'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { alertKeys, calendarPath, deleteOverride, shiftsQuery } from '../api/alert-queries.ts'
import { failureText } from '../api/request.ts'
import { Reading } from '../settings/reading.tsx'
import { notify } from '../shell/notices.tsx'
import { layerText, shiftText, standInText } from './schedule-words.ts'
import { ShiftStrip } from './shift-strip.tsx'
import { useMyId, useNames } from './use-names.ts'

/** What a button takes where the role of whoever looks does not allow what it does. */
export interface Right {
  readonly disabled: boolean
  readonly 'aria-describedby': string | undefined
}

interface SchedulePanelProps {
  schedule: ScheduleJson
  right: Right
  onEdit: () => void
  onOverride: () => void
  onDelete: () => void
}

/** Who is on call now, who will be in the next two weeks, and by what rule. */
export function SchedulePanel({ schedule, right, onEdit, onOverride, onDelete }: SchedulePanelProps) {
  const { id, name, layers, onCall } = schedule
  const names = useNames()
  const from = useToday()
  const shifts = useQuery(shiftsQuery(id, from))
  const [isShared, setIsShared] = useState(false)
  return (
    <Panel
      title={name}
      action={
        <div className="flex flex-wrap gap-2">
          <Button {...right} aria-label={t('Stand in for somebody in {name}', { name })} onClick={onOverride}>
            {t('Stand in')}
          </Button>
          <Button
            look="quiet"
            aria-expanded={isShared}
            aria-label={t('Calendar of {name}', { name })}
            onClick={() => setIsShared(!isShared)}
          >
            {t('Calendar')}
          </Button>
          <Button look="quiet" {...right} aria-label={t('Edit {name}', { name })} onClick={onEdit}>
            {t('Edit')}
          </Button>
          <Button look="quiet" {...right} aria-label={t('Delete {name}', { name })} onClick={onDelete}>
            {t('Delete')}
          </Button>
        </div>
      }
    >
      <p className="text-16">
        <OnCallNow userId={onCall} />
      </p>
      {isShared && (
        <div className="mt-3 max-w-160">
          <CopyField
            id={`calendar-${id}`}
            label={t('iCalendar')}
            value={`${location.origin}${calendarPath(id)}`}
            hint={t('A program that reads it needs an API key, as Authorization: Bearer.')}
          />
        </div>
      )}
      <div className="my-4">
        <Reading query={shifts}>
          {(items) => <ShiftStrip label={t('Two weeks of {name}', { name })} from={from} shifts={items} />}
        </Reading>
      </div>
      <ol aria-label={t('Layers of {name}', { name })} className="text-13 text-muted">
        {layers.map((layer, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: layers have no names of their own
          <li key={place} className="border-line border-t py-1.5">
            {layerText(layer, (person) => names.person(person) ?? t('somebody who left'))}
          </li>
        ))}
      </ol>
      <Overrides schedule={schedule} right={right} />
    </Panel>
  )
}

function OnCallNow({ userId }: { userId: string | null }) {
  const names = useNames()
  const myId = useMyId()
  if (userId === null) return <span className="font-medium text-degraded-fg">{t('Nobody is on call now.')}</span>
  if (userId === myId) return <strong className="font-bold">{t('You are on call now.')}</strong>
  return (
    <>
      {rich('{person} is on call now.', {
        person: <strong className="font-bold">{names.person(userId) ?? t('Somebody who left')}</strong>,
      })}
    </>
  )
}

/** Midnight by the clocks of whoever looks, for as long as the page is open. */
function useToday(): string {
  const [today] = useState(() => {
    const day = new Date()
    day.setHours(0, 0, 0, 0)
    return day.toISOString()
  })
  return today
}

/** Those that are over are of the past. */
function Overrides({ schedule, right }: { schedule: ScheduleJson; right: Right }) {
  const { id, overrides } = schedule
  const client = useQueryClient()
  const names = useNames()
  const { mutate, isPending } = useMutation({
    mutationFn: (overrideId: string) => deleteOverride(id, overrideId),
    onSuccess: () => notify(t('Taken back.')),
    onError: (error) => notify(t('Not taken back. {reason}', { reason: failureText(error) }), { failed: true }),
    onSettled: () => client.invalidateQueries({ queryKey: alertKeys.all }),
  })
  const coming = overrides
    .filter(({ to }) => Date.parse(to) > Date.now())
    .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))
  if (coming.length === 0) return null
  return (
    <ul aria-label={t('Who stands in, of {name}', { name: schedule.name })} className="text-13">
      {coming.map((one) => {
        const name = names.person(one.userId) ?? t('Somebody who left')
        return (
          <li key={one.id} className="flex flex-wrap items-center justify-between gap-2 border-line border-t py-1.5">
            <span>{standInText(one, name)}</span>
            <Button
              look="quiet"
              {...right}
              aria-label={t('Take back: {text}', { text: shiftText(one, name) })}
              onClick={() => !isPending && mutate(one.id)}
            >
              {t('Take back')}
            </Button>
          </li>
        )
      })}
    </ul>
  )
}
