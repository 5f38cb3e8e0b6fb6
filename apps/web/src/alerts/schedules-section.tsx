'use client'
import type { ScheduleJson } from '@repo/contracts/on-call'
import { Button } from '@repo/ui/button'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { deleteSchedule, refreshWithout, schedulesQuery } from '../api/alert-queries.ts'
import { ConfirmDialog } from '../settings/confirm-dialog.tsx'
import { Reading } from '../settings/reading.tsx'
import { notify } from '../shell/notices.tsx'
import { useMay } from '../shell/use-may.ts'
import { NoRight } from './no-right.tsx'
import { type Right, SchedulePanel } from './schedule-panel.tsx'

const ScheduleDialog = dynamic(() => import('./schedule-dialog.tsx').then((module) => module.ScheduleDialog))
const OverrideDialog = dynamic(() => import('./override-dialog.tsx').then((module) => module.OverrideDialog))

type Overlay = { kind: 'none' } | { kind: 'create' } | { kind: 'edit' | 'override' | 'delete'; schedule: ScheduleJson }

const PAGE_COUNT = 8

export function SchedulesSection() {
  const schedules = useQuery(schedulesQuery)
  const mayChange = useMay('member')
  const [overlay, setOverlay] = useState<Overlay>({ kind: 'none' })
  const [shownCount, setShownCount] = useState(PAGE_COUNT)
  const close = () => setOverlay({ kind: 'none' })
  const right: Right = { disabled: !mayChange, 'aria-describedby': mayChange ? undefined : 'no-right' }
  const create = (
    <Button look="primary" {...right} onClick={() => setOverlay({ kind: 'create' })}>
      {t('Add a schedule')}
    </Button>
  )
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-muted">{t('People who take turns, shown in your own time.')}</p>
        {create}
      </div>
      {!mayChange && <NoRight />}
      <Reading query={schedules}>
        {(items) =>
          items.length === 0 && (
            <Panel title={t('No schedule yet')}>
              <p className="text-muted">{t('With one, a policy tells whoever is on call at that very instant.')}</p>
            </Panel>
          )
        }
      </Reading>
      {schedules.data?.slice(0, shownCount).map((schedule) => (
        <SchedulePanel
          key={schedule.id}
          schedule={schedule}
          right={right}
          onEdit={() => setOverlay({ kind: 'edit', schedule })}
          onOverride={() => setOverlay({ kind: 'override', schedule })}
          onDelete={() => setOverlay({ kind: 'delete', schedule })}
        />
      ))}
      {(schedules.data?.length ?? 0) > shownCount && (
        <Button className="self-start" onClick={() => setShownCount(shownCount + PAGE_COUNT)}>
          {t('Show more')}
        </Button>
      )}
      {overlay.kind === 'create' && <ScheduleDialog onClose={close} />}
      {overlay.kind === 'edit' && <ScheduleDialog schedule={overlay.schedule} onClose={close} />}
      {overlay.kind === 'override' && <OverrideDialog schedule={overlay.schedule} onClose={close} />}
      {overlay.kind === 'delete' && <DeleteDialog schedule={overlay.schedule} onClose={close} />}
    </div>
  )
}

function DeleteDialog({ schedule, onClose }: { schedule: ScheduleJson; onClose: () => void }) {
  const client = useQueryClient()
  return (
    <ConfirmDialog
      title={t('Delete this schedule?')}
      verb={[t('Delete'), t('Deleting…')]}
      act={async () => {
        await deleteSchedule(schedule.id)
        notify(t('{name} is deleted.', { name: schedule.name }))
        await refreshWithout(client, schedule.id)
      }}
      onClose={onClose}
    >
      {rich('Policies that tell whoever is on call by {schedule} tell nobody by it any more.', {
        schedule: <strong className="font-bold">{schedule.name}</strong>,
      })}
    </ConfirmDialog>
  )
}
