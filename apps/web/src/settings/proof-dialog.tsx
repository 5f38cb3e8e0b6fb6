'use client'
import { Dialog } from '@repo/ui/dialog'
import type { ReactNode } from 'react'
import type { Account, Proof } from '../api/account-types.ts'
import { useForm } from '../form/use-form.ts'
import { FormEnd } from './form-end.tsx'
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
        <FormEnd failure={errors.form} isBusy={isBusy} verb={verb} look={look} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
