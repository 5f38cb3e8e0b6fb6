'use client'
import { alertLimits } from '@repo/domain/alert-policy'
import { Button } from '@repo/ui/button'
import { rich, t } from '@repo/ui/words'
import type { FieldErrors } from '../form/field-errors.ts'
import { Chips, smallControl, Wrong } from './chips.tsx'
import { errorWithin, type Step } from './policy-draft.ts'
import { isGone, targetText } from './policy-words.ts'
import { TargetSelect, targetKey } from './target-select.tsx'
import { type Names, useNames } from './use-names.ts'

interface StepsFieldProps {
  steps: readonly Step[]
  errors: FieldErrors
  onChange: (steps: Step[]) => void
}

/** Whom, and after how long; the later ones only while nobody has acknowledged it. */
export function StepsField({ steps, errors, onChange }: StepsFieldProps) {
  const names = useNames()
  const set = (place: number, step: Step) => onChange(steps.map((other, at) => (at === place ? step : other)))
  const last = steps.at(-1)?.afterSeconds ?? 0
  return (
    <div>
      <ol aria-label={t('Steps')} className="border-line border-b">
        {steps.map((step, place) => (
          <StepRow
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no names of their own
            key={place}
            step={step}
            place={place}
            names={names}
            error={errorWithin(errors, `rule.steps.${place}`)}
            onChange={(changed) => set(place, changed)}
            {...(steps.length > 1 && { onRemove: () => onChange(steps.filter((_, at) => at !== place)) })}
          />
        ))}
      </ol>
      <Wrong>{errors['rule.steps']}</Wrong>
      {steps.length < alertLimits.steps && (
        <Button
          className="mt-3"
          onClick={() => onChange([...steps, { afterSeconds: last + 600, targets: [{ kind: 'everyone' }] }])}
        >
          {t('Add a step')}
        </Button>
      )}
    </div>
  )
}

interface StepRowProps {
  step: Step
  place: number
  names: Names
  error: string | undefined
  onChange: (step: Step) => void
  onRemove?: () => void
}

function StepRow({ step, place, names, error, onChange, onRemove }: StepRowProps) {
  const { afterSeconds, targets } = step
  const number = place + 1
  const minutesId = `policy-step-${number}`
  const minutes = (
    <input
      id={minutesId}
      type="number"
      min={0}
      max={1_440}
      value={Number.isNaN(afterSeconds) ? '' : afterSeconds / 60}
      aria-label={t('Step {number}: minutes', { number })}
      aria-invalid={error ? true : undefined}
      onChange={(event) => onChange({ ...step, afterSeconds: Math.round(event.currentTarget.valueAsNumber * 60) })}
      className={`num w-20 ${smallControl}`}
    />
  )
  return (
    <li className="border-line border-t py-3">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-2">
        <label htmlFor={minutesId} className="flex items-center gap-2 text-13">
          {place === 0 ? rich('After {minutes} min tell', { minutes }) : rich('After {minutes} min', { minutes })}
        </label>
        <div className="min-w-0 grow">
          <Chips
            label={t('Step {number} tells', { number })}
            chips={targets.map((target) => ({
              key: targetKey(target),
              text: targetText(target, names),
              isGone: isGone(target, names),
            }))}
            onRemove={(key) => onChange({ ...step, targets: targets.filter((target) => targetKey(target) !== key) })}
          >
            <TargetSelect
              label={t('Step {number} tells also', { number })}
              chosen={targets}
              onAdd={(target) => onChange({ ...step, targets: [...targets, target] })}
            />
          </Chips>
        </div>
        {onRemove && (
          <Button look="quiet" aria-label={t('Remove step {number}', { number })} onClick={onRemove}>
            {t('Remove')}
          </Button>
        )}
      </div>
      <Wrong>{error}</Wrong>
    </li>
  )
}
