'use client'
import { Button } from '@repo/ui/button'
import { TextField } from '@repo/ui/field'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountKeys, accountQuery, changeEmail } from '../api/account-queries.ts'
import type { Account, Proof } from '../api/account-types.ts'
import { signOutAndLeave } from '../api/leave.ts'
import { failureText } from '../api/request.ts'
import { useForm } from '../form/use-form.ts'
import { notify } from '../shell/notices.tsx'
import { DigestPanel } from './digest-panel.tsx'
import { DisplayPanel } from './display-panel.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { ProofDialog } from './proof-dialog.tsx'
import { Reading } from './reading.tsx'

export function AccountSection() {
  const account = useQuery(accountQuery)
  return (
    <div className="flex flex-col gap-4">
      <Panel title={t('You')} action={<SignOut />}>
        <Reading query={account}>{(data) => <Person account={data} />}</Reading>
      </Panel>
      <DigestPanel />
      <DisplayPanel />
    </div>
  )
}

function SignOut() {
  const { mutate, isPending, isSuccess } = useMutation({
    mutationFn: signOutAndLeave,
    onError: (error) => notify(t('Not signed out. {reason}', { reason: failureText(error) }), { failed: true }),
  })
  return (
    <Button onClick={() => mutate()} disabled={isPending || isSuccess}>
      {t('Sign out')}
    </Button>
  )
}

function Person({ account }: { account: Account }) {
  const [isChanging, setIsChanging] = useState(false)
  return (
    <div className="flex flex-col gap-5">
      <div>
        <p className="text-13 font-medium">{t('User name')}</p>
        <p className="num mt-1 [overflow-wrap:anywhere]">{account.username}</p>
        {account.isOperator && (
          <p className="mt-1 text-12 text-muted">{t('You came first, and are the operator of this instance.')}</p>
        )}
      </div>
      <EmailForm key={account.email} account={account} />
      <div className="flex flex-wrap items-center justify-between gap-3 border-line border-t pt-4">
        <div>
          <p className="text-13 font-medium">{t('Password')}</p>
          <p className="text-12 text-muted">
            {account.hasPassword
              ? t('A new one ends every other session of yours.')
              : t('You have none: you sign in another way.')}
          </p>
        </div>
        <Button onClick={() => setIsChanging(true)}>
          {account.hasPassword ? t('Change password') : t('Set a password')}
        </Button>
      </div>
      {isChanging && <PasswordDialog account={account} onClose={() => setIsChanging(false)} />}
    </div>
  )
}

/** Whatever sets a new password goes to this address, so changing it takes the present one. */
function EmailForm({ account }: { account: Account }) {
  const client = useQueryClient()
  const [wanted, setWanted] = useState<string | null | undefined>(undefined)
  const { props, isBusy, errors } = useForm({
    fields: ['email'],
    needed: {},
    submit: async ({ email = '' }) => {
      const address = email.trim() || null
      if (address !== account.email) setWanted(address)
    },
  })
  async function save(address: string | null, proof: Proof): Promise<void> {
    const changed = await changeEmail(address, proof)
    client.setQueryData(accountKeys.account, changed)
    notify(changed.email ? t('Your e-mail address is saved.') : t('Your e-mail address is removed.'))
    setWanted(undefined)
  }
  return (
    <>
      <form {...props} className="flex items-start gap-2">
        <div className="min-w-0 grow">
          <TextField
            id="email"
            name="email"
            type="email"
            label={t('E-mail')}
            autoComplete="email"
            defaultValue={account.email ?? ''}
            hint={t('For a new password, should you forget yours. Empty if you like.')}
            error={errors.email ?? errors.form}
          />
        </div>
        <Button type="submit" className="mt-6 h-9" disabled={isBusy}>
          {isBusy ? t('Saving…') : t('Save')}
        </Button>
      </form>
      {wanted !== undefined && (
        <ProofDialog
          account={account}
          title={wanted === null ? t('Remove your e-mail address?') : t('Change your e-mail address?')}
          verb={wanted === null ? [t('Remove'), t('Removing…')] : [t('Change'), t('Changing…')]}
          look="primary"
          act={(proof) => save(wanted, proof)}
          onClose={() => setWanted(undefined)}
        >
          {wanted === null
            ? t('Without one you cannot set a new password yourself, should you forget yours.')
            : t('From now on {wanted} is where a link for a new password goes.', { wanted })}
        </ProofDialog>
      )}
    </>
  )
}
