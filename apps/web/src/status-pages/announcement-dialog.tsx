'use client'
import type { Announcement } from '@repo/contracts/page-notices'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from '../form/use-form.ts'
import { localInput } from '../maintenance/zone-time.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { notify } from '../shell/notices.tsx'
import { BodyField } from './body-field.tsx'
import { changeAnnouncement, createAnnouncement } from './notice-queries.ts'
import { pagesKey } from './page-queries.ts'

interface AnnouncementDialogProps {
  pageId: string
  /** The one that is changed; without it a new one is made. */
  announcement?: Announcement
  onClose: () => void
}

/** What is announced, and from when to when by the clock of whoever writes it. */
export function AnnouncementDialog({ pageId, announcement, onClose }: AnnouncementDialogProps) {
  const client = useQueryClient()
  const { props, isBusy, errors } = useForm({
    fields: ['title', 'body', 'from', 'until'],
    needed: { title: t('What is it called?'), body: t('What are people to know?') },
    submit: async ({ title = '', body = '', from = '', until = '' }) => {
      const said = { title, body, ...(from && { from: instantOf(from) }), until: until ? instantOf(until) : null }
      await (announcement ? changeAnnouncement(pageId, announcement.id, said) : createAnnouncement(pageId, said))
      await client.invalidateQueries({ queryKey: pagesKey })
      notify(t('Saved.'))
      onClose()
    },
  })
  return (
    <Dialog
      title={announcement ? t('Edit {name}', { name: announcement.title }) : t('Announce something')}
      onClose={onClose}
      wide
    >
      <form {...props} className="flex flex-col gap-4">
        <TextField
          id="announcement-title"
          name="title"
          label={t('Title')}
          autoComplete="off"
          defaultValue={announcement?.title}
          error={errors.title}
        />
        <BodyField
          id="announcement-body"
          name="body"
          label={t('Text')}
          value={announcement?.body}
          error={errors.body}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            id="announcement-from"
            name="from"
            type="datetime-local"
            label={t('From')}
            hint={t('At once, where it is empty.')}
            defaultValue={announcement && localInput(Date.parse(announcement.from))}
            error={errors.from}
          />
          <TextField
            id="announcement-until"
            name="until"
            type="datetime-local"
            label={t('Until')}
            hint={t('Until it is deleted, where it is empty.')}
            defaultValue={announcement?.until ? localInput(Date.parse(announcement.until)) : ''}
            error={errors.until}
          />
        </div>
        <FormEnd
          failure={errors.form}
          isBusy={isBusy}
          verb={announcement ? [t('Save'), t('Saving…')] : [t('Announce'), t('Saving…')]}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}

function instantOf(local: string): string {
  return new Date(local).toISOString()
}
