'use client'
import { type FocusEvent, type PointerEvent, useState } from 'react'

/** Whether somebody points at a list with a mouse or moves in it, so that its rows stay where they are; and how it is told. */
export function useHold() {
  const [hold, setHold] = useState(false)
  return {
    hold,
    handlers: {
      onPointerEnter: ({ pointerType }: PointerEvent) => setHold(pointerType === 'mouse' || hold),
      onPointerLeave: ({ currentTarget }: PointerEvent) => setHold(currentTarget.contains(document.activeElement)),
      onFocus: () => setHold(true),
      onBlur: ({ currentTarget, relatedTarget }: FocusEvent) =>
        setHold(currentTarget.contains(relatedTarget) || currentTarget.matches(':hover')),
    },
  }
}
