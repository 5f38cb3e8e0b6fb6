'use client'
import { controlClass, Field, noteIdOf, TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import type { DraftFieldsProps } from './schedule-fields.tsx'

/** What status pages say of it: a title and a text for the public, or nothing. */
export function AnnouncementFields({ draft, errors, onChange }: DraftFieldsProps) {
  const id = 'window-public-body'
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="sr-only">{t('Status pages')}</legend>
      <label className="flex items-center gap-2 font-medium">
        <input
          type="checkbox"
          checked={draft.isAnnounced}
          onChange={(event) => onChange({ isAnnounced: event.currentTarget.checked })}
          className="size-4 accent-fg"
        />
        {t('Announce on status pages')}
      </label>
      <p className="text-12 text-muted">
        {t('On those that show one of its monitors, from thirty days before. Its name stays among members.')}
      </p>
      {draft.isAnnounced && (
        <>
          <TextField
            id="window-public-title"
            label={t('Title for the public')}
            autoComplete="off"
            value={draft.publicTitle}
            onChange={(event) => onChange({ publicTitle: event.currentTarget.value })}
            error={errors.publicTitle}
          />
          <Field id={id} label={t('Text for the public')} hint={t('Markdown')} error={errors.publicBody}>
            <textarea
              id={id}
              rows={3}
              value={draft.publicBody}
              aria-invalid={errors.publicBody ? true : undefined}
              aria-describedby={noteIdOf(id)}
              onChange={(event) => onChange({ publicBody: event.currentTarget.value })}
              className={`${controlClass(Boolean(errors.publicBody))} h-auto! py-2`}
            />
          </Field>
        </>
      )}
    </fieldset>
  )
}
