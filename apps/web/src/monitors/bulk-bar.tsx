'use client'
import { Button } from '@repo/ui/button'
import { numberText, rich, t } from '@repo/ui/words'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { MonitorFilter } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { newWindowDraft } from '../maintenance/window-draft.ts'
import { ConfirmDialog } from '../settings/confirm-dialog.tsx'
import { notify } from '../shell/notices.tsx'
import { useShortcuts } from '../shell/shortcuts.ts'
import { BULK_LIMIT, collectIds } from './bulk-queries.ts'
import { TagDialog } from './tag-dialog.tsx'
import { monitorsText, useBulk } from './use-bulk.ts'
import type { Selection } from './use-selection.ts'

const WindowDialog = dynamic(() => import('../maintenance/window-dialog.tsx').then((module) => module.WindowDialog))

interface BulkBarProps {
  selection: Selection
  filter: MonitorFilter
}

/** What can be done with the selected monitors, at the lower edge of the screen while there are any. */
export function BulkBar({ selection: { ids, set }, filter }: BulkBarProps) {
  const [dialog, setDialog] = useState<'none' | 'tag' | 'maintenance' | 'delete'>('none')
  const [isCollecting, setIsCollecting] = useState(false)
  const clear = () => set([])
  const close = () => setDialog('none')
  const bulk = useBulk(clear)
  useShortcuts({ Escape: clear })
  const isBusy = bulk.doing !== '' || isCollecting
  const selectAll = () => {
    setIsCollecting(true)
    collectIds(filter)
      .then(set)
      .catch((error: unknown) => notify(t('Not selected. {reason}', { reason: failureText(error) }), { failed: true }))
      .finally(() => setIsCollecting(false))
  }
  return (
    <section
      aria-label={t('Selected monitors')}
      className="sticky bottom-4 z-20 mx-auto mt-4 flex w-fit max-w-full flex-wrap items-center gap-2 rounded-card border border-line bg-surface px-3 py-2 shadow-overlay max-md:bottom-20"
    >
      <p role="status" className="mr-2 font-medium">
        {bulk.doing || rich('{count} selected', { count: <span className="num">{numberText(ids.size)}</span> })}
        {!bulk.doing && ids.size === BULK_LIMIT && (
          <span className="font-normal text-muted">{t(', the most at once')}</span>
        )}
      </p>
      <Button look="quiet" disabled={isBusy} onClick={selectAll}>
        {isCollecting ? t('Reading…') : t('Select all')}
      </Button>
      <Button disabled={isBusy} onClick={() => void bulk.flip(ids, 'pause')}>
        {t('Pause')}
      </Button>
      <Button disabled={isBusy} onClick={() => void bulk.flip(ids, 'resume')}>
        {t('Resume')}
      </Button>
      <Button disabled={isBusy} onClick={() => setDialog('tag')}>
        {t('Tag')}
      </Button>
      <Button disabled={isBusy} onClick={() => setDialog('maintenance')}>
        {t('Maintenance')}
      </Button>
      <Button look="danger" disabled={isBusy} onClick={() => setDialog('delete')}>
        {t('Delete')}
      </Button>
      <Button look="quiet" onClick={clear}>
        {t('Clear')}
      </Button>
      {dialog === 'tag' && (
        <TagDialog count={ids.size} save={(action, tags) => bulk.tag(ids, action, tags)} onClose={close} />
      )}
      {dialog === 'maintenance' && (
        <WindowDialog draft={{ ...newWindowDraft(), cover: 'monitors', monitorIds: [...ids] }} onClose={close} />
      )}
      {dialog === 'delete' && (
        <ConfirmDialog
          title={t('Delete {monitors}?', { monitors: monitorsText(ids.size) })}
          verb={[t('Delete'), t('Deleting…')]}
          act={async () => bulk.remove(ids)}
          onClose={close}
        >
          {t('All of their checks go with them. For eight seconds you can take it back.')}
        </ConfirmDialog>
      )}
    </section>
  )
}
