'use client'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { Item, ItemList, Tag } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { createWorkspace, workspacesQuery } from '../api/workspace-queries.ts'
import { useForm } from '../form/use-form.ts'
import { useSwitchWorkspace } from '../shell/use-switch-workspace.ts'
import { FormEnd } from './form-end.tsx'
import { Reading } from './reading.tsx'
import { roleName } from './role-words.ts'

export function WorkspacesPanel() {
  const workspaces = useQuery(workspacesQuery)
  const { data: session } = useQuery(sessionQuery)
  const { go, isGoing } = useSwitchWorkspace()
  const [isCreating, setIsCreating] = useState(false)
  return (
    <Panel
      title={t('Your workspaces')}
      action={<Button onClick={() => setIsCreating(true)}>{t('New workspace')}</Button>}
    >
      <Reading query={workspaces}>
        {(items) => (
          <ItemList label={t('Your workspaces')}>
            {items.map(({ id, name, role }) => (
              <Item
                key={id}
                title={name}
                tags={id === session?.workspace.id && <Tag>{t('This one')}</Tag>}
                note={t('You are {role}', { role: roleName(role) })}
              >
                {id !== session?.workspace.id && (
                  <Button aria-label={t('Switch to {name}', { name })} disabled={isGoing} onClick={() => go(id)}>
                    {t('Switch')}
                  </Button>
                )}
              </Item>
            ))}
          </ItemList>
        )}
      </Reading>
      {isCreating && <CreateDialog onClose={() => setIsCreating(false)} />}
    </Panel>
  )
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const { go } = useSwitchWorkspace()
  const { props, isBusy, errors } = useForm({
    fields: ['name'],
    needed: { name: t('A name is required.') },
    submit: async ({ name = '' }) => go((await createWorkspace(name.trim())).id),
  })
  return (
    <Dialog title={t('New workspace')} onClose={onClose}>
      <form {...props} className="flex flex-col gap-4">
        <TextField
          id="new-workspace-name"
          name="name"
          label={t('Name')}
          autoComplete="off"
          required
          maxLength={100}
          hint={t('You will be its owner. It has monitors, members and keys of its own.')}
          error={errors.name}
        />
        <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Create'), t('Creating…')]} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
