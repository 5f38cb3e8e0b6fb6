'use client'
import { noteIdOf, TextField } from '@repo/ui/field'
import { RadioGroup } from '@repo/ui/radio-group'
import { MonitorPicker } from './monitor-picker.tsx'
import type { DraftFieldsProps } from './schedule-fields.tsx'

/** Which monitors it is of. */
export function CoverFields({ draft, errors, onChange }: DraftFieldsProps) {
  return (
    <>
      <RadioGroup
        legend="Which monitors"
        look="rows"
        value={draft.cover}
        options={[
          { value: 'all', text: 'All monitors', note: 'Those that are added later too.' },
          { value: 'tags', text: 'Those with a tag', note: 'Whichever have one of the tags at the time.' },
          { value: 'monitors', text: 'Named monitors', note: 'These and no others.' },
        ]}
        onChange={(cover) => onChange({ cover })}
      />
      {draft.cover === 'tags' && (
        <TextField
          id="window-tags"
          label="Tags"
          hint="Separated by commas."
          autoComplete="off"
          value={draft.tags}
          onChange={(event) => onChange({ tags: event.currentTarget.value })}
          error={errors.tags}
        />
      )}
      {draft.cover === 'monitors' && (
        <div>
          <MonitorPicker
            legend="Monitors"
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
