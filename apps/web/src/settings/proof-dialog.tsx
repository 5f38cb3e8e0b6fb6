'use client'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import type { ReactNode } from 'react'
import type { Account, Proof } from '../api/account-types.ts'
import { useForm } from '../form/use-form.ts'
import { ProofField, proofNeeded, withProof } from './proof.tsx'

interface ProofDialogProps {
  account: Account
  title: string
  children: ReactNode
  verb: readonly [string, string]
  look?: 'primary' | 'danger'
  act: (proof: Proof) => Promise<void>
  onClose: () => void
}

/** Asks whether it is you before something weighty changes in your account. */
export function ProofDialog({ account, title, children, verb, look = 'danger', act, onClose }: ProofDialogProps) {
  const { props, isBusy, errors } = useForm({
    fields: ['proof'],
    needed: proofNeeded(account),
    submit: ({ proof = '' }) => withProof(account, proof, act),
  })
  return (
    <Dialog title={title} onClose={onClose}>
      <form {...props} className="flex flex-col gap-4">
        <div className="[overflow-wrap:anywhere]">{children}</div>
        <ProofField account={account} error={errors.proof} />
        {errors.form && (
          <p role="alert" className="text-down-fg">
            {errors.form}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look={look} disabled={isBusy}>
            {isBusy ? verb[1] : verb[0]}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
