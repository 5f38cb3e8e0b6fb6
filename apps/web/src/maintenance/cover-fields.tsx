'use client'
import { noteIdOf, TextField } from '@repo/ui/field'
import { RadioGroup } from '@repo/ui/radio-group'
import { t } from '@repo/ui/words'
import { MonitorPicker } from './monitor-picker.tsx'
import type { DraftFieldsProps } from './schedule-fields.tsx'

/** Which monitors it is of. */
export function CoverFields({ draft, errors, onChange }: DraftFieldsProps) {
  return (
    <>
      <RadioGroup
        legend={t('Which monitors')}
        look="rows"
        value={draft.cover}
        options={[
          { value: 'all', text: t('All monitors'), note: t('Those that are added later too.') },
          { value: 'tags', text: t('Those with a tag'), note: t('Whichever have one of the tags at the time.') },
          { value: 'monitors', text: t('Named monitors'), note: t('These and no others.') },
        ]}
        onChange={(cover) => onChange({ cover })}
      />
      {draft.cover === 'tags' && (
        <TextField
          id="window-tags"
          label={t('Tags')}
          hint={t('Separated by commas.')}
          autoComplete="off"
          value={draft.tags}
          onChange={(event) => onChange({ tags: event.currentTarget.value })}
          error={errors.tags}
        />
      )}
      {draft.cover === 'monitors' && (
        <div>
          <MonitorPicker
            legend={t('Monitors')}
            chosen={draft.monitorIds}
            limit={1_000}
            invalid={Boolean(errors.monitorIds)}
            onChange={(monitorIds) => onChange({ monitorIds })}
          />
          {errors.monitorIds && (
            <p id={noteIdOf('window-monitors')} role="alert" className="mt-1.5 text-13 text-down-fg">
              {errors.monitorIds}
            </p>
          )}
        </div>
      )}
    </>
  )
}
