'use client'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { failureText } from '../api/request.ts'
import { FormEnd } from './form-end.tsx'

interface ConfirmDialogProps {
  title: string
  children: ReactNode
  /** What is done, as the button says it: "Remove", "Removing…". */
  verb: readonly [string, string]
  /** Typed before it is done, where much goes with it. */
  typedName?: string
  act: () => Promise<void>
  onClose: () => void
}

/** Asks once more before something ends; what goes wrong is said here. */
export function ConfirmDialog({ title, children, verb, typedName, act, onClose }: ConfirmDialogProps) {
  const [typed, setTyped] = useState('')
  const { mutate, isPending, error } = useMutation({ mutationFn: act, onSuccess: onClose })
  const isSure = typedName === undefined || typed.trim() === typedName.trim()
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isSure && !isPending) mutate()
        }}
      >
        <div className="[overflow-wrap:anywhere]">{children}</div>
        {typedName !== undefined && (
          <TextField
            id="confirm-name"
            label={t('Type its name to confirm')}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        <FormEnd
          failure={error ? failureText(error) : undefined}
          isBusy={isPending}
          verb={verb}
          look="danger"
          isReady={isSure}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}
