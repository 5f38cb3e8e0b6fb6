'use client'
import { isAtLeast } from '@repo/domain/role'
import { Button } from '@repo/ui/button'
import { TextField } from '@repo/ui/field'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { keys } from '../api/queries.ts'
import {
  deleteWorkspace,
  goOnElsewhere,
  renameWorkspace,
  workspaceKeys,
  workspaceQuery,
} from '../api/workspace-queries.ts'
import type { WorkspaceDetail } from '../api/workspace-types.ts'
import { useForm } from '../form/use-form.ts'
import { notify } from '../shell/notices.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { tellOfDeletion } from './deleted-note.ts'
import { DeletedWorkspaces } from './deleted-workspaces.tsx'
import { LimitsPanel } from './limits-panel.tsx'
import { Reading } from './reading.tsx'
import { roleName } from './role-words.ts'
import { TimeZonePanel } from './time-zone-panel.tsx'
import { TransferPanel } from './transfer-panel.tsx'
import { WorkspacesPanel } from './workspaces-panel.tsx'

export function WorkspaceSection() {
  const workspace = useQuery(workspaceQuery)
  return (
    <div className="flex flex-col gap-4">
      <Panel title={t('This workspace')}>
        <Reading query={workspace}>{(data) => <NamePart workspace={data} />}</Reading>
      </Panel>
      <TimeZonePanel query={workspace} />
      <LimitsPanel query={workspace} />
      <WorkspacesPanel />
      {workspace.data && isAtLeast(workspace.data.role, 'admin') && <TransferPanel name={workspace.data.name} />}
      <DeletedWorkspaces />
      {workspace.data?.role === 'owner' && <DeletePanel workspace={workspace.data} />}
    </div>
  )
}

function NamePart({ workspace }: { workspace: WorkspaceDetail }) {
  if (isAtLeast(workspace.role, 'admin')) return <NameForm key={workspace.name} workspace={workspace} />
  return (
    <>
      <p className="font-medium [overflow-wrap:anywhere]">{workspace.name}</p>
      <p className="text-13 text-muted">{t('Your role is {role}.', { role: roleName(workspace.role) })}</p>
    </>
  )
}

function NameForm({ workspace }: { workspace: WorkspaceDetail }) {
  const client = useQueryClient()
  const { props, isBusy, errors } = useForm({
    fields: ['name'],
    needed: { name: t('A name is required.') },
    submit: async ({ name = '' }) => {
      client.setQueryData(workspaceKeys.detail, await renameWorkspace(name.trim()))
      notify(t('The name is saved.'))
      await client.invalidateQueries({ queryKey: keys.session })
      await client.invalidateQueries({ queryKey: workspaceKeys.mine })
    },
  })
  return (
    <form {...props} className="flex items-start gap-2">
      <div className="min-w-0 grow">
        <TextField
          id="workspace-name"
          name="name"
          label={t('Name')}
          autoComplete="off"
          required
          maxLength={100}
          defaultValue={workspace.name}
          hint={t('Your role is {role}.', { role: roleName(workspace.role) })}
          error={errors.name ?? errors.form}
        />
      </div>
      <Button type="submit" className="mt-6 h-9" disabled={isBusy}>
        {isBusy ? t('Saving…') : t('Save')}
      </Button>
    </form>
  )
}

function DeletePanel({ workspace }: { workspace: WorkspaceDetail }) {
  const [isAsked, setIsAsked] = useState(false)
  return (
    <Panel title={t('Delete this workspace')}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 grow basis-64 text-muted">
          {t(
            'Its monitors, their history, its API keys: all of it is gone at once, and can be brought back for seven days.',
          )}
        </p>
        <Button look="danger" onClick={() => setIsAsked(true)}>
          {t('Delete workspace')}
        </Button>
      </div>
      {isAsked && (
        <ConfirmDialog
          title={t('Delete this workspace?')}
          verb={[t('Delete'), t('Deleting…')]}
          typedName={workspace.name}
          act={async () => {
            await deleteWorkspace()
            tellOfDeletion(workspace)
            // There it can be brought back.
            goOnElsewhere('/settings/workspace')
          }}
          onClose={() => setIsAsked(false)}
        >
          {rich(
            '{name}, its {count, plural, one {# monitor} other {# monitors}} and all of their history will be gone, for everybody. It can be brought back for seven days, by its owners.',
            {
              name: <strong className="font-bold">{workspace.name}</strong>,
              count: workspace.limits.monitors.used,
            },
          )}
        </ConfirmDialog>
      )}
    </Panel>
  )
}
