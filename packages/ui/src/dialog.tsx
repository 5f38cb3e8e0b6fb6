'use client'
import { type ReactNode, type RefObject, useEffect, useId, useRef } from 'react'
import { t } from './words.ts'

interface DialogProps {
  title: string
  /** Closes it; where it is shown once, this is called in place of closing it. */
  onClose: () => void
  children: ReactNode
  wide?: boolean
  /** What it shows cannot be seen again: only what stands in it closes it, and neither a key nor a gesture does. */
  isShownOnce?: boolean
  /** Its name is only said, not shown, and what is in it reaches its edges. */
  isBare?: boolean
}

/** A modal on the browser's own `<dialog>`: focus stays inside, Escape closes, focus returns to where it was. */
export function Dialog({ title, onClose, children, wide = false, isShownOnce = false, isBare = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useModal(ref)
  return (
    <dialog
      ref={ref}
      tabIndex={-1}
      aria-labelledby={titleId}
      // Left to itself a browser obeys the second gesture of going back, whatever becomes of the first.
      {...(isShownOnce && { closedby: 'none' })}
      onKeyDown={(event) => {
        if (!isShownOnce || event.key !== 'Escape') return
        event.preventDefault()
        onClose()
      }}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      className={`m-auto max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] overflow-y-auto rounded-card border border-line bg-surface text-fg shadow-overlay outline-none [overflow-wrap:anywhere] ${wide ? 'max-w-160' : 'max-w-120'} ${isBare ? 'mt-[12dvh]' : 'p-6'}`}
    >
      <header className={isBare ? 'sr-only' : 'mb-4 flex items-center justify-between gap-4'}>
        <h2 id={titleId} className="min-w-0 text-20 font-bold tracking-[-0.01em]">
          {title}
        </h2>
        {!isShownOnce && !isBare && <CloseButton onClose={onClose} />}
      </header>
      {children}
    </dialog>
  )
}

function useModal(ref: RefObject<HTMLDialogElement | null>): void {
  useEffect(() => {
    const dialog = ref.current
    const opener = document.activeElement
    if (dialog && !dialog.open) {
      dialog.showModal()
      // The browser would begin at the button that closes; the first field is what the dialog was opened for.
      const field = dialog.querySelector<HTMLElement>('input:not([readonly]), select, textarea') ?? dialog
      field.focus()
    }
    return () => {
      dialog?.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [ref])
}

function CloseButton({ onClose }: { onClose: () => void }) {
  return (
    <button
      type="button"
      aria-label={t('Close')}
      onClick={onClose}
      className="-mr-2 grid size-8 place-items-center rounded-control text-muted hover:bg-hover hover:text-fg"
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <path d="m3.5 3.5 9 9m0-9-9 9" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
      </svg>
    </button>
  )
}
