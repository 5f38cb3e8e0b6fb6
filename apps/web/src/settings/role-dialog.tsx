'use client'
import type { Session } from '@repo/contracts/session'
import { isAtLeast, type Role, roles } from '@repo/domain/role'
import { Dialog } from '@repo/ui/dialog'
import { RadioGroup } from '@repo/ui/radio-group'
import { t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountQuery } from '../api/account-queries.ts'
import type { Account } from '../api/account-types.ts'
import { keys } from '../api/queries.ts'
import { changeRole, workspaceKeys } from '../api/workspace-queries.ts'
import type { Member } from '../api/workspace-types.ts'
import { useForm } from '../form/use-form.ts'
import { notify } from '../shell/notices.tsx'
import { FormEnd } from './form-end.tsx'
import { orLastOwner } from './last-owner.ts'
import { ProofField, proofNeeded, withProof } from './proof.tsx'
import { roleName, roleWords } from './role-words.ts'

interface RoleDialogProps {
  member: Member
  session: Session
  onClose: () => void
}

/** Gives a member another role; whoever changes their own shows that it is them. */
export function RoleDialog(props: RoleDialogProps) {
  const { member, session } = props
  const isSelf = member.userId === session.user.id
  const { data: account } = useQuery({ ...accountQuery, enabled: isSelf })
  if (!isSelf) return <RoleForm {...props} account={undefined} />
  return account ? <RoleForm {...props} account={account} /> : null
}

function RoleForm({ member, session, account, onClose }: RoleDialogProps & { account: Account | undefined }) {
  const client = useQueryClient()
  const [role, setRole] = useState<Role>(member.role)
  const { props, isBusy, errors } = useForm({
    fields: account ? ['proof'] : [],
    needed: account ? proofNeeded(account) : {},
    submit: async ({ proof = '' }) => {
      await orLastOwner(
        account
          ? withProof(account, proof, (given) => changeRole(member.userId, role, given))
          : changeRole(member.userId, role),
      )
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
        {account && <ProofField account={account} error={errors.proof} />}
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
