'use client'
import type { StatusPage } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { ScrollRegion } from '@repo/ui/scroll-region'
import { t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Reading } from '../settings/reading.tsx'
import { notify } from '../shell/notices.tsx'
import { changeText } from './change-words.ts'
import { Failed } from './editor-bar.tsx'
import { changesQuery, pagesKey, publicPath, publishStatusPage } from './page-queries.ts'

interface PublishDialogProps {
  page: StatusPage
  onPublished: (page: StatusPage) => void
  onClose: () => void
}

/** What the public is about to see, change by change, before it does. */
export function PublishDialog({ page, onPublished, onClose }: PublishDialogProps) {
  const client = useQueryClient()
  const changes = useQuery(changesQuery(page.id, page.version))
  const publish = useMutation({
    mutationFn: () => publishStatusPage(page.id, page.version),
    onSuccess: (published) => {
      void client.invalidateQueries({ queryKey: pagesKey })
      onPublished(published)
      onClose()
      notify(t('{name} is public.', { name: page.draft.title }))
    },
  })
  return (
    <Dialog title={t('Publish {name}?', { name: page.draft.title })} onClose={onClose} wide>
      <p className="mb-3 text-muted">
        {t('The public sees it at {address} within seconds.', { address: publicPath(page.slug) })}
      </p>
      {page.publishedAt !== null && (
        <Reading query={changes}>
          {(items) => (
            <ScrollRegion label={t('What changes')} className="mb-4 max-h-80">
              <ul aria-label={t('What changes')} className="list-disc pl-5 [overflow-wrap:anywhere]">
                {items.map((change) => (
                  <li key={JSON.stringify(change)}>{changeText(change)}</li>
                ))}
              </ul>
            </ScrollRegion>
          )}
        </Reading>
      )}
      <Failed error={publish.error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('Cancel')}</Button>
        <Button look="primary" disabled={publish.isPending} onClick={() => publish.mutate()}>
          {t('Publish')}
        </Button>
      </div>
    </Dialog>
  )
}
