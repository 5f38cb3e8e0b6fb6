import { t } from '@repo/ui/words'
import type { ReactNode } from 'react'

export interface Chip {
  readonly key: string
  readonly text: string
  /** It names what is no more. */
  readonly isGone?: boolean
}

interface ChipsProps {
  label: string
  chips: readonly Chip[]
  onRemove: (key: string) => void
  children?: ReactNode
}

/** Things that were chosen, each with a way to take it away; what adds another stands at the end. */
export function Chips({ label, chips, onRemove, children }: ChipsProps) {
  return (
    <ul aria-label={label} className="flex flex-wrap items-center gap-1.5">
      {chips.map(({ key, text, isGone }) => (
        <li
          key={key}
          className={`inline-flex min-h-8 max-w-full items-center rounded-full border bg-surface pl-3 text-13 font-medium pointer-coarse:min-h-11 ${isGone ? 'border-down-fg text-down-fg' : 'border-line'}`}
        >
          <span className="min-w-0 [overflow-wrap:anywhere]">{text}</span>
          <button
            type="button"
            aria-label={t('Remove {text}', { text })}
            onClick={() => onRemove(key)}
            className="grid size-7 shrink-0 place-items-center rounded-full text-muted hover:text-fg pointer-coarse:size-11"
          >
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
              <path d="m3 3 6 6m0-6-6 6" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
            </svg>
          </button>
        </li>
      ))}
      {children && <li>{children}</li>}
    </ul>
  )
}

/** As high as the chips beside it. */
export const smallControl = 'h-8 rounded-control border border-control bg-surface px-2 text-13 pointer-coarse:h-11'

/** What is wrong with a group of controls. */
export function Wrong({ children }: { children: string | undefined }) {
  if (!children) return null
  return (
    <p role="alert" className="mt-1.5 text-13 text-down-fg">
      {children}
    </p>
  )
}
