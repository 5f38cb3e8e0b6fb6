'use client'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
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
    needed: { name: t('A name is required.'), ...proofNeeded(account) },
    submit: async ({ name = '', proof = '' }) => {
      const { challenge, options } = await withProof(account, proof, offerPasskey)
      const credential = await makePasskey(options)
      if (!credential) throw new Error(t('no passkey was made'))
      await addPasskey({ challenge, name: name.trim(), credential: credential as NewPasskey['credential'] })
      onAdded()
      notify(t('The passkey {name} is added.', { name: name.trim() }))
      onClose()
    },
  })
  return (
    <Dialog title={t('Add a passkey')} onClose={onClose}>
      <form {...props} className="flex flex-col gap-4">
        <TextField
          id="passkey-name"
          name="name"
          label={t('Name')}
          autoComplete="off"
          required
          maxLength={64}
          hint={t('To know it by, such as the device that it is on.')}
          error={errors.name}
        />
        <ProofField account={account} error={errors.proof} />
        <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Add passkey'), t('Waiting…')]} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
