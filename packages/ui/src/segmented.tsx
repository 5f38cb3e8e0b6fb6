'use client'
import { useId } from 'react'

interface SegmentedProps<Value extends string> {
  label: string
  value: Value
  options: readonly { value: Value; text: string }[]
  onChange: (value: Value) => void
  className?: string
}

/** One choice of a few, as radio buttons: arrows move, and the whole is one stop of the Tab key. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
  className = '',
}: SegmentedProps<Value>) {
  const name = useId()
  return (
    <fieldset className={`inline-flex shrink-0 rounded-control border border-line ${className}`}>
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="num relative flex h-7 cursor-pointer items-center px-2.5 text-13 text-muted first-of-type:rounded-l-[5px] last-of-type:rounded-r-[5px] hover:text-fg has-checked:bg-fg has-checked:text-bg has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent pointer-coarse:h-10"
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          {option.text}
        </label>
      ))}
    </fieldset>
  )
}
