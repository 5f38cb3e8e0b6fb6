'use client'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { RadioGroup } from '@repo/ui/radio-group'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { useForm } from '../form/use-form.ts'
import { splitTags } from '../maintenance/window-draft.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { monitorsText, type TagDeed } from './use-bulk.ts'

interface TagDialogProps {
  count: number
  save: (action: TagDeed, tags: string[]) => Promise<void>
  onClose: () => void
}

export function TagDialog({ count, save, onClose }: TagDialogProps) {
  const [action, setAction] = useState<TagDeed>('tag')
  const { props, isBusy, errors } = useForm({
    fields: ['tags'],
    needed: { tags: t('Name at least one tag.') },
    submit: async ({ tags = '' }) => {
      await save(action, splitTags(tags))
      onClose()
    },
  })
  return (
    <Dialog title={t('Tags of {count}', { count: monitorsText(count) })} onClose={onClose}>
      <form {...props} className="flex flex-col gap-4">
        <RadioGroup
          legend={t('What to do')}
          value={action}
          options={[
            { value: 'tag', text: t('Add') },
            { value: 'untag', text: t('Remove') },
          ]}
          onChange={setAction}
          className="self-start"
        />
        <TextField
          id="bulk-tags"
          name="tags"
          label={t('Tags')}
          hint={t('Separated by commas.')}
          autoComplete="off"
          error={errors.tags}
        />
        <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Save'), t('Saving…')]} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
