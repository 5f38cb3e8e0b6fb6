'use client'
import type { Session } from '@repo/contracts/session'
import { isAtLeast, type Role, roles } from '@repo/domain/role'
import { Dialog } from '@repo/ui/dialog'
import { RadioGroup } from '@repo/ui/radio-group'
import { t } from '@repo/ui/words'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { keys } from '../api/queries.ts'
import { changeRole, workspaceKeys } from '../api/workspace-queries.ts'
import type { Member } from '../api/workspace-types.ts'
import { useForm } from '../form/use-form.ts'
import { notify } from '../shell/notices.tsx'
import { FormEnd } from './form-end.tsx'
import { orLastOwner } from './last-owner.ts'
import { roleName, roleWords } from './role-words.ts'

interface RoleDialogProps {
  member: Member
  session: Session
  onClose: () => void
}

export function RoleDialog({ member, session, onClose }: RoleDialogProps) {
  const client = useQueryClient()
  const [role, setRole] = useState<Role>(member.role)
  const { props, isBusy, errors } = useForm({
    fields: [],
    needed: {},
    submit: async () => {
      await orLastOwner(changeRole(member.userId, role))
      notify(t('{name} is {role} now.', { name: member.username, role: roleName(role) }))
      onClose()
      await client.invalidateQueries({ queryKey: workspaceKeys.members })
      await client.invalidateQueries({ queryKey: keys.session })
    },
  })
  return (
    <Dialog title={t('The role of {name}', { name: member.username })} onClose={onClose}>
      <form {...props} className="flex flex-col gap-4">
        <RoleChoice value={role} ownRole={session.workspace.role} onChange={setRole} />
        <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Save'), t('Saving…')]} onCancel={onClose} />
      </form>
    </Dialog>
  )
}

interface RoleChoiceProps {
  value: Role
  ownRole: Role
  onChange: (role: Role) => void
}

/** Nobody gives a role that may more than their own. */
export function RoleChoice({ value, ownRole, onChange }: RoleChoiceProps) {
  const options = roles
    .filter((role) => isAtLeast(ownRole, role))
    .map((role) => ({ value: role, text: capital(roleName(role)), note: capital(t(roleWords[role])) }))
  return <RadioGroup legend={t('Role')} look="rows" value={value} options={options} onChange={onChange} />
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
