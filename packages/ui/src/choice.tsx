'use client'
import type { ReactNode } from 'react'

interface ChoiceProps<Value extends string> {
  legend: string
  name: string
  value: Value
  options: readonly { value: Value; text: string; note?: ReactNode }[]
  onChange: (value: Value) => void
}

/** One of a few, each with a line that says what it means. */
export function Choice<Value extends string>({ legend, name, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-13 font-medium">{legend}</legend>
      <div className="overflow-hidden rounded-control border border-line">
        {options.map((option) => (
          <label
            key={option.value}
            className="flex cursor-pointer items-start gap-3 border-line border-t px-3 py-2 first:border-t-0 hover:bg-hover has-checked:bg-hover"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="mt-0.5 size-4 shrink-0 accent-fg"
            />
            <span className="min-w-0">
              <span className="block font-medium">{option.text}</span>
              {option.note && <span className="block text-13 text-muted">{option.note}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
