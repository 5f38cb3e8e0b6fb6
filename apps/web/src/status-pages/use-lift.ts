'use client'
import type { PageContent } from '@repo/contracts/status-pages'
import { t } from '@repo/ui/words'
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { moveComponent, type Place, placeOf, stepFrom } from './page-draft.ts'

interface Lifted {
  readonly id: string
  /** What stands again where it is put back. */
  readonly before: PageContent
  readonly by: 'keys' | 'pointer'
}

/**
 * Puts components in order: by a handle that is dragged, or one that Space lifts, arrows move and Space puts down; Escape puts it
 * back. `said` is what a screen reader is told of it.
 */
export function useLift(content: PageContent, onChange: (content: PageContent) => void) {
  const [lifted, setLifted] = useState<Lifted>()
  const [said, setSaid] = useState('')
  const latest = useRef({ content, onChange })
  useEffect(() => {
    latest.current = { content, onChange }
  })
  // In another section it is another element: the focus follows what is moved.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is looked for after each move
  useEffect(() => {
    if (lifted) document.querySelector<HTMLElement>(`[data-handle="${CSS.escape(lifted.id)}"]`)?.focus()
  }, [lifted, content])

  const lift = (id: string, by: Lifted['by']) => {
    setLifted({ id, before: content, by })
    if (by === 'keys')
      setSaid(
        t('{place} Lifted. Arrows move it, Space puts it down, Escape puts it back.', {
          place: placeText(content, id),
        }),
      )
  }
  const move = (id: string, place: Place | undefined) => {
    if (!place) return
    const moved = moveComponent(latest.current.content, id, place)
    latest.current.onChange(moved)
    setSaid(placeText(moved, id))
  }
  const step = (id: string, by: -1 | 1) => {
    const from = placeOf(latest.current.content, id)
    if (from) move(id, stepFrom(latest.current.content, from, by))
  }
  const putDown = () => {
    if (lifted) setSaid(t('{place} Put down.', { place: placeText(latest.current.content, lifted.id) }))
    setLifted(undefined)
  }
  const putBack = () => {
    if (!lifted) return
    latest.current.onChange(lifted.before)
    setSaid(t('{place} Put back.', { place: placeText(lifted.before, lifted.id) }))
    setLifted(undefined)
  }
  usePointerMoves(lifted, { move: (place) => lifted && move(lifted.id, place), putDown, putBack })

  const handleProps = (id: string) => ({
    'data-handle': id,
    'aria-pressed': lifted?.id === id,
    onKeyDown: (event: KeyboardEvent) => {
      const isLifted = lifted?.id === id
      const deeds: Readonly<Record<string, (() => void) | undefined>> = {
        ' ': isLifted ? putDown : () => lift(id, 'keys'),
        Enter: isLifted ? putDown : () => lift(id, 'keys'),
        ArrowUp: isLifted ? () => step(id, -1) : undefined,
        ArrowDown: isLifted ? () => step(id, 1) : undefined,
        Escape: isLifted ? putBack : undefined,
      }
      const deed = deeds[event.key]
      if (!deed) return
      event.preventDefault()
      event.stopPropagation()
      deed()
    },
    onBlur: () => {
      // Whoever goes elsewhere by the Tab key has put it down.
      if (lifted?.by === 'keys' && lifted.id === id)
        setTimeout(() => {
          if (document.activeElement?.getAttribute('data-handle') !== id) putDown()
        })
    },
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return
      event.preventDefault()
      lift(id, 'pointer')
    },
  })
  return { liftedId: lifted?.id, said, handleProps, step }
}

function placeText(content: PageContent, id: string): string {
  const place = placeOf(content, id)
  const section = place && content.sections[place.section]
  const component = section?.components[place?.index ?? 0]
  if (!place || !section || !component) return ''
  const values = { name: component.name, place: place.index + 1, count: section.components.length }
  return section.name
    ? t('{name}: place {place} of {count} in {section}.', { ...values, section: section.name })
    : t('{name}: place {place} of {count}.', values)
}

interface PointerDeeds {
  move(place: Place): void
  putDown(): void
  putBack(): void
}

function usePointerMoves(lifted: Lifted | undefined, deeds: PointerDeeds): void {
  const latest = useRef(deeds)
  useEffect(() => {
    latest.current = deeds
  })
  useEffect(() => {
    if (lifted?.by !== 'pointer') return
    const stop = new AbortController()
    const { signal } = stop
    window.addEventListener(
      'pointermove',
      ({ clientX, clientY }: globalThis.PointerEvent) => {
        const place = placeAt(clientX, clientY, lifted.id)
        if (place) latest.current.move(place)
      },
      { signal },
    )
    window.addEventListener('pointerup', () => latest.current.putDown(), { signal })
    window.addEventListener('pointercancel', () => latest.current.putBack(), { signal })
    window.addEventListener(
      'keydown',
      (event: globalThis.KeyboardEvent) => {
        if (event.key === 'Escape') latest.current.putBack()
      },
      { signal },
    )
    return () => stop.abort()
  }, [lifted])
}

/** Where what is dragged belongs: before or behind the component under the pointer, or into the empty section that is there. */
function placeAt(x: number, y: number, id: string): Place | undefined {
  const target = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-place]')
  if (!target || target.dataset.component === id) return undefined
  const [section = 0, index = 0] = (target.dataset.place ?? '').split(' ').map(Number)
  const own = document.querySelector<HTMLElement>(`[data-component="${CSS.escape(id)}"]`)?.dataset.place
  const [ownSection, ownIndex = 0] = (own ?? '').split(' ').map(Number)
  const { top, height } = target.getBoundingClientRect()
  const isBelow = y > top + height / 2
  if (target.dataset.component === undefined) return { section, index: 0 }
  const isDownwards = ownSection === section && ownIndex < index
  // What passes another one takes its place; half of it has to be passed, else the two would change places again and again.
  if (ownSection === section) return isDownwards === isBelow ? { section, index } : undefined
  return { section, index: isBelow ? index + 1 : index }
}
