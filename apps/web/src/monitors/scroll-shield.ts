'use client'
import { type RefObject, useEffect } from 'react'

/**
 * While the rows move, the `scroll-shield` of what they stand in is before them and the page: the pointer that rests meets one thing, and
 * not another row in every frame, of which the page would have to be told. Who presses then means what is behind it.
 */
export function useScrollShield(body: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const shield = body.current
    if (!shield) return
    let isPressed = false
    const press = ({ target }: PointerEvent) => {
      isPressed = target === shield && shield.hasAttribute('data-scrolling')
      if (isPressed) shield.removeAttribute('data-scrolling')
    }
    const passOn = (event: MouseEvent) => {
      if (!isPressed) return
      isPressed = false
      // It may have come up again since.
      shield.removeAttribute('data-scrolling')
      const meant = document.elementFromPoint(event.clientX, event.clientY)
      meant?.closest<HTMLElement>('a, button, input, select, summary, [tabindex]')?.focus({ preventScroll: true })
      meant?.dispatchEvent(new MouseEvent('click', event))
    }
    document.addEventListener('pointerdown', press)
    document.addEventListener('click', passOn)
    return () => {
      document.removeEventListener('pointerdown', press)
      document.removeEventListener('click', passOn)
    }
  }, [body])
}
