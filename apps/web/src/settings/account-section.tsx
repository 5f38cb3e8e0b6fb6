'use client'
import { Button } from '@repo/ui/button'
import { TextField } from '@repo/ui/field'
import { Panel } from '@repo/ui/panel'
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
      <Panel title="You" action={<SignOut />}>
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
    onError: (error) => notify(`Not signed out. ${failureText(error)}`, { failed: true }),
  })
  return (
    <Button onClick={() => mutate()} disabled={isPending || isSuccess}>
      Sign out
    </Button>
  )
}

function Person({ account }: { account: Account }) {
  const [isChanging, setIsChanging] = useState(false)
  return (
    <div className="flex flex-col gap-5">
      <div>
        <p className="text-13 font-medium">User name</p>
        <p className="num mt-1 [overflow-wrap:anywhere]">{account.username}</p>
        {account.isOperator && (
          <p className="mt-1 text-12 text-muted">You came first, and are the operator of this instance.</p>
        )}
      </div>
      <EmailForm key={account.email} account={account} />
      <div className="flex flex-wrap items-center justify-between gap-3 border-line border-t pt-4">
        <div>
          <p className="text-13 font-medium">Password</p>
          <p className="text-12 text-muted">
            {account.hasPassword
              ? 'A new one ends every other session of yours.'
              : 'You have none: you sign in another way.'}
          </p>
        </div>
        <Button onClick={() => setIsChanging(true)}>
          {account.hasPassword ? 'Change password' : 'Set a password'}
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
    notify(changed.email ? 'Your e-mail address is saved.' : 'Your e-mail address is removed.')
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
            label="E-mail"
            autoComplete="email"
            defaultValue={account.email ?? ''}
            hint="For a new password, should you forget yours. Empty if you like."
            error={errors.email ?? errors.form}
          />
        </div>
        <Button type="submit" className="mt-6 h-9" disabled={isBusy}>
          {isBusy ? 'Saving…' : 'Save'}
        </Button>
      </form>
      {wanted !== undefined && (
        <ProofDialog
          account={account}
          title={wanted === null ? 'Remove your e-mail address?' : 'Change your e-mail address?'}
          verb={wanted === null ? ['Remove', 'Removing…'] : ['Change', 'Changing…']}
          look="primary"
          act={(proof) => save(wanted, proof)}
          onClose={() => setWanted(undefined)}
        >
          {wanted === null
            ? 'Without one you cannot set a new password yourself, should you forget yours.'
            : `From now on ${wanted} is where a link for a new password goes.`}
        </ProofDialog>
      )}
    </>
  )
}
