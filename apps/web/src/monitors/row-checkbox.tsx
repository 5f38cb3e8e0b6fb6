'use client'
import { memo } from 'react'

interface RowCheckboxProps {
  id: string
  label: string
  checked: boolean
  onSelect: (id: string, extend: boolean) => void
}

/** Above the link that covers the row; with Shift it takes all rows since the last one. */
export const RowCheckbox = memo(function RowCheckbox({ id, label, checked, onSelect }: RowCheckboxProps) {
  return (
    <label className="relative z-1 -my-1 -ml-1.5 grid size-6 shrink-0 cursor-pointer place-items-center select-none max-md:hidden">
      <input
        type="checkbox"
        checked={checked}
        aria-label={label}
        // What turns a box over is a click in any browser, by the keyboard too.
        onChange={({ nativeEvent }) => onSelect(id, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
        className="size-4 cursor-pointer accent-fg"
      />
    </label>
  )
})
