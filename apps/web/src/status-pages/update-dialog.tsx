'use client'
import type { PageIncident } from '@repo/contracts/page-notices'
import type { Phase } from '@repo/domain/status-page'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from '../form/use-form.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { notify } from '../shell/notices.tsx'
import { BodyField } from './body-field.tsx'
import { addUpdate, changeUpdate } from './notice-queries.ts'
import { phaseWords } from './notice-words.ts'
import { pagesKey } from './page-queries.ts'
import { PublishChoice } from './publish-choice.tsx'
import { unlessChanged } from './use-notice-deed.ts'
import { WordSelect } from './word-select.tsx'

type Update = PageIncident['updates'][number]

interface UpdateDialogProps {
  pageId: string
  incident: PageIncident
  /** The phase to begin with. */
  phase: Phase
  /** The one that is changed, which nobody has read yet. */
  update?: Update
  onClose: () => void
}

/** How an incident goes on. */
export function UpdateDialog({ pageId, incident: given, phase, update, onClose }: UpdateDialogProps) {
  // As it was when it was opened: what others write meanwhile is not overwritten by it.
  const [incident] = useState(given)
  const client = useQueryClient()
  // What belongs to a draft is seen once the draft is.
  const isOfDraft = incident.publishedAt === null
  const [isPublished, setIsPublished] = useState(true)
  const isShown = isPublished && !isOfDraft && !update
  const { props, isBusy, errors } = useForm({
    fields: ['phase', 'body'],
    needed: { body: t('What are people to know?') },
    submit: async ({ phase: chosen, body = '' }) => {
      const said = { phase: chosen as Phase, body }
      const seen = { pageId, incident }
      await unlessChanged(() =>
        update ? changeUpdate(seen, update.id, said) : addUpdate(seen, { ...said, publish: isShown }),
      )
      await client.invalidateQueries({ queryKey: pagesKey })
      notify(isShown ? t('It is public.') : t('It is kept as a draft.'))
      onClose()
    },
  })
  return (
    <Dialog
      title={update ? t('Edit the update') : t('Update of {name}', { name: incident.title })}
      onClose={onClose}
      wide
    >
      <form {...props} className="flex flex-col gap-4">
        <WordSelect
          id="update-phase"
          name="phase"
          label={t('Phase')}
          words={phaseWords}
          initial={update?.phase ?? phase}
        />
        <BodyField id="update-body" name="body" label={t('Text')} value={update?.body} error={errors.body} />
        {!isOfDraft && !update && <PublishChoice isPublished={isPublished} onChange={setIsPublished} />}
        <FormEnd
          failure={errors.form}
          isBusy={isBusy}
          verb={isShown ? [t('Publish'), t('Publishing…')] : [t('Save'), t('Saving…')]}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}
