'use client'
import type { Incident } from '@repo/contracts/incidents'
import { Dialog } from '@repo/ui/dialog'
import { controlClass, Field } from '@repo/ui/field'
import { rich, t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { failureText, isCode, RequestFailed } from '../api/request.ts'
import { followLink, navigate } from '../navigation.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { Reading } from '../settings/reading.tsx'
import { draftFromIncident, findDrafted } from '../status-pages/notice-queries.ts'
import { pagesKey, statusPagesQuery } from '../status-pages/page-queries.ts'

/** Drafts on a page what the public may know of an incident, and goes to where it is read again and published. */
export function PostDialog({ incident, onClose }: { incident: Pick<Incident, 'id'>; onClose: () => void }) {
  const client = useQueryClient()
  const [chosen, setChosen] = useState('')
  const pages = useQuery(statusPagesQuery)
  const published = pages.data?.filter(({ publishedAt }) => publishedAt !== null) ?? []
  const pageId = chosen || published[0]?.id
  const { mutate, isPending, error } = useMutation({
    mutationFn: (id: string) => draftOn(id, incident.id),
    onSuccess: (drafted, id) => {
      void client.invalidateQueries({ queryKey: pagesKey })
      onClose()
      navigate(`/status-pages/${id}?tab=incidents${drafted ? `&incident=${drafted.id}` : ''}`)
    },
  })
  return (
    <Dialog title={t('Post to status page')} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (pageId && !isPending) mutate(pageId)
        }}
      >
        <p>
          {t(
            'A draft is made by the names that the public knows. Nobody sees it before you have read and published it.',
          )}
        </p>
        <Reading query={pages}>
          {() =>
            published.length === 0 ? (
              <p className="text-muted">
                {rich('No status page is published yet: {link}.', {
                  link: (
                    <a href="/status-pages" onClick={followLink} className="text-accent underline">
                      {t('Status pages')}
                    </a>
                  ),
                })}
              </p>
            ) : (
              <Field id="post-page" label={t('Status page')}>
                <select
                  id="post-page"
                  value={pageId}
                  onChange={(event) => setChosen(event.currentTarget.value)}
                  className={controlClass(false)}
                >
                  {published.map(({ id, draft }) => (
                    <option key={id} value={id}>
                      {draft.title}
                    </option>
                  ))}
                </select>
              </Field>
            )
          }
        </Reading>
        <FormEnd
          failure={error ? objectionText(error) : undefined}
          isBusy={isPending}
          verb={[t('Draft it'), t('Drafting…')]}
          isReady={pageId !== undefined}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}

/** Where the page says something of it already, that is gone to. */
async function draftOn(pageId: string, incidentId: string) {
  try {
    return await draftFromIncident(pageId, incidentId)
  } catch (error) {
    if (isCode(error, 'already_drafted')) return findDrafted(pageId, incidentId)
    throw error
  }
}

function objectionText(error: unknown): string {
  const isForeign = error instanceof RequestFailed && error.problem?.errors?.some(({ field }) => field === 'incidentId')
  return isForeign ? t('No component of this page is of its monitor.') : failureText(error)
}
