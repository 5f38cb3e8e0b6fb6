'use client'
import { useCallback, useLayoutEffect, useRef, useState } from 'react'

/**
 * The text of a field on which much depends: a key is painted first and told after, and of several between two paints the last alone.
 * A `text` that was not typed here, of a view that is opened or a filter that is cleared, takes the place of what was.
 */
export function useTyped(text: string, tell: (text: string) => void): readonly [string, (next: string) => void] {
  const [field, setField] = useState({ typed: text, text })
  if (field.text !== text) setField({ typed: text, text })
  const cancel = useRef(() => {})
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is not told yet is of the text before
  useLayoutEffect(() => () => cancel.current(), [text])
  const type = useCallback(
    (typed: string) => {
      setField((known) => ({ ...known, typed }))
      cancel.current()
      const { pathname } = location
      cancel.current = afterPaint(() => {
        // The next screen may not be there yet, and what is said of this one would be said of that.
        if (location.pathname === pathname) tell(typed)
      })
    },
    [tell],
  )
  return [field.typed, type]
}

/** @returns how to have it not done. */
function afterPaint(act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(act)
  })
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}
