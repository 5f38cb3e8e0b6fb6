'use client'
import type { StatusPage } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { failureText } from '../api/request.ts'
import { navigate } from '../navigation.ts'
import { notify } from '../shell/notices.tsx'
import { deleteStatusPage, pagesKey, publicPath, withdrawStatusPage } from './page-queries.ts'
import { PublishDialog } from './publish-dialog.tsx'

interface EditorBarProps {
  page: StatusPage
  isChanged: boolean
  isSaving: boolean
  mayChange: boolean
  onSave: () => void
  onDiscard: () => void
  /** It was published, or withdrawn. */
  onMoved: (page: StatusPage) => void
  /** Nothing is asked any more when it is left. */
  release: () => void
}

/** Where the page stands, and what can be done with it as a whole. */
export function EditorBar({
  page,
  isChanged,
  isSaving,
  mayChange,
  onSave,
  onDiscard,
  onMoved,
  release,
}: EditorBarProps) {
  const [asked, setAsked] = useState<'publish' | 'withdraw' | 'delete'>()
  const { publishedSlug } = page
  const isPublished = publishedSlug !== null
  const close = () => setAsked(undefined)
  return (
    <header className="mb-5 flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
      <div className="min-w-0">
        <h1 className="truncate text-28 font-bold tracking-[-0.02em]">{page.draft.title}</h1>
        <p className="text-13 text-muted">
          {stateText(page, isChanged)}{' '}
          {isPublished && (
            <a href={publicPath(publishedSlug)} target="_blank" rel="noopener" className="num text-accent underline">
              {publicPath(publishedSlug)}
            </a>
          )}
        </p>
      </div>
      {mayChange && (
        <div className="flex flex-wrap gap-2">
          {isChanged && (
            <Button look="quiet" onClick={onDiscard}>
              {t('Discard changes')}
            </Button>
          )}
          {!isChanged && isPublished && (
            <Button look="quiet" onClick={() => setAsked('withdraw')}>
              {t('Withdraw')}
            </Button>
          )}
          {!isChanged && (
            <Button look="quiet" onClick={() => setAsked('delete')}>
              {t('Delete')}
            </Button>
          )}
          <Button disabled={!isChanged || isSaving} onClick={onSave}>
            {t('Save draft')}
          </Button>
          <Button look="primary" disabled={isChanged || !page.hasChanges} onClick={() => setAsked('publish')}>
            {t('Publish…')}
          </Button>
        </div>
      )}
      {asked === 'publish' && <PublishDialog page={page} onPublished={onMoved} onClose={close} />}
      {asked === 'withdraw' && <WithdrawDialog page={page} onWithdrawn={onMoved} onClose={close} />}
      {asked === 'delete' && <DeleteDialog page={page} release={release} onClose={close} />}
    </header>
  )
}

function stateText({ publishedAt, hasChanges }: StatusPage, isChanged: boolean): string {
  if (isChanged) return t('Not saved yet.')
  if (publishedAt === null) return t('A draft: nobody outside sees it.')
  return hasChanges ? t('Published, with changes since.') : t('Published.')
}

interface AskProps {
  page: StatusPage
  onClose: () => void
}

function WithdrawDialog({ page, onWithdrawn, onClose }: AskProps & { onWithdrawn: (page: StatusPage) => void }) {
  const client = useQueryClient()
  const withdraw = useMutation({
    mutationFn: () => withdrawStatusPage(page.id),
    onSuccess: (withdrawn) => {
      void client.invalidateQueries({ queryKey: pagesKey })
      onWithdrawn(withdrawn)
      onClose()
      notify(t('{name} is not public any more.', { name: page.draft.title }))
    },
  })
  return (
    <Dialog title={t('Withdraw {name}?', { name: page.draft.title })} onClose={onClose}>
      <p className="mb-4">
        {t('Outsiders find nothing at its address any more. The draft stays, and so does what was said on it.')}
      </p>
      <Failed error={withdraw.error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('Cancel')}</Button>
        <Button look="danger" disabled={withdraw.isPending} onClick={() => withdraw.mutate()}>
          {t('Withdraw')}
        </Button>
      </div>
    </Dialog>
  )
}

function DeleteDialog({ page, release, onClose }: AskProps & { release: () => void }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => deleteStatusPage(page.id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: pagesKey })
      release()
      notify(t('{name} is deleted.', { name: page.draft.title }))
      navigate('/status-pages')
    },
  })
  return (
    <Dialog title={t('Delete {name}?', { name: page.draft.title })} onClose={onClose}>
      <p className="mb-4">{t('With it goes all that was said on it, and its subscribers. This cannot be undone.')}</p>
      <Failed error={remove.error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('Cancel')}</Button>
        <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          {t('Delete')}
        </Button>
      </div>
    </Dialog>
  )
}

export function Failed({ error }: { error: Error | null }) {
  if (!error) return null
  return (
    <p role="alert" className="mb-4 text-down-fg">
      {failureText(error)}
    </p>
  )
}
