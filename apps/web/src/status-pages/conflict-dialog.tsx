'use client'
import type { PageContent, StatusPage } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'
import { Ago } from '../shell/time.tsx'

interface ConflictDialogProps {
  theirs: StatusPage
  mine: PageContent
  /** Both together; undefined where they changed the same thing differently. */
  merged: PageContent | undefined
  onTheirs: () => void
  onMine: (content: PageContent) => void
  onClose: () => void
}

/** Somebody else saved the page while it was written here: nothing is lost before a person has said which is to stay. */
export function ConflictDialog({ theirs, mine, merged, onTheirs, onMine, onClose }: ConflictDialogProps) {
  return (
    <Dialog title={t('Somebody else changed this page')} onClose={onClose}>
      <p className="mb-2">
        {t('It was saved by another member while you were writing.')} <Ago at={theirs.updatedAt} />
      </p>
      <p className="mb-4 text-muted">
        {merged
          ? t('You changed different things, so both can be kept.')
          : t('You changed the same thing in different ways: one of the two stays.')}
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onTheirs}>{t('Take theirs')}</Button>
        <Button look={merged ? 'secondary' : 'primary'} onClick={() => onMine(mine)}>
          {t('Keep mine')}
        </Button>
        {merged && (
          <Button look="primary" onClick={() => onMine(merged)}>
            {t('Keep both')}
          </Button>
        )}
      </div>
    </Dialog>
  )
}
