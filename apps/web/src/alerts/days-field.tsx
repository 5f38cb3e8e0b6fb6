'use client'
import { type Weekday, weekdays } from '@repo/domain/maintenance'
import { weekdayNames } from '../maintenance/schedule-words.ts'
import { Wrong } from './chips.tsx'

interface ChecksProps<Value extends string> {
  legend: string
  values: readonly Value[]
  chosen: readonly Value[]
  textOf: (value: Value) => string
  error?: string | undefined
  onChange: (chosen: Value[]) => void
}

/** Some of a few, as boxes in their own order. */
export function Checks<Value extends string>({ legend, values, chosen, textOf, error, onChange }: ChecksProps<Value>) {
  const flip = (value: Value) =>
    onChange(values.filter((one) => (one === value ? !chosen.includes(one) : chosen.includes(one))))
  return (
    <fieldset className="min-w-0">
      <legend className="text-13 font-medium">{legend}</legend>
      <div className="mt-1.5 flex flex-wrap gap-x-5 gap-y-1">
        {values.map((value) => (
          <label key={value} className="flex min-h-6 cursor-pointer items-center gap-2 text-13 pointer-coarse:min-h-11">
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              aria-invalid={error ? true : undefined}
              onChange={() => flip(value)}
              className="size-4 accent-fg"
            />
            {textOf(value)}
          </label>
        ))}
      </div>
      <Wrong>{error}</Wrong>
    </fieldset>
  )
}

interface DaysFieldProps {
  legend: string
  days: readonly Weekday[]
  error?: string | undefined
  onChange: (days: Weekday[]) => void
}

export function DaysField({ legend, days, error, onChange }: DaysFieldProps) {
  return (
    <Checks
      legend={legend}
      values={weekdays}
      chosen={days}
      textOf={(day) => weekdayNames[day]}
      error={error}
      onChange={onChange}
    />
  )
}
