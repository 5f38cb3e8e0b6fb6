'use client'
import { type ReactNode, useId } from 'react'

interface RadioGroupProps<Value extends string> {
  legend: string
  value: Value
  options: readonly { value: Value; text: string; note?: ReactNode }[]
  onChange: (value: Value) => void
  /** Words side by side, as parts of a screen, or one under the other, each with a line that says what it means. */
  look?: 'segments' | 'tabs' | 'rows'
  /** Where a heading right above says the same already. */
  isLegendHidden?: boolean
  className?: string
}

/** One of a few, as radio buttons: arrows move, and the whole is one stop of the Tab key. */
export function RadioGroup<Value extends string>({ look = 'segments', ...group }: RadioGroupProps<Value>) {
  const { legend, value, options, onChange, isLegendHidden = false, className = '' } = group
  const name = useId()
  const { outer, title, list, label, radio } = looks[look]
  return (
    <fieldset className={`${outer} ${className}`}>
      <legend className={isLegendHidden ? 'sr-only' : title}>{legend}</legend>
      <div className={list}>
        {options.map((option) => (
          <label key={option.value} className={label}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className={radio}
            />
            {option.note ? (
              <span className="min-w-0">
                {option.text}
                <span className="block text-13 font-normal text-muted">{option.note}</span>
              </span>
            ) : (
              option.text
            )}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

const looks = {
  segments: {
    outer: 'inline-flex shrink-0',
    title: 'sr-only',
    list: 'flex rounded-control border border-line',
    label:
      'num relative flex h-7 cursor-pointer items-center px-2.5 text-13 text-muted first:rounded-l-[5px] last:rounded-r-[5px] hover:text-fg has-checked:bg-fg has-checked:text-bg has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent pointer-coarse:h-11',
    radio: 'absolute inset-0 cursor-pointer opacity-0',
  },
  tabs: {
    outer: 'min-w-0 border-line border-b',
    title: 'sr-only',
    list: '-mb-px flex flex-wrap gap-x-5',
    label:
      'relative flex h-9 cursor-pointer items-center border-transparent border-b-2 font-medium text-muted hover:text-fg has-checked:border-fg has-checked:text-fg has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent pointer-coarse:h-11',
    radio: 'absolute inset-0 cursor-pointer opacity-0',
  },
  rows: {
    outer: 'min-w-0',
    title: 'mb-1.5 text-13 font-medium',
    list: 'overflow-hidden rounded-control border border-line',
    label:
      'flex cursor-pointer items-start gap-3 border-line border-t px-3 py-2 font-medium first:border-t-0 hover:bg-hover has-checked:bg-hover',
    radio: 'mt-0.5 size-4 shrink-0 accent-fg',
  },
} as const
