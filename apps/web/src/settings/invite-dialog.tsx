'use client'
import type { Role } from '@repo/domain/role'
import { CopyField } from '@repo/ui/copy-field'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { rich, t } from '@repo/ui/words'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createInvitation, workspaceKeys } from '../api/workspace-queries.ts'
import type { NewInvitation } from '../api/workspace-types.ts'
import { useForm } from '../form/use-form.ts'
import { FormEnd } from './form-end.tsx'
import { RoleChoice } from './role-dialog.tsx'
import { roleName } from './role-words.ts'
import { ShownOnceDialog } from './shown-once-dialog.tsx'

export function InviteDialog({ ownRole, onClose }: { ownRole: Role; onClose: () => void }) {
  const [made, setMade] = useState<NewInvitation>()
  if (made) return <MadeDialog invitation={made} onClose={onClose} />
  return (
    <Dialog title={t('Invite somebody')} onClose={onClose}>
      <InviteForm ownRole={ownRole} onMade={setMade} onClose={onClose} />
    </Dialog>
  )
}

interface InviteFormProps {
  ownRole: Role
  onMade: (invitation: NewInvitation) => void
  onClose: () => void
}

function InviteForm({ ownRole, onMade, onClose }: InviteFormProps) {
  const client = useQueryClient()
  const [role, setRole] = useState<Role>('member')
  const { props, isBusy, errors } = useForm({
    fields: ['email'],
    needed: {},
    submit: async ({ email = '' }) => {
      const address = email.trim()
      onMade(await createInvitation({ role, ...(address ? { email: address } : {}) }))
      await client.invalidateQueries({ queryKey: workspaceKeys.invitations })
    },
  })
  return (
    <form {...props} className="flex flex-col gap-4">
      <TextField
        id="invite-email"
        name="email"
        type="email"
        label={t('E-mail, if you like')}
        autoComplete="off"
        hint={t('The link goes there where this instance sends mail. You get it in any case.')}
        error={errors.email}
      />
      <RoleChoice value={role} ownRole={ownRole} onChange={setRole} />
      <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Make invitation'), t('Making…')]} onCancel={onClose} />
    </form>
  )
}

function MadeDialog({ invitation, onClose }: { invitation: NewInvitation; onClose: () => void }) {
  const { token, sent, email, role } = invitation
  return (
    <ShownOnceDialog title={t('The invitation is made')} done={t('I have the link')} onDone={onClose}>
      <p className="[overflow-wrap:anywhere]">
        {sent && email && `${t('It was sent to {email}.', { email })} `}
        {rich('Whoever opens this link first joins as {role}. It is shown {now}.', {
          role: roleName(role),
          now: <strong className="font-bold">{t('only now')}</strong>,
        })}
      </p>
      {/* By the name under which this page is known: the server may not know its own. */}
      <CopyField id="invitation-link" label={t('Link')} value={`${location.origin}/join#${token}`} />
    </ShownOnceDialog>
  )
}
