'use client'
import type { Window } from '@repo/contracts/maintenance'
import { Button } from '@repo/ui/button'
import { msg, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Reading } from '../settings/reading.tsx'
import { usePageName } from '../shell/page-name.ts'
import { useMay } from '../shell/use-may.ts'
import { windowsQuery } from './maintenance-queries.ts'
import { draftOfWindow, exampleDrafts, newWindowDraft, type WindowDraft } from './window-draft.ts'
import { WindowList } from './window-list.tsx'

const WindowDialog = dynamic(() => import('./window-dialog.tsx').then((module) => module.WindowDialog))

interface Editing {
  draft: WindowDraft
  window?: Window
}

/** What is planned, and what of it lasts now. */
export function MaintenanceScreen() {
  usePageName(t('Maintenance'))
  const query = useQuery(windowsQuery)
  const mayChange = useMay('member')
  const [editing, setEditing] = useState<Editing>()
  return (
    <>
      <header className="mb-5 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div>
          <h1 className="text-28 font-bold tracking-[-0.02em]">{t('Maintenance')}</h1>
          <p className="mt-1 text-muted">
            {t('While it lasts, checks go on and nobody is told that a monitor is down.')}
          </p>
        </div>
        <PlanButton mayChange={mayChange} onPlan={() => setEditing({ draft: newWindowDraft() })} />
      </header>
      <Reading query={query}>
        {(windows) =>
          windows.length === 0 ? (
            <NonePlanned mayChange={mayChange} onPlan={(draft) => setEditing({ draft })} />
          ) : (
            <WindowList
              windows={windows}
              mayChange={mayChange}
              onEdit={(window) => setEditing({ draft: draftOfWindow(window), window })}
            />
          )
        }
      </Reading>
      {editing && <WindowDialog {...editing} onClose={() => setEditing(undefined)} />}
    </>
  )
}

export const memberReason = msg('It takes the role member to plan maintenance.')

function PlanButton({ mayChange, onPlan }: { mayChange: boolean; onPlan: () => void }) {
  return (
    <div className="flex flex-col items-end gap-1">
      <Button
        look="primary"
        disabled={!mayChange}
        aria-describedby={mayChange ? undefined : 'plan-reason'}
        onClick={onPlan}
      >
        {t('Plan maintenance')}
      </Button>
      {!mayChange && (
        <p id="plan-reason" className="text-12 text-muted">
          {t(memberReason)}
        </p>
      )}
    </div>
  )
}

/** What it is for, and two of its kind that open the form filled in. */
function NonePlanned({ mayChange, onPlan }: { mayChange: boolean; onPlan: (draft: WindowDraft) => void }) {
  return (
    <div className="border-line border-t pt-6">
      <p className="text-16">{t('No maintenance is planned.')}</p>
      <p className="mt-1 text-muted">{t('Begin with one of these, and change what differs.')}</p>
      <ul className="mt-4 flex flex-wrap gap-2">
        {exampleDrafts().map(({ text, draft }) => (
          <li key={text}>
            <Button
              disabled={!mayChange}
              onClick={() => onPlan(draft)}
              className="h-auto! min-h-8 max-w-full shrink! whitespace-normal! py-1 text-left"
            >
              {text}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}
