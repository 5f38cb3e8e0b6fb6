'use client'
import { controlClass, Field, noteIdOf, TextField } from '@repo/ui/field'
import { RadioGroup } from '@repo/ui/radio-group'
import { msg, spoken, t } from '@repo/ui/words'
import { TimeZoneField } from '../form/time-zone-field.tsx'
import { nthNames, weekdayNames } from './schedule-words.ts'
import { scheduleKinds, type WindowDraft, type WindowErrors } from './window-draft.ts'
import { viewerZone } from './zone-time.ts'

export interface DraftFieldsProps {
  draft: WindowDraft
  errors: WindowErrors
  onChange: (change: Partial<WindowDraft>) => void
}

type Weekday = WindowDraft['weekday']
const weekdays = Object.keys(weekdayNames) as Weekday[]
const kindNames = spoken({ once: msg('Once'), weekly: msg('Weekly'), monthly: msg('Monthly'), cron: msg('Cron') })

/** When it is, of each kind that the API knows. */
export function ScheduleFields(props: DraftFieldsProps) {
  const { draft, onChange } = props
  return (
    <>
      <RadioGroup
        legend={t('How often')}
        value={draft.kind}
        options={scheduleKinds.map((kind) => ({ value: kind, text: kindNames[kind] }))}
        onChange={(kind) => onChange({ kind })}
        className="self-start"
      />
      {draft.kind === 'once' ? (
        <OnceFields {...props} />
      ) : (
        <>
          {draft.kind === 'weekly' && <DayChoice {...props} />}
          {draft.kind === 'monthly' && <MonthlyFields {...props} />}
          <ClockFields {...props} />
          <BoundFields {...props} />
        </>
      )}
    </>
  )
}

function OnceFields({ draft, errors, onChange }: DraftFieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        id="window-starts"
        label={t('Begins')}
        type="datetime-local"
        className="num"
        value={draft.startsAt}
        onChange={(event) => onChange({ startsAt: event.currentTarget.value })}
        hint={t('By your clock, {zone}.', { zone: viewerZone() })}
        error={errors.startsAt}
      />
      <TextField
        id="window-ends"
        label={t('Ends')}
        type="datetime-local"
        className="num"
        value={draft.endsAt}
        onChange={(event) => onChange({ endsAt: event.currentTarget.value })}
        error={errors.endsAt}
      />
    </div>
  )
}

function DayChoice({ draft: { days }, errors, onChange }: DraftFieldsProps) {
  const flip = (day: Weekday) =>
    onChange({ days: weekdays.filter((one) => (one === day ? !days.includes(one) : days.includes(one))) })
  return (
    <fieldset aria-describedby={errors.days ? noteIdOf('window-days') : undefined}>
      <legend className="mb-1.5 text-13 font-medium">{t('On')}</legend>
      <div className="flex flex-wrap gap-1.5">
        {weekdays.map((day) => (
          <label
            key={day}
            className="relative inline-flex h-8 cursor-pointer items-center rounded-full border border-line px-3 text-13 font-medium hover:border-control has-checked:border-fg has-checked:bg-fg has-checked:text-bg has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent pointer-coarse:h-11"
          >
            <input
              type="checkbox"
              checked={days.includes(day)}
              aria-invalid={errors.days ? true : undefined}
              onChange={() => flip(day)}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            {weekdayNames[day]}
          </label>
        ))}
      </div>
      {errors.days && (
        <p id={noteIdOf('window-days')} role="alert" className="mt-1.5 text-13 text-down-fg">
          {errors.days}
        </p>
      )}
    </fieldset>
  )
}

function MonthlyFields({ draft, onChange }: DraftFieldsProps) {
  return (
    <div className="flex flex-wrap items-end gap-3">
      <Choice
        id="window-month-by"
        label={t('On')}
        value={draft.monthBy}
        options={[
          ['day', t('a day of the month')],
          ['weekday', t('a weekday of the month')],
        ]}
        onChange={(value) => onChange({ monthBy: value === 'day' ? 'day' : 'weekday' })}
      />
      {draft.monthBy === 'day' ? (
        <Choice
          id="window-day"
          label={t('Day')}
          value={draft.day}
          options={[...dayNumbers, ['last', 'last']]}
          onChange={(day) => onChange({ day })}
        />
      ) : (
        <>
          <Choice
            id="window-nth"
            label={t('Which')}
            value={draft.nth}
            options={Object.entries(nthNames)}
            onChange={(nth) => onChange({ nth })}
          />
          <Choice
            id="window-weekday"
            label={t('Weekday')}
            value={draft.weekday}
            options={weekdays.map((day) => [day, weekdayNames[day]])}
            onChange={(weekday) => onChange({ weekday: weekday as Weekday })}
          />
        </>
      )}
    </div>
  )
}

const dayNumbers = Array.from({ length: 31 }, (_, index): [string, string] => [String(index + 1), String(index + 1)])

interface ChoiceProps {
  id: string
  label: string
  value: string
  options: readonly (readonly [string, string])[]
  onChange: (value: string) => void
}

function Choice({ id, label, value, options, onChange }: ChoiceProps) {
  return (
    <Field id={id} label={label}>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        className={controlClass(false)}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  )
}

function ClockFields({ draft, errors, onChange }: DraftFieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      {draft.kind === 'cron' ? (
        <TextField
          id="window-expression"
          label={t('Cron expression')}
          className="num"
          spellCheck={false}
          autoComplete="off"
          value={draft.expression}
          onChange={(event) => onChange({ expression: event.currentTarget.value })}
          error={errors.expression}
        />
      ) : (
        <TextField
          id="window-at"
          label={t('At')}
          type="time"
          className="num"
          value={draft.at}
          onChange={(event) => onChange({ at: event.currentTarget.value })}
          error={errors.at}
        />
      )}
      <TextField
        id="window-duration"
        label={t('For, in minutes')}
        inputMode="numeric"
        className="num"
        value={draft.durationMinutes}
        onChange={(event) => onChange({ durationMinutes: event.currentTarget.value })}
        error={errors.durationMinutes}
      />
      <TimeZoneField
        id="window-zone"
        label={t('Time zone')}
        value={draft.timeZone}
        onChange={(event) => onChange({ timeZone: event.currentTarget.value })}
        error={errors.timeZone}
      />
    </div>
  )
}

function BoundFields({ draft, errors, onChange }: DraftFieldsProps) {
  return (
    <details open={Boolean(draft.from || draft.until || errors.from || errors.until)}>
      <summary className="min-h-6 pointer-coarse:min-h-11 text-13 font-medium">{t('First and last day')}</summary>
      <div className="mt-3 grid gap-4 sm:grid-cols-2">
        <TextField
          id="window-from"
          label={t('Not before')}
          type="datetime-local"
          className="num"
          value={draft.from}
          onChange={(event) => onChange({ from: event.currentTarget.value })}
          error={errors.from}
        />
        <TextField
          id="window-until"
          label={t('None from then on')}
          type="datetime-local"
          className="num"
          value={draft.until}
          onChange={(event) => onChange({ until: event.currentTarget.value })}
          hint={t('What began before goes on to its end.')}
          error={errors.until}
        />
      </div>
    </details>
  )
}
