'use client'
import { alertTopics } from '@repo/domain/alert-policy'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import type { FieldErrors } from '../form/field-errors.ts'
import { TimeZoneField } from '../form/time-zone-field.tsx'
import { Checks, DaysField } from './days-field.tsx'
import { newQuiet, type Quiet } from './policy-draft.ts'
import { topicWords } from './policy-words.ts'

interface QuietFieldProps {
  quiet: Quiet | null
  errors: FieldErrors
  onChange: (quiet: Quiet | null) => void
}

/** Hours in which nobody is told: what begins in them waits for their end. */
export function QuietField({ quiet, errors, onChange }: QuietFieldProps) {
  return (
    <div className="flex flex-col gap-3">
      <label className="flex min-h-6 cursor-pointer items-center gap-2 pointer-coarse:min-h-11">
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={(event) => onChange(event.currentTarget.checked ? newQuiet() : null)}
          className="size-4 accent-fg"
        />
        {t('Nobody is told at some hours')}
      </label>
      {quiet && <QuietParts quiet={quiet} errors={errors} onChange={onChange} />}
    </div>
  )
}

function QuietParts({ quiet, errors, onChange }: QuietFieldProps & { quiet: Quiet }) {
  const change = (part: Partial<Quiet>) => onChange({ ...quiet, ...part })
  return (
    <>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-[120px_120px_minmax(0,1fr)]">
        <TextField
          id="quiet-from"
          label={t('From')}
          type="time"
          className="num"
          value={quiet.from}
          onChange={(event) => change({ from: event.currentTarget.value })}
          error={errors['rule.quiet.from'] ?? errors['rule.quiet']}
        />
        <TextField
          id="quiet-to"
          label={t('Until')}
          type="time"
          className="num"
          value={quiet.to}
          onChange={(event) => change({ to: event.currentTarget.value })}
          error={errors['rule.quiet.to']}
        />
        <div className="max-sm:col-span-2">
          <TimeZoneField
            id="quiet-zone"
            label={t('By the clocks of')}
            value={quiet.timeZone}
            onChange={(event) => change({ timeZone: event.currentTarget.value })}
            error={errors['rule.quiet.timeZone']}
          />
        </div>
      </div>
      <DaysField
        legend={t('Beginning on')}
        days={quiet.days}
        error={errors['rule.quiet.days']}
        onChange={(days) => change({ days })}
      />
      <Checks
        legend={t('Told all the same')}
        values={alertTopics}
        chosen={quiet.breaksThrough}
        textOf={(topic) => t(topicWords[topic])}
        onChange={(breaksThrough) => change({ breaksThrough })}
      />
    </>
  )
}
