import type { ReactNode } from 'react'

/** Of what stands in a line of filters. */
export const filterControl =
  'h-8 max-w-full rounded-control border border-control bg-surface px-2 text-13 pointer-coarse:h-11'

interface ChoiceProps {
  label: string
  value: string
  onChange: (value: string) => void
  className?: string
  children: ReactNode
}

/** A small select in a line of filters, whose label its first option says. */
export function Choice({ label, value, onChange, className = '', children }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      className={`${className} ${filterControl}`}
    >
      {children}
    </select>
  )
}
