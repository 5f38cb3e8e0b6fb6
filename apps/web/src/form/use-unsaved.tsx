'use client'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { t } from '@repo/ui/words'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { guardLeaving } from '../navigation.ts'

interface Unsaved {
  /** The question, while it is asked. */
  readonly question: ReactNode
  /** Nothing is asked any more: it is saved, or given up. */
  release(): void
  /** Goes, after the same question where something is unsaved: a dialog is closed, which is no move. */
  ask(go: () => void): void
}

/** Asks before unsaved work is left, within the app by a dialog of ours, and elsewhere by that of the browser. */
export function useUnsaved(isUnsaved: boolean): Unsaved {
  const guard = useRef(() => {})
  const [leave, setLeave] = useState<() => void>()
  useEffect(() => {
    if (!isUnsaved) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    const unguard = guardLeaving((go) => setLeave(() => go))
    guard.current = () => {
      removeEventListener('beforeunload', ask)
      unguard()
    }
    return guard.current
  }, [isUnsaved])
  const ask = (go: () => void) => {
    if (!isUnsaved) return go()
    setLeave(() => () => {
      guard.current()
      go()
    })
  }
  const question = leave && <LeaveDialog leave={leave} stay={() => setLeave(undefined)} />
  return { question, release: () => guard.current(), ask }
}

function LeaveDialog({ leave, stay }: { leave: () => void; stay: () => void }) {
  return (
    <Dialog title={t('Leave without saving?')} onClose={stay}>
      <p className="mb-4">{t('What you changed here would be lost.')}</p>
      <div className="flex justify-end gap-2">
        <Button look="danger" onClick={leave}>
          {t('Leave')}
        </Button>
        <Button look="primary" onClick={stay}>
          {t('Keep editing')}
        </Button>
      </div>
    </Dialog>
  )
}
