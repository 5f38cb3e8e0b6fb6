'use client'
import { type ChangeEvent, memo, useCallback, useLayoutEffect, useRef } from 'react'

interface RowCheckboxProps {
  id: string
  label: string
  checked: boolean
  onSelect: (id: string, extend: boolean) => void
}

/** Above the link that covers the row; with Shift it takes all rows since the last one. */
export const RowCheckbox = memo(function RowCheckbox({ id, label, checked, onSelect }: RowCheckboxProps) {
  const box = useRef<HTMLInputElement>(null)
  const latest = useRef({ id, onSelect })
  // React writes the type of an input anew with any of its properties, which costs its styles: another row's name does not.
  useLayoutEffect(() => {
    latest.current = { id, onSelect }
    box.current?.setAttribute('aria-label', label)
  }, [id, label, onSelect])
  // What turns a box over is a click in any browser, by the keyboard too.
  const select = useCallback(({ nativeEvent }: ChangeEvent) => {
    latest.current.onSelect(latest.current.id, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
  }, [])
  return (
    <label className="hit-area relative z-1 -my-1 -ml-1.5 grid size-6 min-h-0 shrink-0 cursor-pointer place-items-center select-none max-md:hidden">
      <input
        ref={box}
        type="checkbox"
        checked={checked}
        onChange={select}
        className="size-4 cursor-pointer accent-fg"
      />
    </label>
  )
})
