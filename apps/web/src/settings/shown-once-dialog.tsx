'use client'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'
import { type ReactNode, useEffect, useRef, useState } from 'react'

interface ShownOnceDialogProps {
  title: string
  children: ReactNode
  /** What a person says by closing it: "I have kept it". */
  done: string
  onDone: () => void
  /** More that can be done, beside what closes it. */
  actions?: ReactNode
  wide?: boolean
}

/** What the server tells a single time, until a person says that they have it. */
export function ShownOnceDialog({ title, children, done, onDone, actions, wide = false }: ShownOnceDialogProps) {
  const [isRefused, setIsRefused] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  useAskBeforeUnload()
  function refuse(): void {
    setIsRefused(true)
    button.current?.focus()
  }
  return (
    <Dialog title={title} onClose={refuse} wide={wide} isShownOnce>
      <div className="flex flex-col gap-4">
        {children}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <p role="status" className="min-w-0 grow basis-48 text-13 text-degraded-fg">
            {isRefused && t('This is not shown again. Keep it first.')}
          </p>
          {actions}
          <Button ref={button} look="primary" onClick={onDone}>
            {done}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

/** The browser asks in words of its own before the page goes, with what stands on it. */
function useAskBeforeUnload(): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [])
}
