'use client'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { makePasskey } from '../account/passkey.ts'
import { addPasskey, offerPasskey } from '../api/account-queries.ts'
import type { Account, NewPasskey } from '../api/account-types.ts'
import { useForm } from '../form/use-form.ts'
import { notify } from '../shell/notices.tsx'
import { FormEnd } from './form-end.tsx'
import { ProofField, proofNeeded, withProof } from './proof.tsx'

interface PasskeyDialogProps {
  account: Account
  onAdded: () => void
  onClose: () => void
}

export function PasskeyDialog({ account, onAdded, onClose }: PasskeyDialogProps) {
  const { props, isBusy, errors } = useForm({
    fields: ['name', 'proof'],
    needed: { name: 'A name is required.', ...proofNeeded(account) },
    submit: async ({ name = '', proof = '' }) => {
      const { challenge, options } = await withProof(account, proof, offerPasskey)
      const credential = await makePasskey(options)
      if (!credential) throw new Error('no passkey was made')
      await addPasskey({ challenge, name: name.trim(), credential: credential as NewPasskey['credential'] })
      onAdded()
      notify(`The passkey ${name.trim()} is added.`)
      onClose()
    },
  })
  return (
    <Dialog title="Add a passkey" onClose={onClose}>
      <form {...props} className="flex flex-col gap-4">
        <TextField
          id="passkey-name"
          name="name"
          label="Name"
          autoComplete="off"
          required
          maxLength={64}
          hint="To know it by, such as the device that it is on."
          error={errors.name}
        />
        <ProofField account={account} error={errors.proof} />
        <FormEnd failure={errors.form} isBusy={isBusy} verb={['Add passkey', 'Waiting…']} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
